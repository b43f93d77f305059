import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { fileURLToPath, pathToFileURL } from "node:url";
import { KernelError } from "../../lib/kernels/mod.ts";
import { checkNative, findNative, nativeFileName } from "../../lib/kernels/native.ts";
import { buildNative } from "../../lib/kernels/build_native.ts";
import { prepareNative } from "../../lib/kernels/prepare_native.ts";
import { COMPILER, testNative, withFolder } from "./native_builds.ts";

/** What a library does that somebody planted: as soon as it is loaded, whatever is asked of it. */
const PLANTED = `#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void run(void) {
  FILE *file = fopen(MARKER, "w");
  if (file) fclose(file);
}
int abi(void) { return 4; }
int instructions(void) { return 3; }
int suits(void) { return 1; }
`;

const NAME = nativeFileName("plain");
const RECORD = NAME.replace(/\.\w+$/, ".json");

/** Compiles a library that leaves a mark when it is loaded. */
async function plant(file: URL, marker: URL): Promise<void> {
  const source = new URL(file + ".c");
  await Deno.writeTextFile(source, PLANTED);
  const args = [`-DMARKER="${fileURLToPath(marker)}"`, "-shared", "-fPIC", fileURLToPath(source), "-o"];
  const { success } = await new Deno.Command(COMPILER, { args: [...args, fileURLToPath(file)] }).output();
  assert(success);
  await Deno.remove(source);
  await Deno.chmod(file, 0o755);
}

/** A build for any machine of the family, made once. */
let built: Promise<URL> | undefined;

async function buildOnce(): Promise<URL> {
  const folder = await Deno.makeTempDir();
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  await buildNative({ instructions: "plain", folder: pathToFileURL(folder + "/"), compiler: COMPILER });
  return pathToFileURL(folder + "/");
}

/** Puts a copy of it into a new folder, with its record. */
async function copyBuild(folder: URL): Promise<void> {
  const from = await (built ??= buildOnce());
  await Deno.mkdir(folder, { mode: 0o755 });
  for (const name of [NAME, RECORD]) await Deno.copyFile(new URL(name, from), new URL(name, folder));
}

async function exists(file: URL): Promise<boolean> {
  return await Deno.lstat(file).then(() => true, () => false);
}

/** SHA-256 as the record has it. */
async function hashOf(file: URL): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(file)));
  return bytes.toHex();
}

/** A folder with a good build, and beside it a library that leaves a mark when it is loaded. */
function withPlanted(
  body: (at: { folder: URL; build: URL; planted: URL; marker: URL; refusal: () => string }) => Promise<void>,
): Promise<void> {
  return withFolder(async (room) => {
    const folder = new URL("native/", room), marker = new URL("marker", room), planted = new URL("planted.so", room);
    await plant(planted, marker);
    const build = new URL(NAME, folder);
    await copyBuild(folder);
    assert(findNative(folder).kernel);
    const refusal = () => {
      const { kernel, refusal } = findNative(folder);
      assertEquals(kernel, undefined);
      assertThrows(() => checkNative(fileURLToPath(build)), KernelError);
      return refusal!;
    };
    await body({ folder, build, planted, marker, refusal });
    assert(!await exists(marker), "the planted library has run");
    // What would have happened without the check.
    Deno.dlopen(fileURLToPath(planted), { abi: { parameters: [], result: "i32" } }).close();
    assert(await exists(marker));
  });
}

const POSIX = Deno.build.os !== "windows";
const testPlanted: typeof testNative = (name, body) => POSIX && testNative(name, body);

testPlanted(
  "a library that was planted without a record does not run",
  () =>
    withPlanted(async ({ folder, build, planted, refusal }) => {
      await Deno.remove(new URL(RECORD, folder));
      await Deno.copyFile(planted, build);
      assertMatch(
        refusal(),
        /has no record of how it was built; delete .*native and build anew: deno task native; comp/,
      );
    }),
);

testPlanted(
  "a library that was planted in the place of a build does not run, and is replaced when one is built",
  () =>
    withPlanted(async ({ folder, build, planted, refusal }) => {
      await Deno.copyFile(planted, build);
      assertStringIncludes(refusal(), "is not the one that was built; delete ");
      await Deno.rename(build, new URL("../old.so", folder));
      await Deno.writeFile(build, (await Deno.readFile(new URL("../old.so", folder))).subarray(0, 5000));
      assertStringIncludes(refusal(), "is not the one that was built; delete ");
      const { warn } = console;
      console.warn = () => {};
      try {
        assertEquals(await prepareNative({ build: true, folder, compiler: COMPILER }), undefined);
      } finally {
        console.warn = warn;
      }
      assert(findNative(folder).kernel);
    }),
);

testPlanted(
  "a library that others could have planted does not run, whatever its record says",
  () =>
    withPlanted(async ({ folder, build, planted, refusal }) => {
      await Deno.copyFile(planted, build);
      const record = JSON.parse(await Deno.readTextFile(new URL(RECORD, folder)));
      await Deno.writeTextFile(
        new URL(RECORD, folder),
        JSON.stringify({ ...record, library: await hashOf(planted) }),
      );
      for (const mode of [0o775, 0o757, 0o777]) {
        await Deno.chmod(folder, mode);
        assertMatch(
          refusal(),
          /folder of native kernels, .*, may be written by others than you \(mode 07\d\d\); delete/,
        );
        await Deno.chmod(folder, 0o755);
        await Deno.chmod(build, mode);
        assertMatch(refusal(), /The native kernel .* may be written by others than you \(mode 07\d\d\); delete/);
        await Deno.chmod(build, 0o755);
        await Deno.chmod(folder, 0o755);
      }
      await Deno.remove(build);
      await Deno.symlink(planted, build);
      assertMatch(refusal(), /The native kernel .* is a link; delete/);
      await Deno.rename(folder, new URL("../elsewhere", folder));
      await Deno.symlink("elsewhere", fileURLToPath(folder).replace(/\/$/, ""));
      assertMatch(refusal(), /The folder of native kernels, .*, is a link; delete/);
    }),
);

testPlanted("a library of other sources is refused", () =>
  withPlanted(async ({ folder, refusal }) => {
    const record = JSON.parse(await Deno.readTextFile(new URL(RECORD, folder)));
    await Deno.writeTextFile(new URL(RECORD, folder), JSON.stringify({ ...record, sources: "0".repeat(64) }));
    assertMatch(refusal(), /was built from other sources than .*native\/ has now; delete/);
    for (const text of ["", "null", "[]", '{"library":1}', "\x00"]) {
      await Deno.writeTextFile(new URL(RECORD, folder), text);
      assertMatch(refusal(), /has no record of how it was built|is not the one that was built/, text);
    }
  }));

const root = POSIX && Deno.uid() === 0;
Deno.test({
  name: `a library of another user is refused, and not built over${root ? "" : " [needs root, skipped otherwise]"}`,
  ignore: !root,
  fn: () =>
    withPlanted(async ({ folder, build, refusal }) => {
      await Deno.chown(build, 4242, 4242);
      assertMatch(refusal(), /The native kernel .* belongs to user 4242, not to you \(0\); delete/);
      await Deno.chown(build, 0, 0);
      await Deno.chown(folder, 4242, 4242);
      assertMatch(refusal(), /The folder of native kernels, .* belongs to user 4242, not to you \(0\); delete/);
      const { warn } = console;
      console.warn = () => {};
      try {
        const advice = await prepareNative({ build: true, folder, compiler: COMPILER });
        assertMatch(advice!, /cannot be built: The folder of native kernels, .* belongs to user 4242/);
      } finally {
        console.warn = warn;
      }
    }),
});

testPlanted("buildNative() closes its folder to others, whatever the umask", () =>
  withFolder(async (room) => {
    const folder = new URL("native/", room);
    await Deno.mkdir(folder);
    await Deno.chmod(folder, 0o775);
    await Deno.writeTextFile(new URL("kernel-abi1-plain.so", folder), "an old one");
    await Deno.chmod(new URL("kernel-abi1-plain.so", folder), 0o777);
    const before = Deno.umask(0o002);
    try {
      await buildNative({ instructions: "plain", folder, compiler: COMPILER });
    } finally {
      Deno.umask(before);
    }
    assert(findNative(folder).kernel);
    for (const path of [folder, ...[...Deno.readDirSync(folder)].map(({ name }) => new URL(name, folder))]) {
      assertEquals(Deno.lstatSync(path).mode! & 0o022, 0, String(path));
    }
  }));

testPlanted("a folder above that others may write is refused, up to the project's", async () => {
  const cache = new URL("../../data/cache/", import.meta.url);
  await Deno.mkdir(cache, { recursive: true });
  const room = await Deno.makeTempDir({ dir: fileURLToPath(cache), prefix: "own-library-" });
  try {
    const folder = pathToFileURL(`${room}/native/`);
    await copyBuild(folder);
    // Whatever the mode of the folders above that this test does not make, it is not what is tried here.
    if (!findNative(folder).kernel) return;
    await Deno.chmod(room, 0o757);
    assertMatch(
      findNative(folder).refusal!,
      /The folder .*own-library-.*, may be written by everybody \(mode 0757\); c/,
    );
    await Deno.chmod(room, 0o755);
    if (!root) return;
    await Deno.chown(room, 0, 4242);
    await Deno.chmod(room, 0o775);
    assertMatch(findNative(folder).refusal!, /The folder .*, may be written by group 4242 \(mode 0775\); chmod g-w /);
    await Deno.chown(room, 4242, 4242);
    await Deno.chmod(room, 0o755);
    assertMatch(findNative(folder).refusal!, /The folder .*, belongs to user 4242, not to you \(0\); copy the project/);
  } finally {
    await Deno.remove(room, { recursive: true });
  }
});
