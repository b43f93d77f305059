import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { createEngine, type Engine } from "./engine.ts";
import { registerIdentity } from "./identity.ts";
import { registerMatMul } from "./mat_mul.ts";

let started: Promise<string> | undefined;
let engine: Engine | undefined;

/**
 * Starts what computes, once, and says in one line on standard error what that is:
 *
 * - tfjs on its WebAssembly backend, with two of its operations replaced by
 *   faster ones. The compiled code comes from the npm package on disk: no network,
 *   but the permission to read that package. Where it cannot start, tfjs's `cpu`
 *   backend takes its place, much slower.
 * - the compiled kernel of `createEngine`, on which the layers of `lib/layers`
 *   and the fused training step compute. Where it cannot start, tfjs computes
 *   them too.
 *
 * Calling it again changes nothing.
 *
 * @returns The name of tfjs's backend: `"wasm"` or `"cpu"`.
 */
export function startBackend(): Promise<string> {
  return started ??= start();
}

/** The kernel that {@linkcode startBackend} has started; nothing before, or where it could not. */
export function kernelEngine(): Engine | undefined {
  return engine;
}

async function start(): Promise<string> {
  const [backend, obstacle] = await startTfjs();
  let kernel: string;
  try {
    engine = await createEngine();
    kernel = engine.description;
  } catch (error) {
    kernel = `no LSTM kernel (${(error as Error).message})`;
  }
  const line = `tfjs ${tf.version.tfjs} on its ${backend} backend${obstacle}; ${kernel}`;
  // On standard error even where all is well, because standard output is the program's own.
  console.warn(engine && backend === "wasm" ? line : `Slow: ${line}`);
  return backend;
}

/** The backend's name, and why it is not wasm. */
async function startTfjs(): Promise<[string, string]> {
  const reason = await obstacle();
  if (reason === undefined && await tf.setBackend("wasm")) {
    registerIdentity(tf.backend());
    registerMatMul(tf.backend());
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
