import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { evaluate, fit, type FitOptions, type History, type StepReport } from "../../lib/training/mod.ts";
import type { Batch } from "../../lib/windows/mod.ts";
import { bits, pretended, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

Deno.test("fit() learns a scale", async () => {
  const model = tinyModel(), windows = scaleWindows();
  const lossWeights = { pitch: 1, step: 1, duration: 1 };
  const before = await evaluate(model, windows, { batchSize: 10, lossWeights });
  const history = await fit(model, windows, tinyOptions({ epochs: 60, learningRate: 0.03, lossWeights }));
  const after = await evaluate(model, windows, { batchSize: 10, lossWeights });
  // ln 8 = 2.08 is what it would take to know only which eight pitches there are.
  assert(before.pitch > 4.6 && after.pitch < 1.9, `pitch from ${before.pitch} to ${after.pitch}`);
  assert(after.step < 0.03 && after.duration < 0.03, `step ${after.step}, duration ${after.duration}`);
  assertEquals([history.stopped, history.epochs.length], ["finished", 60]);
  assertEquals(history.epochs.map(({ epoch }) => epoch), [...Array(60).keys()].map((i) => i + 1));
  assert(history.epochs.every(({ seconds }) => seconds > 0) && history.secondsPerStep > 0);
});

Deno.test("fit() gives the same weights for the same prng, and other ones for another", async () => {
  const models = [tinyModel(), tinyModel(), tinyModel()];
  for (const [i, seed] of [42, 42, 43].entries()) {
    await fit(models[i], scaleWindows(), tinyOptions({ prng: seeded(seed) }));
  }
  assertEquals(bits(models[0]), bits(models[1]));
  assert(bits(models[0])[0].join() !== bits(models[2])[0].join());
});

Deno.test("fit() reports every step, and means over the epoch as Keras prints them", async () => {
  const reports: StepReport[] = [];
  // 36 windows in batches of 10: the last one has 6.
  const history = await fit(
    tinyModel(),
    scaleWindows(),
    tinyOptions({
      epochs: 2,
      createStep: pretended([4, 3, 2, 1, 0.5]),
      onStep: (report) => void reports.push(report),
    }),
  );
  assertEquals(reports.map(({ epoch, epochs, step, steps }) => [epoch, epochs, step, steps]), [
    [1, 2, 1, 4],
    [1, 2, 2, 4],
    [1, 2, 3, 4],
    [1, 2, 4, 4],
    [2, 2, 1, 4],
    [2, 2, 2, 4],
    [2, 2, 3, 4],
    [2, 2, 4, 4],
  ]);
  assertEquals(reports.slice(0, 3).map(({ losses }) => losses.pitch), [4, 3.5, 3]);
  assertAlmostEquals(history.epochs[0].train.pitch, (40 + 30 + 20 + 6) / 36, 1e-12);
  assertAlmostEquals(history.epochs[0].train.total, 0.05 * (40 + 30 + 20 + 6) / 36, 1e-12);
  assertEquals(history.epochs[1].train.pitch, 0.5);
  assert(reports.every(({ secondsLeft }) => secondsLeft >= 0) && reports[0].secondsLeft > 0);
  assertEquals(reports.at(-1)!.secondsLeft, 0);
});

Deno.test("fit() leaves the remainder out when it is told to", async () => {
  const steps: number[] = [];
  await fit(
    tinyModel(),
    scaleWindows(),
    tinyOptions({ epochs: 1, dropRemainder: true, onStep: ({ step, steps: of }) => void steps.push(step, of) }),
  );
  assertEquals(steps, [1, 3, 2, 3, 3, 3]);
});

Deno.test("fit() draws a new order for each epoch, or keeps the first", async () => {
  const orders = async (reshuffle?: boolean) => {
    const seen: string[] = [];
    const step = pretended([1])();
    const createStep = () => ({
      ...step,
      run({ targets }: Batch) {
        seen.push([...targets.pitch].join());
        return { pitch: 1, step: 0, duration: 0 };
      },
    });
    await fit(tinyModel(), scaleWindows(), tinyOptions({ epochs: 3, reshuffle, dropRemainder: true, createStep }));
    return [0, 3, 6].map((first) => seen.slice(first, first + 3).join(" "));
  };
  for (const reshuffle of [undefined, true]) assertEquals(new Set(await orders(reshuffle)).size, 3);
  const kept = await orders(false);
  assertEquals(new Set(kept).size, 1);
  assertEquals(kept[0], (await orders())[0]);
});

Deno.test("fit() measures held-out windows after each epoch", async () => {
  const model = tinyModel(), heldOut = scaleWindows(20, 55);
  const after: number[] = [];
  const options = tinyOptions({ heldOut });
  const history = await fit(model, scaleWindows(), {
    ...options,
    onEpoch: async (record, soFar) => {
      assertEquals(soFar.stopped, record.epoch < 2 ? "running" : "finished");
      assertEquals(soFar.epochs.at(-1), record);
      after.push((await evaluate(model, heldOut, { batchSize: 10, lossWeights: options.lossWeights })).total);
    },
  });
  history.epochs.forEach((record, i) => assertAlmostEquals(record.heldOut!.total, after[i], 1e-6));
  assertEquals(after.length, 2);
});

Deno.test("fit() stops early as Keras does, and says which epoch was best", async () => {
  // One batch an epoch. Keras counts the epochs since the best: 0, 0, 1, 2, 0, 1, 2, 3.
  const pitch = [5, 3, 3, 4, 2, 2, 2.5, 2, 1];
  let told: string[] = [];
  const run = (patience: number) => {
    told = [];
    const onEpoch = (_: unknown, { stopped }: History) => void told.push(stopped);
    const createStep = pretended(pitch);
    return fit(tinyModel(), scaleWindows(), tinyOptions({ epochs: 9, batchSize: 36, patience, createStep, onEpoch }));
  };
  const summary = ({ epochs, stopped, best }: History) => [epochs.length, stopped, best];
  assertEquals(summary(await run(1)), [3, "early", 2]);
  assertEquals(summary(await run(2)), [4, "early", 2]);
  assertEquals(told, ["running", "running", "running", "early"]);
  assertEquals(summary(await run(3)), [8, "early", 5]);
  assertEquals(summary(await run(4)), [9, "finished", 9]);
});

Deno.test("fit() stops early by the held-out loss when it is to monitor that", async () => {
  // Pretended steps change nothing, so the held-out loss stays the same while the training loss falls.
  const history = await fit(
    tinyModel(),
    scaleWindows(),
    tinyOptions({
      epochs: 9,
      batchSize: 36,
      patience: 2,
      monitor: "heldOut",
      heldOut: scaleWindows(20),
      createStep: pretended([9, 8, 7, 6, 5, 4, 3, 2, 1]),
    }),
  );
  assertEquals([history.epochs.length, history.stopped, history.best], [3, "early", 1]);
});

Deno.test("fit() puts the best epoch's weights back", async () => {
  const perEpoch: number[][][] = [];
  const run = async (restoreBest: boolean) => {
    const model = tinyModel();
    const losses = [3, 1, 2, 4];
    const history = await fit(
      model,
      scaleWindows(),
      tinyOptions({
        epochs: 4,
        batchSize: 36,
        restoreBest,
        createStep: () => ({
          ...pretended([])(),
          run() {
            tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.add(weight, 1))));
            return { pitch: losses.shift()!, step: 0, duration: 0 };
          },
        }),
        onEpoch: () => void perEpoch.push(bits(model)),
      }),
    );
    assertEquals(history.best, 2);
    return bits(model);
  };
  assertEquals(await run(true), perEpoch[1]);
  perEpoch.length = 0;
  assertEquals(await run(false), perEpoch[3]);
});

Deno.test("fit() stops at the next step when the signal fires, and keeps what was learned", async () => {
  const model = tinyModel(), stop = new AbortController();
  const before = bits(model);
  let steps = 0;
  const history = await fit(
    model,
    scaleWindows(),
    tinyOptions({ signal: stop.signal, onStep: () => ++steps === 6 ? stop.abort() : undefined }),
  );
  assertEquals([history.stopped, history.epochs.length, steps], ["interrupted", 1, 6]);
  assert(bits(model)[0].join() !== before[0].join());
});

Deno.test("fit() and evaluate() refuse a model whose input or heads have another width", async () => {
  const model = (width: number, widths: Record<string, number>) => {
    const input = tf.input({ shape: [4, width] });
    const hidden = tf.layers.lstm({ units: 2 }).apply(input) as tf.SymbolicTensor;
    const heads = Object.entries(widths).map(([name, units]) => tf.layers.dense({ name, units }).apply(hidden));
    return tf.model({ inputs: input, outputs: heads as tf.SymbolicTensor[] });
  };
  const heads = { pitch: 128, step: 1, duration: 1 };
  const { batchSize, lossWeights } = tinyOptions();
  for (
    const [message, wrong] of [
      ['output "pitch" is [batch, 100], but its loss, sampler and scorer want [batch, 128]: a logit of each class', {
        ...heads,
        pitch: 100,
      }],
      ['output "duration" is [batch, 3], but its loss, sampler and scorer want [batch, 1]: one number', {
        ...heads,
        duration: 3,
      }],
      ['no output "pitch", its outputs are "step", "duration"', { step: 1, duration: 1 }],
    ] as const
  ) {
    await assertRejects(() => fit(model(3, wrong), scaleWindows(), tinyOptions()), TypeError, message);
    await assertRejects(
      () => evaluate(model(3, wrong), scaleWindows(), { batchSize, lossWeights }),
      TypeError,
      message,
    );
  }
  await assertRejects(
    () => fit(model(8, heads), scaleWindows(), tinyOptions()),
    TypeError,
    "its input must be [batch, length, 3], got [batch, 4, 8]",
  );
});

Deno.test("fit() lets the event loop take its turns", async () => {
  const stop = new AbortController();
  let steps = 0;
  const timer = setTimeout(() => stop.abort(), 0);
  const history = await fit(
    tinyModel(),
    scaleWindows(),
    tinyOptions({
      epochs: 50,
      signal: stop.signal,
      createStep: () => ({
        ...pretended([1])(),
        run() {
          steps++;
          const until = performance.now() + 20;
          while (performance.now() < until);
          return { pitch: 1, step: 1, duration: 1 };
        },
      }),
    }),
  );
  clearTimeout(timer);
  assertEquals(history.stopped, "interrupted");
  assert(steps <= 5, `${steps} steps of 20 ms before the timer was heard`);
});

Deno.test("fit() says where and in which loss training diverged", async () => {
  for (const [pitch, said] of [[NaN, "NaN"], [Infinity, "Infinity"]] as const) {
    await assertRejects(
      () => fit(tinyModel(), scaleWindows(), tinyOptions({ createStep: pretended([4, 4, 4, 4, 4, pitch]) })),
      Error,
      `Training diverged: the pitch loss is ${said} in epoch 2, step 2; lower the learning rate`,
    );
  }
  const model = tinyModel();
  await assertRejects(
    () => fit(model, scaleWindows(), tinyOptions({ epochs: 5, learningRate: 1e30 })),
    Error,
    "Training diverged: the ",
  );
});

Deno.test("fit() disposes of the step, however it ends", async () => {
  const made: ReturnType<ReturnType<typeof pretended>>[] = [];
  const createStep = (pitch: number[]) => () => {
    made.push(pretended(pitch)());
    return Promise.resolve(made.at(-1)!);
  };
  await fit(tinyModel(), scaleWindows(), tinyOptions({ createStep: createStep([1]) }));
  await assertRejects(() => fit(tinyModel(), scaleWindows(), tinyOptions({ createStep: createStep([NaN]) })));
  const onStep = () => {
    throw new TypeError("the figure is broken");
  };
  await assertRejects(
    () => fit(tinyModel(), scaleWindows(), tinyOptions({ createStep: createStep([1]), onStep })),
    TypeError,
    "the figure is broken",
  );
  assertEquals(made.map(({ disposed }) => disposed), [true, true, true]);
});

Deno.test("fit() keeps no tensors, however it ends", async () => {
  const model = tinyModel(), windows = scaleWindows(), heldOut = scaleWindows(20);
  const count = () => [tf.memory().numTensors, tf.backend().numDataIds()];
  await fit(model, windows, tinyOptions({ epochs: 1 }));
  const before = count();
  await fit(model, windows, tinyOptions({ epochs: 3, heldOut, restoreBest: true }));
  assertEquals(count(), before);
  await fit(model, windows, tinyOptions({ signal: AbortSignal.abort() }));
  assertEquals(count(), before);
  await assertRejects(() => fit(model, windows, tinyOptions({ createStep: pretended([1, NaN]) })));
  assertEquals(count(), before);
});

Deno.test("fit() refuses what it cannot do", async () => {
  const refused = (changes: Partial<FitOptions>, type: typeof RangeError | typeof TypeError, message: string) =>
    assertRejects(() => fit(tinyModel(), scaleWindows(), tinyOptions(changes)), type, message);
  await refused({ epochs: 0 }, RangeError, "epochs must be a positive integer, current value is 0");
  await refused({ batchSize: 2.5 }, RangeError, "batchSize must be a positive integer, current value is 2.5");
  await refused({ patience: 0 }, RangeError, "patience must be a positive integer or Infinity, current value is 0");
  await refused({ learningRate: NaN }, RangeError, "learningRate must be a positive number, current value is NaN");
  await refused(
    { lossWeights: { pitch: -1, step: 1, duration: 1 } },
    RangeError,
    "lossWeights.pitch must be a number of 0 or more, current value is -1",
  );
  await refused({ monitor: "heldOut" }, TypeError, 'for monitor to be "heldOut", give windows to hold out');
  await refused({ restoreBest: "heldOut" }, TypeError, 'for restoreBest to be "heldOut", give windows to hold out');
  await refused(
    { restoreBest: "foo" as "train" },
    TypeError,
    'restoreBest must be true, false, "train" or "heldOut", current value is "foo"',
  );
  await refused(
    { monitor: "foo" as "train" },
    TypeError,
    'monitor must be "train" or "heldOut", current value is "foo"',
  );
  await refused({ resume: true }, TypeError, "name the folder of the run");
  await refused({ batchSize: 50, dropRemainder: true }, RangeError, "36 windows do not fill one batch of 50");
});
