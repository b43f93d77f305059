/** A task small enough for tests: to go on with a scale. */

import { assert, assertEquals } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import pl from "nodejs-polars";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import type { FitOptions, TrainingStep } from "../../lib/training/mod.ts";
import { type Windows, windows } from "../../lib/windows/mod.ts";

const SCALE = [0, 2, 4, 5, 7, 9, 11, 12];

/** Windows of 4 notes over `notes` notes of a scale from `tonic` on. */
export function scaleWindows(notes = 40, tonic = 60): Windows {
  const rows = [...Array(notes).keys()];
  return windows(
    pl.DataFrame({
      piece: rows.map(() => "scale"),
      pitch: rows.map((i) => tonic + SCALE[i % 8]),
      step: rows.map((i) => i % 2 ? 0.25 : 0.5),
      duration: rows.map((i) => i % 3 ? 0.2 : 0.4),
    }),
    { length: 4 },
  );
}

/** An LSTM of 8 units for {@linkcode scaleWindows}; the same each time. */
export function tinyModel(seed = 1): tf.LayersModel {
  return vanillaLstm({ length: 4, units: 8, prng: seeded(seed) });
}

/** Options for a run of some epochs, with a generator of its own. */
export function tinyOptions(changes: Partial<FitOptions> = {}): FitOptions {
  return {
    epochs: 2,
    batchSize: 10,
    learningRate: 0.01,
    lossWeights: { pitch: 0.05, step: 1, duration: 1 },
    prng: seeded(42),
    ...changes,
  };
}

/** The weights of a model, to compare bit by bit. */
export function bits(model: tf.LayersModel): number[][] {
  return model.getWeights().map((weight) => [...weight.dataSync()]);
}

/** Steps that compute nothing and claim these pitch losses one after the other, the last one for ever. */
export function pretended(pitchLosses: number[]): () => TrainingStep & { calls: number; disposed: boolean } {
  return () => ({
    calls: 0,
    disposed: false,
    run() {
      const pitch = pitchLosses[Math.min(this.calls++, pitchLosses.length - 1)];
      return { pitch, step: 0, duration: 0 };
    },
    measure: () => ({ pitch: 1, step: 1, duration: 1 }),
    readModel() {},
    writeModel() {},
    getState: () => ({ iterations: 0, means: [], squares: [] }),
    setState() {},
    dispose() {
      this.disposed = true;
    },
  });
}

/** The largest difference of two lists of lists of the same lengths. */
export function furthest(a: number[][], b: number[][]): number {
  assertEquals(a.map(({ length }) => length), b.map(({ length }) => length));
  const each = a.flatMap((row, i) => row.map((x, k) => Math.abs(x - b[i][k])));
  assert(each.every(Number.isFinite));
  return each.reduce((x, y) => Math.max(x, y), 0);
}
