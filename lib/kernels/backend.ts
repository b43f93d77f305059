import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { registerIdentity } from "./identity.ts";
import { registerMatMul } from "./mat_mul.ts";

let started: Promise<string> | undefined;

/**
 * Starts tfjs on its WebAssembly backend, with two of its operations replaced
 * by faster ones: a step of the paper's training takes a quarter of the time.
 * The compiled code comes from the npm package on disk: no network, but the
 * permission to read that package.
 *
 * Where WebAssembly cannot start, tfjs's `cpu` backend takes its place, much
 * slower, and one line says so. Calling it again changes nothing.
 *
 * @returns The name of the backend: `"wasm"` or `"cpu"`.
 */
export function startBackend(): Promise<string> {
  return started ??= start();
}

async function start(): Promise<string> {
  const reason = await obstacle();
  if (reason === undefined && await tf.setBackend("wasm")) {
    registerIdentity(tf.backend());
    registerMatMul(tf.backend());
    return tf.getBackend();
  }
  // So that tfjs does not advertise its native package on the console.
  tf.env().set("IS_NODE", false);
  await tf.setBackend("cpu");
  console.warn(`WebAssembly cannot start (${reason ?? "tfjs refused"}): computing on tfjs's slow cpu backend`);
  return tf.getBackend();
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
