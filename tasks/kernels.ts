/**
 * Compiles the LSTM kernel, lib/kernels/assembly/, to lib/kernels/compiled/.
 *
 *     deno task kernels
 *
 * @module
 */
import asc from "assemblyscript/asc";
import { type CommandOptions, flagsOf } from "./command.ts";

const USAGE = `deno task kernels

Compiles the portable LSTM kernel, lib/kernels/assembly/, to WebAssembly in
lib/kernels/compiled/.

  --help   show this text`;

const ROOT = new URL("../", import.meta.url);

/** Where the compiled kernels are, from the project's root. */
export const COMPILED = "lib/kernels/compiled/";

/** What each compiled kernel may use of WebAssembly; the first that a machine can run is the one that runs. */
export const VARIANTS: Record<string, string[]> = {
  "relaxed.wasm": ["--enable", "simd", "--enable", "relaxed-simd", "--enable", "threads", "--sharedMemory"],
  "simd.wasm": ["--enable", "simd", "--enable", "threads", "--sharedMemory"],
  "alone.wasm": ["--enable", "simd"],
};

/**
 * Compiles one variant.
 *
 * @param features Of {@linkcode VARIANTS}.
 * @returns The bytes of the WebAssembly module.
 * @throws {SyntaxError} If the source does not compile; with asc's own messages.
 */
export async function compile(features: string[]): Promise<Uint8Array<ArrayBuffer>> {
  let compiled: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([
    "lib/kernels/assembly/kernel.ts",
    ...["--outFile", "kernel.wasm"],
    // Not -O3, which is slower here: lib/kernels/assembly/multiply.ts says why.
    ...["-O2", "--noAssert", "--runtime", "stub"],
    // The first 8 KiB are the threads' control words (lib/kernels/engine/control.ts).
    ...["--importMemory", "--memoryBase", "8192", "--initialMemory", "2", "--maximumMemory", "65536"],
    ...["--disableWarning", "112"],
    ...features,
  ], {
    readFile: (name) => readSource(name),
    writeFile: (_name, bytes) => void (compiled = bytes as Uint8Array<ArrayBuffer>),
    listFiles: () => [],
  });
  if (error || !compiled) throw new SyntaxError(`The kernel does not compile: ${stderr.toString()}`, { cause: error });
  return compiled;
}

function readSource(name: string): string | null {
  try {
    return Deno.readTextFileSync(new URL(name, ROOT));
  } catch {
    return null; // asc tries several names for an import
  }
}

/** Runs the task. @returns The exit code: 0, 2 if the arguments are wrong. */
export async function kernelsTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const { print = console.log } = options, flags = await flagsOf(args, USAGE, [], options);
  if (typeof flags === "number") return flags;
  await Deno.mkdir(new URL(COMPILED, ROOT), { recursive: true });
  for (const [file, features] of Object.entries(VARIANTS)) {
    const bytes = await compile(features);
    await Deno.writeFile(new URL(COMPILED + file, ROOT), bytes);
    print(`${COMPILED}${file}: ${bytes.length} bytes`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await kernelsTask(Deno.args));
