import { KernelError } from "../kernel_error.ts";
import type { LoadedKernel, Run } from "./loaded_kernel.ts";
import { checkNative, findNative, loadNative, NATIVE_FOLDER } from "../native.ts";
import { say } from "../say.ts";

/** A compiled kernel: WebAssembly, as it comes from `deno task kernels`, or native, from `deno task native`. */
export type Binary = {
  /** For people: `"WebAssembly SIMD, relaxed"`. */
  name: string;
  /** Whether it needs memory that threads can share. */
  shared: boolean;
} & ({ /** Compiled for this machine. */ module: WebAssembly.Module } | { /** Path of the library. */ file: string });

const VARIANTS = [
  { file: "relaxed", name: "WebAssembly SIMD, relaxed", relaxed: true, shared: true },
  { file: "simd", name: "WebAssembly SIMD", relaxed: false, shared: true },
  { file: "alone", name: "WebAssembly SIMD, not shared", relaxed: false, shared: false },
];

/** What {@linkcode loadBinary} may use. */
export interface Wanted {
  /** Whether products and sums may be rounded once instead of twice. */
  relaxed: boolean;
  /** Whether memory can be shared by threads. */
  shared: boolean;
  /** Whether a native kernel may be used if there is one, or the path of one that must be. */
  native: boolean | string;
  /**
   * Where native kernels are.
   *
   * @default {`data/cache/native/`}
   */
  folder?: URL;
}

/**
 * Finds the fastest kernel that this machine can run. If there are native ones
 * and none can be used, one line says so, once.
 *
 * @throws {KernelError} If there is none: no SIMD, no permission to read `lib/kernels/compiled/`, or the native one that
 * must be used is not good.
 */
export async function loadBinary({ relaxed, shared, native, folder = NATIVE_FOLDER }: Wanted): Promise<Binary> {
  if (typeof native === "string") return { ...checkNative(native), shared: true };
  return (native && shared && nativeBinary(folder)) || await portableBinary(relaxed, shared);
}

/** What the user has been told. */
const told = new Set<string>();

function nativeBinary(folder: URL): Binary | undefined {
  const { kernel, refusal } = findNative(folder);
  if (refusal && !told.has(refusal)) say(refusal);
  if (refusal) told.add(refusal);
  return kernel && { ...kernel, shared: true };
}

async function portableBinary(relaxedAllowed: boolean, sharedAllowed: boolean): Promise<Binary> {
  for (const { file, name, relaxed, shared } of VARIANTS) {
    if ((relaxed && !relaxedAllowed) || (shared && !sharedAllowed)) continue;
    const bytes = await read(new URL(`../compiled/${file}.wasm`, import.meta.url));
    if (WebAssembly.validate(bytes)) return { name, module: await WebAssembly.compile(bytes), shared };
  }
  throw new KernelError("This machine's WebAssembly has no SIMD, which the LSTM kernel needs");
}

async function read(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(url);
  } catch (error) {
    throw new KernelError(`Cannot read the compiled LSTM kernel: ${(error as Error).message}`, { cause: error });
  }
}

/** The kernel for one thread, on the memory of all. */
export function instantiate(binary: Binary, memory: WebAssembly.Memory): LoadedKernel {
  if ("file" in binary) return loadNative(binary.file, memory);
  const { run } = new WebAssembly.Instance(binary.module, { env: { memory } }).exports as { run: Run };
  return { run: (instruction, thread, threads) => run(instruction, thread, threads) >>> 0, close() {} };
}
