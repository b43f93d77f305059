/**
 * Trains small models for 5,000 steps each and prints, as JSON, what there is after each thousand: for the test of
 * lifetimes. In a process of its own, which can be told to collect its garbage.
 */

import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { lstm } from "../../lib/layers/mod.ts";
import { fusedStep } from "../../lib/training/mod.ts";
import { liveWorkers } from "../kernels/workers.ts";
import { drawnWindows, noteModel } from "./models.ts";
import { ARGS, batchTensors, stepOptions } from "./steps.ts";

/** What there is after a thousand steps. */
export interface Held {
  /** Tensors that tfjs knows. */
  tensors: number;
  /** Pieces of memory behind them. */
  data: number;
  /** Bytes of the kernel's memory that are taken. */
  kernel: number;
  /** Bytes that the kernel's memory has. */
  grown: number;
  /** Threads of Workers. */
  workers: string[];
  /** Bytes of the process that are resident. */
  rss: number;
}

const args = { epochs: 125, batchSize: 10, verbose: 0, yieldEvery: "never" } as const;
const windows = drawnWindows(4, 84);

function fused() {
  const model = noteModel(4), { step } = fusedStep(model, stepOptions(model));
  return async () => {
    for (let i = 0; i < args.epochs; i++) {
      for (const batch of windows.batches({ size: args.batchSize })) await step!.run(batch, ARGS);
      step!.writeModel();
    }
  };
}

function layer() {
  const { inputs, targets } = batchTensors(windows.gather([...Array(windows.size).keys()]));
  const layers = [
    lstm({ units: 4, recurrentActivation: "sigmoid", inputShape: [4, 3] }),
    tf.layers.dense({ units: 1 }),
  ];
  const model = tf.sequential({ layers });
  model.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
  return () => model.fit(inputs, targets.step, args);
}

async function heldAfter(thousand: () => Promise<unknown>): Promise<Held> {
  await thousand();
  (globalThis as unknown as { gc(): void }).gc();
  const { used, floats } = kernelEngine()!.arena;
  return {
    tensors: tf.memory().numTensors,
    data: tf.backend().numDataIds(),
    ...{ kernel: used, grown: floats.byteLength, workers: liveWorkers(), rss: Deno.memoryUsage().rss },
  };
}

if (import.meta.main) {
  await startBackend();
  const all: Record<string, Held[]> = {};
  for (const [name, make] of Object.entries({ fused, layer })) {
    const thousand = make();
    all[name] = [];
    for (let i = 0; i < 5; i++) all[name].push(await heldAfter(thousand));
  }
  console.log(JSON.stringify(all));
}
