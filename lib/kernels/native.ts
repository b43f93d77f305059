import { fileURLToPath } from "node:url";
import { KernelError } from "./kernel_error.ts";
import { checkOwnLibrary } from "./own_library.ts";
import type { LoadedKernel } from "./engine/loaded_kernel.ts";

/** The version of the kernel's records (`native/records.h` has it too): builds of another one are refused. */
export const KERNEL_ABI = 4;

/**
 * What a native kernel can be built of, fastest first: its name in files, and the one for people. A build says which
 * by the place in this order.
 */
export const INSTRUCTION_SETS: Readonly<Record<InstructionSet, string>> = {
  avx512: "AVX-512",
  avx2: "AVX2",
  neon: "NEON",
  plain: "plain C",
};

/** Instructions that a native kernel can be built of. */
export type InstructionSet = "avx512" | "avx2" | "neon" | "plain";

/** A native kernel that this machine can run. */
export interface NativeKernel {
  /** Path of the library. */
  file: string;
  /** For people: `"native, AVX-512"`. */
  name: string;
}

/** Where `deno task native` puts its builds. */
export const NATIVE_FOLDER = new URL("../../data/cache/native/", import.meta.url);

const ENDINGS: Partial<Record<typeof Deno.build.os, string>> = { darwin: "dylib", windows: "dll" };

/** The file of a build: `kernel-abi1-avx512.so`. */
export function nativeFileName(instructions: InstructionSet): string {
  return `kernel-abi${KERNEL_ABI}-${instructions}.${ENDINGS[Deno.build.os] ?? "so"}`;
}

/**
 * Looks for a native kernel: the fastest that this machine can run. Looks only
 * where it may read and call native code (`--allow-read`, `--allow-ffi`), and
 * never asks for a permission.
 *
 * @param folder Where to look.
 * @returns The kernel, if there is one; else, if there are builds but none can be used, one line that says why.
 */
export function findNative(folder: URL = NATIVE_FOLDER): { kernel?: NativeKernel; refusal?: string } {
  const found = nativeFiles(folder);
  const reasons = [];
  for (const instructions of Object.keys(INSTRUCTION_SETS) as InstructionSet[]) {
    const name = nativeFileName(instructions);
    if (!found.includes(name)) continue;
    try {
      return { kernel: checkNative(fileURLToPath(new URL(name, folder))) };
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      reasons.push(error.message);
    }
  }
  if (found.length === 0) return {};
  const [reason = `The native kernel ${found[0]} is of another version than ${KERNEL_ABI}`] = reasons;
  const advice = reason.includes("deno task native") ? "" : " (deno task native builds one for this machine)";
  return { refusal: `${reason}; computing on WebAssembly${advice}` };
}

/** Names of builds, of this version or another. */
function nativeFiles(folder: URL): string[] {
  if (!may({ name: "read", path: folder }, { name: "ffi", path: folder })) return [];
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
      /^kernel-abi.*(?<!\.json)$/.test(name)
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Whether this program may do all that; never asks for a permission. */
export function may(...descriptors: Deno.PermissionDescriptor[]): boolean {
  return descriptors.every((descriptor) => Deno.permissions.querySync(descriptor).state === "granted");
}

/** The functions of `native/probe.c`, which run on any machine of the processor's family. */
const PROBE = {
  abi: { parameters: [], result: "i32" },
  instructions: { parameters: [], result: "i32" },
  suits: { parameters: [], result: "i32" },
} as const;

/**
 * Asks a build what it is for, without executing any of the instructions that
 * this machine may not have; and before that, without loading it, whether it is
 * one that was built here and nobody else could have changed.
 *
 * @param file Path of the library.
 * @throws {KernelError} If others may write to it, it is not as it was built, not a native kernel, of another version, or
 * for another machine.
 */
export function checkNative(file: string): NativeKernel {
  const library = open(file, PROBE);
  try {
    const { abi, instructions, suits } = library.symbols;
    if (abi() !== KERNEL_ABI) {
      throw new KernelError(`The native kernel ${file} is of version ${abi()}, not ${KERNEL_ABI}`);
    }
    const name = Object.values(INSTRUCTION_SETS)[instructions()];
    if (!suits()) {
      throw new KernelError(`The native kernel ${file} is for machines with ${name}, which this one lacks`);
    }
    return { file, name: `native, ${name}` };
  } finally {
    library.close();
  }
}

/** Loads a library, if it is one of ours. */
function open<S extends Deno.ForeignLibraryInterface>(file: string, symbols: S): Deno.DynamicLibrary<S> {
  checkOwnLibrary(file);
  try {
    return Deno.dlopen(file, symbols);
  } catch (error) {
    throw new KernelError(`${file} is not a native kernel: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Loads a native kernel for the calling thread; each thread needs its own.
 *
 * @param file A file that {@linkcode checkNative} has found good.
 * @param memory The memory that the threads share. It may grow: its maximum is reserved, so it stays where it is.
 * @throws {KernelError} If the library cannot be loaded.
 */
export function loadNative(file: string, memory: WebAssembly.Memory): LoadedKernel {
  const library = open(file, { run: { parameters: ["buffer", "u32", "i32", "i32"], result: "u32" } });
  const bytes = new Uint8Array(memory.buffer);
  const { run } = library.symbols;
  return {
    run: (instruction, thread, threads) => run(bytes, instruction, thread, threads),
    close: () => library.close(),
  };
}
