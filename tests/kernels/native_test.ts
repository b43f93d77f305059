import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { loadBinary } from "../../lib/kernels/engine/binary.ts";
import { createEngine, KernelError } from "../../lib/kernels/mod.ts";
import { checkNative, findNative, INSTRUCTION_SETS, nativeFileName } from "../../lib/kernels/native.ts";
import { recordBuild } from "../../lib/kernels/own_library.ts";
import { buildNative, differenceToPortable } from "../../lib/kernels/build_native.ts";
import { nativeTask } from "../../tasks/native.ts";
import { canRun, COMPILER, FAMILY, testNative, withBuilds, withFolder } from "./native_builds.ts";

testNative("createEngine() says that it runs on the native kernel", () =>
  withBuilds(async (file) => {
    const engine = await createEngine({ native: file, threads: 2 });
    assertMatch(engine.description, /^LSTM kernel: native, (AVX-512|AVX2|NEON|plain C), 2 threads$/);
    engine.dispose();
  }));

testNative("findNative() finds the widest build that this machine can run", () =>
  withFolder(async (folder) => {
    assertEquals(findNative(folder), {});
    assertEquals(findNative(new URL("missing/", folder)), {});
    const plain = await buildNative({ instructions: "plain", folder, compiler: COMPILER });
    assertEquals(findNative(folder), { kernel: { file: plain, name: "native, plain C" } });
    for (const instructions of FAMILY.toReversed()) {
      const file = await buildNative({ instructions, folder, compiler: COMPILER });
      if (!canRun(file)) continue;
      assertEquals(findNative(folder), { kernel: { file, name: `native, ${INSTRUCTION_SETS[instructions]}` } });
    }
  }));

testNative("findNative() refuses a build of another version", () =>
  withFolder(async (folder) => {
    const file = await buildNative({ instructions: "plain", folder, compiler: COMPILER, defines: ["ABI=99"] });
    assertMatch(findNative(folder).refusal!, /plain\.\w+ is of version 99, not \d; computing on WebAssembly/);
    assertThrows(() => checkNative(file), KernelError, "is of version 99");
    await assertRejects(() => createEngine({ native: file }), KernelError, "is of version 99");
    await Deno.rename(file, new URL("kernel-abi99-plain.so", folder));
    assertMatch(findNative(folder).refusal!, /kernel-abi99-plain.so is of another version than \d+; computing/);
  }));

testNative("findNative() refuses a build for another machine", () =>
  withFolder(async (folder) => {
    if (Deno.build.arch !== "x86_64") return;
    // The probe then asks a machine that has nothing.
    const defines = ["__builtin_cpu_supports(feature)=0"];
    const file = await buildNative({ instructions: "avx2", folder, compiler: COMPILER, defines });
    assertMatch(findNative(folder).refusal!, /avx2\.\w+ is for machines with AVX2, which this one lacks; computing/);
    await assertRejects(() => createEngine({ native: file }), KernelError, "which this one lacks");
    const plain = await buildNative({ instructions: "plain", folder, compiler: COMPILER });
    assertEquals(findNative(folder).kernel?.file, plain);
  }));

Deno.test("findNative() refuses what is no library", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(new URL(nativeFileName("plain"), folder), "not a library");
    assertMatch(findNative(folder).refusal!, /has no record of how it was built; delete .*; computing on WebAssembly$/);
    await recordBuild(fileURLToPath(new URL(nativeFileName("plain"), folder)));
    assertMatch(findNative(folder).refusal!, /is not a native kernel: .*; computing on WebAssembly/s);
  }));

Deno.test("loadBinary() falls back to WebAssembly with one line", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(new URL(nativeFileName("plain"), folder), "not a library");
    const lines: string[] = [];
    const { warn } = console;
    console.warn = (line: string) => lines.push(line);
    try {
      for (let i = 0; i < 2; i++) {
        const binary = await loadBinary({ relaxed: true, shared: true, native: true, folder });
        assertMatch(binary.name, /^WebAssembly/);
      }
    } finally {
      console.warn = warn;
    }
    assertEquals(lines.length, 1);
    assertEquals(lines[0].split("\n").length, 1);
  }));

testNative(
  "loadBinary() leaves the native kernel alone without permission to call it, and does not ask",
  () =>
    withFolder(async (folder) => {
      await buildNative({ instructions: "plain", folder, compiler: COMPILER });
      const program = `
      import { loadBinary } from "${new URL("../../lib/kernels/engine/binary.ts", import.meta.url)}";
      const wanted = { relaxed: true, shared: true, native: true, folder: new URL("${folder}") };
      console.log((await loadBinary(wanted)).name);`;
      await Deno.writeTextFile(new URL("program.ts", folder), program);
      for (
        const [permission, name] of [["", /^WebAssembly/], [`--allow-ffi=${fileURLToPath(folder)}`, /^native, plain C/]]
      ) {
        const args = [
          "run",
          "--quiet",
          "--no-check",
          "--no-config",
          "--allow-read",
          "--allow-sys=uid",
          permission as string,
          "program.ts",
        ];
        const command = new Deno.Command(Deno.execPath(), {
          args: args.filter((arg) => arg),
          cwd: folder,
          stdin: "null",
          env: { NO_COLOR: "1" },
        });
        const { stdout, stderr } = await command.output();
        assertEquals(new TextDecoder().decode(stderr), "");
        assertMatch(new TextDecoder().decode(stdout), name as RegExp);
      }
    }),
);

testNative(
  "nativeTask() builds for this machine and compares with the portable kernel",
  () =>
    withFolder(async (folder) => {
      const lines: string[] = [];
      const print = (line: string) => lines.push(line);
      assertEquals(await nativeTask([], { folder, compiler: COMPILER, print, complain: print }), 0);
      assertMatch(lines.join("\n"), /^Built .*kernel-abi\d-\w+\.\w+\nA training step differs from .* by \d\.\de-\d /);
      const { kernel } = findNative(folder);
      assertEquals(lines[0], `Built ${kernel!.file}`);
      assert(await differenceToPortable(kernel!.file) < 1e-5);
      assertEquals([...Deno.readDirSync(folder)].length, 2);
    }),
);

testNative("nativeTask() removes a build that computes something else", () =>
  withFolder(async (folder) => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const compiler = `${COMPILER} -Dlogf=expf`;
    assertEquals(await nativeTask(["--for", "plain"], { folder, compiler, print, complain: print }), 1);
    assertMatch(lines[0], /^The native kernel is wrong by .* and has been removed/);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("nativeTask() says what is missing or wrong", () =>
  withFolder(async (folder) => {
    const say = async (args: string[], compiler: string) => {
      let said = "";
      const complain = (line: string) => said += line;
      const code = await nativeTask(args, { folder, compiler, complain, print: complain });
      return [code, said] as const;
    };
    const [missing, install] = await say(["--for", "plain"], "no-such-compiler");
    assertEquals(missing, 1);
    assertMatch(install, /^There is no C compiler called no-such-compiler. Install one .*apt install gcc/);
    const [wrong, choices] = await say(["--for", "mmx"], COMPILER);
    assertEquals(wrong, 2);
    assertMatch(choices, /^--for must be one of avx512, avx2, neon, plain, got mmx\n/);
    assertEquals((await say(["--help"], COMPILER))[0], 0);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
