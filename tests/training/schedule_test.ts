import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type EpochRecord, learningRateAt } from "../../lib/training/mod.ts";

/** Epochs with these held-out losses. */
const epochs = (...totals: number[]): EpochRecord[] =>
  totals.map((total, i) => ({ epoch: i + 1, train: { total: 1 / (i + 1) }, heldOut: { total }, seconds: 1 }));
const moment = { step: 0, steps: 100, epochs: [] as EpochRecord[], monitor: "heldOut" as const };

Deno.test("learningRateAt() is constant if nothing else is said", () => {
  for (const step of [0, 50, 99]) assertEquals(learningRateAt({ learningRate: 0.01 }, { ...moment, step }), 0.01);
});

Deno.test("learningRateAt() rises in a straight line to its height", () => {
  for (const schedule of ["constant", "cosine", "plateau"] as const) {
    const rates = [0, 1, 3, 4].map((step) =>
      learningRateAt({ learningRate: 0.01, warmUpSteps: 4, schedule }, { ...moment, step })
    );
    rates.forEach((rate, i) => assertAlmostEquals(rate, [0.0025, 0.005, 0.01, 0.01][i], 1e-12));
  }
});

Deno.test("learningRateAt() falls by half a cosine to the end of the run", () => {
  const rate = (step: number) =>
    learningRateAt({ learningRate: 1, warmUpSteps: 20, schedule: "cosine" }, { ...moment, step });
  assertAlmostEquals(rate(20), 1, 1e-12);
  assertAlmostEquals(rate(60), 0.5, 1e-12);
  assertAlmostEquals(rate(40), (1 + Math.cos(Math.PI / 4)) / 2, 1e-12);
  assertAlmostEquals(rate(100), 0, 1e-12);
});

Deno.test("learningRateAt() is halved on each plateau of the monitored loss", () => {
  const rate = (monitor: "train" | "heldOut", ...totals: number[]) =>
    learningRateAt({ learningRate: 8, schedule: "plateau", plateauPatience: 2 }, {
      ...moment,
      monitor,
      epochs: epochs(...totals),
    });
  assertEquals(rate("heldOut"), 8);
  assertEquals(rate("heldOut", 3, 2, 2), 8);
  assertEquals(rate("heldOut", 3, 2, 2, 2.5), 4);
  // The count begins anew.
  assertEquals(rate("heldOut", 3, 2, 2, 2.5, 2), 4);
  assertEquals(rate("heldOut", 3, 2, 2, 2.5, 2, 2), 2);
  assertEquals(rate("heldOut", 3, 2, 2, 2.5, 1, 2), 4);
  assertEquals(rate("train", 3, 2, 2, 2.5), 8);
});
