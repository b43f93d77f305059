import { assert, assertEquals, assertMatch } from "@std/assert";
import { findNative } from "../../lib/kernels/native.ts";
import { prepareNative, type PrepareOptions } from "../../lib/kernels/prepare_native.ts";
import { COMPILER, testNative, withFolder } from "./native_builds.ts";

/** What it says, and what it warns of on the way. */
async function prepared(options: PrepareOptions): Promise<{ advice?: string; lines: string[] }> {
  const { warn } = console, lines: string[] = [];
  console.warn = (line: string) => void lines.push(line);
  try {
    return { advice: await prepareNative(options), lines };
  } finally {
    console.warn = warn;
  }
}

testNative(
  "prepareNative() builds the native kernel where there is none, once, and says so in one line",
  () =>
    withFolder(async (folder) => {
      const options = { build: true, folder, compiler: COMPILER };
      assertEquals(await prepared(options), {
        advice: undefined,
        lines: ["Building the native kernel for this machine, once; about 5 seconds"],
      });
      assert(findNative(folder).kernel);
      assertEquals(await prepared(options), { advice: undefined, lines: [] });
      // Whoever does not want to build has it, too.
      assertEquals(await prepared({ ...options, build: false }), { advice: undefined, lines: [] });
    }),
);

Deno.test("prepareNative() names the task where it is not to build, or may not", () =>
  withFolder(async (folder) => {
    const advice = "deno task native builds one that is two to four times as fast";
    assertEquals(await prepared({ build: false, folder }), { advice, lines: [] });
    const module = new URL("../../lib/kernels/prepare_native.ts", import.meta.url).href;
    const code = `import { prepareNative } from "${module}";
      console.log(await prepareNative({ build: true, folder: new URL("${folder}"), compiler: "${COMPILER}" }));`;
    const said = async (...permissions: string[]) => {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "--no-prompt", "--cached-only", "--ext=ts", ...permissions, "-"],
        cwd: new URL("../..", import.meta.url),
        ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(code));
      await writer.close();
      const { stdout, stderr } = await child.output();
      assertEquals(new TextDecoder().decode(stderr), "");
      return new TextDecoder().decode(stdout).trim();
    };
    assertEquals(await said("--allow-read", "--allow-ffi", "--allow-write"), advice);
    assertEquals(await said("--allow-read", "--allow-ffi", "--allow-run"), advice);
    // Who may not call native code has nothing to gain.
    assertEquals(await said("--allow-read", "--allow-run", "--allow-write"), "undefined");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("prepareNative() says what would be gained where there is no compiler, or it fails", () =>
  withFolder(async (folder) => {
    const { advice } = await prepared({ build: true, folder, compiler: "no-such-compiler" });
    assertMatch(
      advice!,
      /^a native one would be two to four times as fast, but takes a C compiler \(.*apt install gcc/,
    );
    const failing = await prepared({ build: true, folder, compiler: `${Deno.execPath()} eval Deno.exit(1) --` });
    assertMatch(failing.advice!, /^a native one would be two to four times as fast, but cannot be built: .* failed on/);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
