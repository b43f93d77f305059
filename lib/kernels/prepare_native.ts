import { buildAndTry, NoCompilerError } from "./build_native.ts";
import { KernelError } from "./kernel_error.ts";
import { findNative, may, NATIVE_FOLDER } from "./native.ts";
import { say } from "./say.ts";

/** How {@linkcode prepareNative} prepares. */
export interface PrepareOptions {
  /** Whether to build a kernel where there is none. */
  build: boolean;
  /**
   * Where native kernels are.
   *
   * @default {`data/cache/native/`}
   */
  folder?: URL;
  /**
   * The C compiler.
   *
   * @default {the environment variable CC, otherwise `cc`}
   */
  compiler?: string;
}

/** What the native kernel gains, as the README has measured it on AVX-512. */
const GAIN = "two to four times as fast";

/**
 * Sees to it that there is a native kernel that this machine can run, as far as
 * this program may: where none is there, it is built, if that is wanted, and if
 * running the C compiler, writing to the folder and calling native code are
 * permitted. Never asks for a permission.
 *
 * @returns In a line for people, what would be gained and how, where there is none and could be one.
 */
export async function prepareNative(options: PrepareOptions): Promise<string | undefined> {
  const { build, folder = NATIVE_FOLDER } = options;
  if (!may({ name: "ffi", path: folder }, { name: "read", path: folder })) return;
  const { kernel, refusal } = findNative(folder);
  if (kernel) return;
  const given = options.compiler ?? (may({ name: "env", variable: "CC" }) ? Deno.env.get("CC") : undefined);
  const compiler = given || "cc";
  if (!build || !may({ name: "write", path: folder }, { name: "run", command: compiler.split(" ")[0] })) {
    // A refusal, which is told where a kernel is loaded, names the task itself.
    return refusal ? undefined : `deno task native builds one that is ${GAIN}`;
  }
  say("Building the native kernel for this machine, once; about 5 seconds");
  try {
    await buildAndTry({ compiler, folder });
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return error instanceof NoCompilerError
      ? `a native one would be ${GAIN}, but takes a C compiler (Debian, Ubuntu: apt install gcc libc6-dev)`
      : `a native one would be ${GAIN}, but cannot be built: ${error.message.split("\n")[0]}`;
  }
}
