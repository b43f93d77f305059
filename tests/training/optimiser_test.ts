import { assert, assertEquals, assertRejects } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { evaluate, fit, type FitOptions, type History, layersModelStep, loadModel } from "../../lib/training/mod.ts";
import { mixedModel } from "../layers/mixed_models.ts";
import { bits, furthest } from "./tiny.ts";
import { toyOptions, toyWindows } from "./toy.ts";

await startBackend();

const windows = toyWindows(), heldOut = toyWindows(30);
const all: Partial<FitOptions> = {
  ...{ weightDecay: 0.1, clipNorm: 0.5, averageDecay: 0.9, warmUpSteps: 3 },
  ...{ supervision: "every", heldOut, monitor: "heldOut" },
};

/** A history without what a clock decides. */
const timeless = ({ epochs, best }: History) => [best, ...epochs.map(({ train, heldOut }) => ({ train, heldOut }))];

for (const schedule of ["constant", "cosine", "plateau"] as const) {
  for (const createStep of [undefined, layersModelStep]) {
    const by = createStep ? "on tfjs" : "on what is fastest";
    Deno.test(`fit() resumes from the middle of an epoch to the same bits with dropout and all settings of the optimiser: ${schedule}, ${by}`, async () => {
      const run = await Deno.makeTempDir();
      try {
        const options = (changes: Partial<FitOptions> = {}) =>
          toyOptions({
            ...all,
            schedule,
            plateauPatience: 1,
            epochs: 4,
            createStep,
            restoreBest: schedule === "plateau",
            ...changes,
          });
        const [straight, stopped, resumed] = [mixedModel("classes"), mixedModel("classes"), mixedModel("classes", 99)];
        const whole = await fit(straight, windows, options());
        const stop = new AbortController();
        let steps = 0;
        const onStep = () => ++steps === 6 ? stop.abort() : undefined;
        const broken = await fit(stopped, windows, options({ run, signal: stop.signal, onStep }));
        assertEquals([broken.stopped, broken.epochs.length], ["interrupted", 1]);
        const history = await fit(resumed, windows, options({ run, resume: true }));
        assertEquals(timeless(history), timeless(whole));
        assertEquals(bits(resumed), bits(straight));
      } finally {
        await Deno.remove(run, { recursive: true });
      }
    });
  }
}

Deno.test("fit() ends with the average of the weights, by which it measures held-out windows; the checkpoint has both", async () => {
  const run = await Deno.makeTempDir();
  try {
    const model = mixedModel("classes"), options = toyOptions({ ...all, run });
    const { epochs } = await fit(model, windows, options);
    const { batchSize, lossWeights, heads } = options;
    const measured = await evaluate(model, heldOut, { batchSize, lossWeights, heads, supervision: "every" });
    assert(Math.abs(measured.total - epochs[2].heldOut!.total) < 1e-4);
    const last = await loadModel(`${run}/checkpoint`);
    assert(furthest(bits(model), bits(last)) > 1e-3, "the average is what was learned last");
    const plain = mixedModel("classes");
    await fit(plain, windows, toyOptions({ ...all, averageDecay: 0 }));
    assertEquals(bits(plain), bits(last));
  } finally {
    await Deno.remove(run, { recursive: true });
  }
});

Deno.test("fit() learns otherwise with each setting of the optimiser", async () => {
  const learned = async (changes: Partial<FitOptions>) => {
    const model: tf.LayersModel = mixedModel("classes");
    await fit(model, windows, toyOptions({ heldOut, monitor: "heldOut", epochs: 2, ...changes }));
    return `${bits(model)}`;
  };
  const all = await Promise.all(
    ([{}, { weightDecay: 0.1 }, { clipNorm: 0.1 }, { averageDecay: 0.5 }, { warmUpSteps: 2 }, {
      schedule: "cosine",
    }] as const)
      .map(learned),
  );
  assertEquals(new Set(all).size, all.length);
});

Deno.test("fit() refuses to resume under other settings of the optimiser", async () => {
  const run = await Deno.makeTempDir();
  try {
    const train = (changes: Partial<FitOptions>, resume = true) =>
      fit(mixedModel("classes"), windows, toyOptions({ epochs: 1, run, resume, ...changes }));
    await train({ weightDecay: 0.1, schedule: "cosine" }, false);
    const refused = (changes: Partial<FitOptions>, message: string) =>
      assertRejects(() => train(changes), RangeError, message);
    await refused({ weightDecay: 0.2, schedule: "cosine" }, "(optimiser.weightDecay was 0.1, is 0.2)");
    await refused({ weightDecay: 0.1 }, "optimiser.schedule was cosine, is not given");
    // It comes down to 0 at the end of the last epoch, so that it hangs on how many there are.
    await refused({ weightDecay: 0.1, schedule: "cosine", epochs: 2 }, "(epochs was 1, is 2)");
  } finally {
    await Deno.remove(run, { recursive: true });
  }
});

Deno.test("fit() refuses settings of the optimiser that mean nothing", async () => {
  const refused = (
    changes: Partial<FitOptions>,
    message: string,
    type: typeof RangeError | typeof TypeError = RangeError,
  ) => assertRejects(() => fit(mixedModel("classes"), windows, toyOptions(changes)), type, message);
  await refused({ weightDecay: -1 }, "weightDecay must be a number of 0 or more, current value is -1");
  await refused({ clipNorm: 0 }, "clipNorm must be a positive number or Infinity, current value is 0");
  await refused({ averageDecay: 1 }, "averageDecay must be a number of 0 or more and below 1");
  await refused({ warmUpSteps: 0.5 }, "warmUpSteps must be an integer of 0 or more");
  await refused({ schedule: "linear" as "cosine" }, 'schedule must be "constant", "cosine" or "plateau"', TypeError);
});
