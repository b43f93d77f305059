import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { MOST_THREADS } from "./engine/control.ts";
import { createEngine, type Engine } from "./engine/engine.ts";
import { registerGather } from "./tfjs/gather.ts";
import { registerIdentity } from "./tfjs/identity.ts";
import { registerMatMul } from "./tfjs/mat_mul.ts";
import { prepareNative } from "./prepare_native.ts";
import { say } from "./say.ts";
import { registerSegmentSum } from "./tfjs/segment_sum.ts";

let started: Promise<string> | undefined;
let tfjs: ReturnType<typeof startTfjs> | undefined;
let engine: Engine | undefined;
let asked: StartOptions = {};

/** Options of {@linkcode startBackend}. */
export interface StartOptions {
  /**
   * Whether to build the native kernel first (about 5 seconds) where there is none that this machine can use, a C
   * compiler is, and this program may run it, call native code and write to `data/cache/`; what `deno task native` does.
   *
   * @default {false}
   */
  build?: boolean;
  /**
   * Whether the native kernel may be used where there is one.
   *
   * @default {true}
   */
  native?: boolean;
  /**
   * Threads of the kernel, the calling one included, where several programs share the machine. What is computed differs in
   * last digits between one number of threads and another.
   *
   * @default {navigator.hardwareConcurrency, at most 8}
   */
  threads?: number;
}

/**
 * Starts what computes, once, and says in one line what that is:
 *
 * - tfjs on its WebAssembly backend, with three of its operations replaced by
 *   faster ones, and the one added that the gradient of an embedding needs. The
 *   compiled code comes from the npm package on disk: no network, but the
 *   permission to read that package. Where it cannot start, tfjs's `cpu` backend
 *   takes its place, much slower.
 * - the compiled kernel of `createEngine`, on which the layers of `lib/layers`
 *   and the fused training step compute. Where it cannot start, tfjs computes
 *   them too.
 *
 * Calling it again changes nothing, unless a thread of the kernel has ended: then a
 * new kernel is started. The kernel's Workers sleep while there is
 * nothing to do, and let a program end; {@linkcode stopBackend} ends them before.
 *
 * @returns The name of tfjs's backend: `"wasm"` or `"cpu"`.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 */
export async function startBackend(options: StartOptions = {}): Promise<string> {
  const { build = false, native = true, threads } = checkOptions("start what computes", options, {
    build: optional(kinds.boolean),
    native: optional(kinds.boolean),
    threads: optional(kinds.integer({ from: 1, to: MOST_THREADS })),
  });
  if (engine?.failed) await stopBackend();
  return await (started ??= start({ build, native, threads }));
}

/**
 * Starts the kernel anew, as it was started, if one of its threads has ended: a cell that failed of it can be run again.
 * What has been made on the old one computes no more, as after {@linkcode stopBackend}.
 */
export async function renewKernel(): Promise<void> {
  if (!engine?.failed) return;
  say("A thread of the LSTM kernel had ended; another is started");
  await startBackend(asked);
}

/**
 * Ends what {@linkcode startBackend} has started of ours: the kernel's Workers,
 * and its memory as soon as nobody holds it any more. tfjs and its tensors stay,
 * so models keep their weights, and compute with tfjs's own operations from
 * there on. `startBackend` starts a new kernel.
 *
 * What has been made on the old kernel computes no more and throws a
 * {@linkcode KernelError}: networks, fused training steps, players, and a `fit`
 * that is under way.
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { kernelEngine, startBackend, stopBackend } from "./mod.ts";
 *
 * await startBackend();
 * await stopBackend();
 * assertEquals(kernelEngine(), undefined);
 * await startBackend();
 * assert(kernelEngine());
 * ```
 */
export async function stopBackend(): Promise<void> {
  await started;
  engine?.dispose();
  engine = started = undefined;
}

/**
 * Moves to the kernel that a run was begun on, if another is running: the last
 * digits of all that is computed hang on it. What has been made on the other
 * computes no more, as after {@linkcode stopBackend}.
 *
 * @param kernel `Engine.kernel`, as the run has it.
 */
export async function keepKernel(kernel: string): Promise<void> {
  const now = engine?.kernel;
  if (!now || now === kernel) return;
  if (now.startsWith("native") && !kernel.startsWith("native")) {
    await stopBackend();
    await startBackend({ ...asked, native: false });
  }
  if (engine?.kernel === kernel) return;
  say(
    `The run was begun on another kernel (${kernel}): what it computes from here on may differ in last digits`,
  );
}

/**
 * The kernel that {@linkcode startBackend} has started; nothing before, after {@linkcode stopBackend}, where it could
 * not, or once one of its threads has ended.
 */
export function kernelEngine(): Engine | undefined {
  return engine?.failed ? undefined : engine;
}

async function start(
  { build, native, threads }: Required<Omit<StartOptions, "threads">> & Pick<StartOptions, "threads">,
): Promise<string> {
  asked = { native, threads };
  // Once only: its operations are replaced there.
  const [backend, obstacle] = await (tfjs ??= startTfjs());
  let kernel: string;
  try {
    const advice = native ? await prepareNative({ build }) : undefined;
    engine = await createEngine({ native, threads });
    kernel = [engine.description, ...advice ? [advice] : []].join("; ");
  } catch (error) {
    kernel = `no LSTM kernel (${(error as Error).message})`;
  }
  const line = `${kernel}; all else: tfjs ${tf.version.tfjs} (${backend}${obstacle})`;
  say(engine && backend === "wasm" ? line : `Slow: ${line}`);
  return backend;
}

/** The backend's name, and why it is not wasm. */
async function startTfjs(): Promise<[string, string]> {
  const reason = await obstacle();
  if (reason === undefined && await tf.setBackend("wasm")) {
    registerGather(tf.backend());
    registerIdentity(tf.backend());
    registerMatMul(tf.backend());
    registerSegmentSum(tf.backend());
    return [tf.getBackend(), ""];
  }
  // So that tfjs does not advertise its native package on the console.
  tf.env().set("IS_NODE", false);
  await tf.setBackend("cpu");
  return [tf.getBackend(), `, because WebAssembly cannot start (${reason ?? "tfjs refused"})`];
}

/** Opens the file that tfjs will open, because tfjs's own failure prints a page. */
async function obstacle(): Promise<string | undefined> {
  try {
    const file = import.meta.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm");
    (await Deno.open(new URL(file))).close();
  } catch (error) {
    return (error as Error).message;
  }
}
