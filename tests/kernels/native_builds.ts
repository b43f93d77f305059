import { assert } from "@std/assert";
import { pathToFileURL } from "node:url";
import { KernelError } from "../../lib/kernels/mod.ts";
import { checkNative, type InstructionSet } from "../../lib/kernels/native.ts";
import { buildNative } from "../../lib/kernels/build_native.ts";

/** What builds the native kernel in the tests. */
export const COMPILER = "cc";

/** A test that is skipped, and says so, where there is no C compiler. */
export function testNative(name: string, body: () => void | Promise<void>): void {
  const ignore = !hasCompiler();
  Deno.test({
    name: ignore ? `${name} [needs a C compiler called ${COMPILER}, skipped without it]` : name,
    ignore,
    fn: body,
  });
}

function hasCompiler(): boolean {
  try {
    return new Deno.Command(COMPILER, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** Gives a test a folder of its own. */
export async function withFolder(body: (folder: URL) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(pathToFileURL(folder + "/"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What this family of machines can be built for, widest first. */
export const FAMILY: InstructionSet[] = Deno.build.arch === "aarch64" ? ["neon", "plain"] : ["avx512", "avx2", "plain"];

/** Builds for every width that this machine has. */
let builds: Promise<string[]> | undefined;

async function buildAll(): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const files = [];
  for (const instructions of FAMILY) {
    files.push(await buildNative({ instructions, folder: pathToFileURL(folder + "/"), compiler: COMPILER }));
  }
  return files.filter(canRun);
}

/** Runs a test with each of these builds. */
export async function withBuilds(body: (file: string) => Promise<void>): Promise<void> {
  const files = await (builds ??= buildAll());
  assert(files.length > 0);
  for (const file of files) await body(file);
}

/** Whether this machine has the instructions of a build. */
export function canRun(file: string): boolean {
  try {
    return checkNative(file).file === file;
  } catch (error) {
    if (error instanceof KernelError) return false;
    throw error;
  }
}
