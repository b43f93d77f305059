import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import pl from "nodejs-polars";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { noteClasses, type NoteEvent, notePieces } from "../../lib/encodings/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { ngrams, type SequenceModel, unigram, vanillaLstm } from "../../lib/systems/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { sampleClass } from "../../lib/heads/mod.ts";
import { generate, type GenerateOptions, networkModel } from "../../lib/sampling/mod.ts";
import { tunes } from "../systems/tunes.ts";
import { noteModel, type NoteModelOptions, paper } from "../training/models.ts";

await startBackend();

const SEED: NoteEvent[] = [60, 62, 64, 65, 67].map((pitch, i) => ({ pitch, step: 0.25 * i, duration: 0.5 + i }));

function options(changes: Partial<GenerateOptions> = {}): GenerateOptions {
  return { count: 6, temperature: 1, prng: seeded(42), ...changes };
}

/**
 * A model of 3 notes that computes what a test tells it, and notes down what
 * it is shown.
 */
function scripted(say: (window: number[][]) => { pitch: number; step: number; duration: number }) {
  const shown: number[][][] = [];
  const model = {
    name: "scripted",
    inputNames: ["notes"],
    inputs: [{ shape: [null, 3, 3] }],
    layers: [],
    outputNames: ["pitch", "step", "duration"],
    outputs: [128, 1, 1].map((width) => ({ shape: [null, width] })),
    apply(inputs: tf.Tensor3D) {
      const [window] = inputs.arraySync();
      shown.push(window);
      const { pitch, step, duration } = say(window);
      const logits = tf.oneHot(tf.tensor1d([pitch], "int32"), 128).mul(1000);
      return [logits, tf.tensor2d([[step]]), tf.tensor2d([[duration]])];
    },
  };
  return { model: model as unknown as tf.LayersModel, shown };
}

Deno.test("generate() makes a table of notes", async () => {
  const { model } = scripted(() => ({ pitch: 72, step: 0.5, duration: 0.25 }));
  const table = await generate(model, SEED, options({ count: 3 }));
  assertEquals(table.columns, ["piece", "part", "pitch", "start", "end", "step", "duration", "velocity"]);
  assertEquals(
    table.toRecords(),
    [0.5, 1, 1.5].map((start) => ({
      piece: "generated",
      part: 0,
      pitch: 72,
      start,
      end: start + 0.25,
      step: 0.5,
      duration: 0.25,
      velocity: 100,
    })),
  );
  assert(table.getColumn("pitch").dtype.equals(pl.Int32) && table.getColumn("start").dtype.equals(pl.Float64));
});

Deno.test("generate() goes on from the last notes and feeds back what it made", async () => {
  let n = 70;
  const { model, shown } = scripted(() => ({ pitch: n++, step: 0.125, duration: 0.25 }));
  await generate(model, SEED, options({ count: 3 }));
  const seed = SEED.slice(-3).map(({ pitch, step, duration }) => [pitch / 128, step, duration]);
  const made = [70, 71].map((pitch) => [pitch / 128, 0.125, 0.25]);
  assertEquals(shown, [seed, [...seed.slice(1), made[0]], [seed[2], ...made]]);
});

Deno.test("generate() feeds pitches back by 128 like the seed's, or raw when it is told to", async () => {
  for (
    const [changes, expected] of [
      [{}, 70 / 128],
      [{ feedback: "scaled" }, 70 / 128],
      [{ feedback: "raw" }, 70],
    ] as const
  ) {
    const { model, shown } = scripted(() => ({ pitch: 70, step: 0.125, duration: 0.25 }));
    await generate(model, SEED, options({ count: 2, ...changes }));
    assertEquals(shown[0][2][0], 67 / 128);
    assertEquals(shown[1].map(([pitch]) => pitch), [65 / 128, 67 / 128, expected]);
  }
});

Deno.test("generate() is the published loop to the last bit, bug and all", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(1) }), prng = seeded(7), temperature = 4;
  const window = SEED.slice(-4).map(({ pitch, step, duration }) => [pitch / 128, step, duration]);
  const expected = Array.from({ length: 40 }, () => {
    const [logits, [step], [duration]] = tf.tidy(() =>
      (model.predict(tf.tensor3d([window])) as tf.Tensor[]).map((output) => output.dataSync())
    );
    const note = [sampleClass(logits, temperature, prng), Math.max(0, step), Math.max(0, duration)];
    window.shift();
    window.push(note);
    return note;
  });
  const made = await generate(model, SEED, { ...settings("published"), count: 40, temperature, prng: seeded(7) });
  assertEquals(made.select("pitch", "step", "duration").rows(), expected);
});

const table = (notes: NoteEvent[]) => notes.map(({ pitch, step, duration }) => [pitch, step, duration]);

Deno.test("generate() names the same first note with its state carried and with its window read anew", async () => {
  for (const model of [noteModel(5), noteModel(5, { units: [9, 5], cell: "gru" })]) {
    const notes = async (carryState: boolean) =>
      (await generate(model, SEED, options({ carryState, count: 12 }))).toRecords() as unknown as NoteEvent[];
    const carried = await notes(true), anew = await notes(false);
    assertEquals(carried[0].pitch, anew[0].pitch);
    assertAlmostEquals(carried[0].step, anew[0].step, 1e-6);
    assertAlmostEquals(carried[0].duration, anew[0].duration, 1e-6);
    assert(table(carried).join() !== table(anew).join(), "the model forgets its first notes in both");
  }
});

Deno.test("generate() carries its state as a longer window would", async () => {
  const short = noteModel(5, { units: [9, 5] }), long = noteModel(9, { units: [9, 5] });
  const carried = await generate(short, SEED, options({ carryState: true, count: 5 }));
  const heard = carried.head(4).toRecords() as unknown as NoteEvent[];
  const last = await generate(long, [...SEED, ...heard], options({ carryState: false, count: 1, temperature: 1e-3 }));
  assertAlmostEquals(carried.getColumn("step").get(4), last.getColumn("step").get(0), 1e-6);
  assertAlmostEquals(carried.getColumn("duration").get(4), last.getColumn("duration").get(0), 1e-6);
});

Deno.test("generate() carries its state on tfjs's layers too, to the same notes", async () => {
  for (const kind of [{ units: [9, 5] }, { cell: "gru", units: [6] }] as NoteModelOptions[]) {
    const notes = async (stock: boolean) => {
      const model = noteModel(5, { ...kind, stock });
      const before = tf.memory().numTensors;
      const notes = await generate(model, SEED, options({ carryState: true, count: 12 }));
      assertEquals(tf.memory().numTensors, before);
      return notes.toRecords() as unknown as NoteEvent[];
    };
    const kernel = await notes(false), tfjs = await notes(true);
    assertEquals(kernel.map(({ pitch }) => pitch), tfjs.map(({ pitch }) => pitch));
    kernel.forEach(({ step }, i) => assertAlmostEquals(step, tfjs[i].step, 1e-5));
  }
});

Deno.test("generate() carries its state where there is one, unless it is told not to", async () => {
  const model = noteModel(5);
  const notes = async (changes: Partial<GenerateOptions>) =>
    table(
      (await generate(model, SEED, options({ count: 12, ...changes })))
        .toRecords() as unknown as NoteEvent[],
    );
  const carried = await notes({});
  assertEquals(carried, await notes({ carryState: true }));
  assertNotEquals(carried, await notes({ carryState: false }));
  const { model: other } = scripted(() => ({ pitch: 70, step: 1, duration: 1 }));
  await assertRejects(
    () => generate(other, SEED, options({ carryState: true })),
    TypeError,
    "the model has no state that could be carried: it is not a tf.LayersModel",
  );
});

Deno.test("generate() gives the kernel's memory back", async () => {
  const model = noteModel(5), used = () => kernelEngine()!.arena.used;
  await generate(model, SEED, options());
  const before = used();
  await generate(model, SEED, options());
  await assertRejects(() => generate(model, SEED, options({ signal: AbortSignal.abort() })));
  assertEquals(used(), before);
});

Deno.test("generate() clamps times at 0", async () => {
  const { model, shown } = scripted(() => ({ pitch: 70, step: -0.5, duration: -1 }));
  const table = await generate(model, SEED, options({ count: 2 }));
  assertEquals(table.select("start", "end", "step", "duration").rows(), [[0, 0, 0, 0], [0, 0, 0, 0]]);
  assertEquals(shown[1][2].slice(1), [0, 0]);
});

Deno.test("generate() shows the model no longer times than maxSeconds", async () => {
  const { model, shown } = scripted(() => ({ pitch: 70, step: 3, duration: 9 }));
  const table = await generate(model, SEED, options({ count: 2, maxSeconds: 2 }));
  assertEquals(shown[0].map(([, step, duration]) => [step, duration]), [[0.5, 2], [0.75, 2], [1, 2]]);
  assertEquals(shown[1][2].slice(1), [2, 2]);
  // What the model says stands as it is.
  assertEquals(table.getColumn("duration").toArray(), [9, 9]);
});

Deno.test("generate() takes a table as well as notes", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(1) });
  const table = pl.DataFrame({
    pitch: SEED.map(({ pitch }) => pitch),
    step: SEED.map(({ step }) => step),
    duration: SEED.map(({ duration }) => duration),
  });
  assertEquals(
    (await generate(model, table, options())).toRecords(),
    (await generate(model, SEED, options())).toRecords(),
  );
});

/** Says one class of each, for certain, and notes down what it hears. */
function certain(
  pitch: number,
  step: number,
  duration: number,
): { model: SequenceModel<NoteEvent>; heard: NoteEvent[] } {
  const sure = (count: number, index: number) =>
    Float64Array.from({ length: count }, (_, k) => k === index ? 0 : -1000);
  const heard: NoteEvent[] = [];
  const said: Record<string, Float64Array> = {
    pitch: sure(128, pitch),
    step: sure(65, step),
    duration: sure(64, duration),
  };
  const { heads } = unigram.learn({ train: [], heldOut: [] }, settings("corrected"));
  const listen = () => ({
    hear: (note: NoteEvent) => void heard.push(note),
    next: (head: string) => said[head],
    fork: listen,
    dispose() {},
  });
  return { model: { ...noteClasses, name: "certain", parameters: 0, heads, listen }, heard };
}

Deno.test("generate() lets any model of the next note go on, and takes the times of the classes that it draws", async () => {
  for (const feedback of ["raw", "scaled"] as const) {
    const { model, heard } = certain(70, 30, 40);
    const table = await generate(model, SEED, options({ count: 2, feedback }));
    const [step, duration] = [stepClasses.seconds(30), durationClasses.seconds(40)];
    assertEquals(table.select("pitch", "start", "end", "step", "duration").rows(), [
      [70, step, step + duration, step, duration],
      [70, 2 * step, 2 * step + duration, step, duration],
    ]);
    // All seed notes, and its own as they are.
    assertEquals(heard, [...SEED, ...Array(2).fill({ pitch: 70, step, duration })]);
  }
  const together = await generate(certain(70, 0, 40).model, [], options({ count: 3 }));
  assertEquals(together.getColumn("start").toArray(), [0, 0, 0]);
});

Deno.test("generate() draws times that are classes with the temperature", async () => {
  const scale = [60, 62, 64, 65, 67, 69, 71, 72],
    train = notePieces(tunes(scale, scale, scale)),
    lessons = { train, heldOut: train };
  const steps = async (temperature: number) => {
    const table = await generate(
      unigram.learn(lessons, settings("corrected")),
      [],
      options({ count: 400, temperature, prng: seeded(2) }),
    );
    return new Set(table.getColumn("step").toArray()).size;
  };
  assertEquals(await steps(0.01), 1);
  assertEquals(await steps(0.4), 2);
  assert(await steps(100) > 55);
});

Deno.test("generate() plays n-grams: the tune that they have learned", async () => {
  const scale = [60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60],
    train = notePieces(tunes(scale, scale, scale)),
    lessons = { train, heldOut: train };
  const table = await generate(
    ngrams.learn(lessons, settings("corrected")),
    SEED,
    options({ count: 4, temperature: 0.2 }),
  );
  assertEquals(table.getColumn("pitch").toArray(), [69, 71, 72, 71]);
  const quarter = stepClasses.seconds(stepClasses.of(0.25));
  assertEquals(table.getColumn("step").toArray(), Array(4).fill(quarter));
});

Deno.test("generate() plays a network the same, wrapped as a model of the next note", async () => {
  const network = noteModel(5);
  for (const carryState of [true, false]) {
    const bare = await generate(network, SEED, options({ carryState, maxSeconds: 2 }));
    const model = networkModel(network, { ...paper(2), name: "network", carryState });
    assertEquals((await generate(model, SEED, options())).toRecords(), bare.toRecords());
  }
});

Deno.test("generate() gives the same notes for the same prng", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(1) });
  const pitches = async (seed: number) =>
    (await generate(model, SEED, options({ prng: seeded(seed), count: 12 }))).getColumn("pitch").toArray();
  assertEquals(await pitches(1), await pitches(1));
  assert((await pitches(1)).join() !== (await pitches(2)).join());
});

Deno.test("generate() says what the model says", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(3) });
  const table = await generate(model, SEED, options({ count: 1, temperature: 1e-4 }));
  const window = SEED.slice(-4).map(({ pitch, step, duration }) => [pitch / 128, step, duration]);
  const [logits, step, duration] = (model.predict(tf.tensor3d([window])) as tf.Tensor[]).map((y) => y.dataSync());
  assertEquals(table.getColumn("pitch").get(0), logits.indexOf(Math.max(...logits)));
  assertAlmostEquals(table.getColumn("step").get(0), Math.max(0, step[0]), 1e-6);
  assertAlmostEquals(table.getColumn("duration").get(0), Math.max(0, duration[0]), 1e-6);
});

Deno.test("generate() takes a setting of each head", async () => {
  const pieces = notePieces(tunes([60, 62, 64, 65, 67, 65, 64, 62, 60, 64, 67, 72, 67, 64, 60]));
  const model = ngrams.learn({ train: pieces, heldOut: pieces }, settings("corrected"));
  const play = async (changes: Partial<GenerateOptions>) =>
    (await generate(model, SEED, options({ count: 40, ...changes }))).toRecords();
  const alike = await play({ temperature: 3 });
  assertEquals(await play({ temperature: { pitch: 3, step: 3, duration: 3 } }), alike);
  assertNotEquals(await play({ temperature: { pitch: 3 } }), alike);
  // Cold or the likeliest one alone, it is the same.
  const greedy = await play({ temperature: 1e-6 });
  assertEquals(await play({ topK: 1 }), greedy);
  assertEquals(await play({ minP: 1 }), greedy);
  assertEquals(await play({ topP: 1e-9 }), greedy);
  assertNotEquals(await play({ topK: { step: 1, duration: 1 } }), greedy);
  await assertRejects(
    () => play({ topK: { chord: 1 } }),
    TypeError,
    'topK is of the head "chord", the model has pitch',
  );
});

Deno.test("generate() reports each note, and stops when the signal fires", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(1) });
  const heard: number[][] = [];
  await generate(model, SEED, options({ count: 3, onNote: (...report) => void heard.push(report) }));
  assertEquals(heard, [[1, 3], [2, 3], [3, 3]]);

  const stop = new AbortController();
  let done = 0;
  const stopped = options({ count: 1e6, signal: stop.signal, onNote: () => ++done === 5 ? stop.abort() : undefined });
  await assertRejects(() => generate(model, SEED, stopped), DOMException);
  assertEquals(done, 5);
});

Deno.test("generate() lets the event loop take its turns", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(1) });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 0);
  await assertRejects(() => generate(model, SEED, options({ count: 1e6, signal: stop.signal })), DOMException);
});

Deno.test("generate() keeps no tensors", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(1) });
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  await generate(model, SEED, options());
  assertEquals([tf.memory().numTensors, tf.backend().numDataIds()], before);
});

Deno.test("generate() refuses what it cannot do", async () => {
  const model = vanillaLstm({ length: 4, units: 8, prng: seeded(1) });
  const refused = (message: string, changes: Partial<GenerateOptions>, seed = SEED) =>
    assertRejects(() => generate(model, seed, options(changes)), RangeError, message);
  await refused("the model goes on from 4 notes, there are 3", {}, SEED.slice(2));
  await refused("count must be a positive integer, current value is 0", { count: 0 });
  const temperature = "temperature must be a positive number, or an object with one for each head, current value is";
  await refused(`${temperature} 0`, { temperature: 0 });
  await refused(temperature, { temperature: { pitch: -1 } });
  await refused("maxSeconds must be a positive number or Infinity, current value is NaN", { maxSeconds: NaN });
  await refused("pitch 128 of seed note 5 is not an integer from 0 to 127", {}, [...SEED, { ...SEED[0], pitch: 128 }]);
  await refused("the step of seed note 5 must be 0 or more, got NaN", {}, [...SEED, { ...SEED[0], step: NaN }]);
  const bare = {
    name: "bare",
    inputNames: ["notes"],
    inputs: [{ shape: [null, null, 3] }],
    outputNames: ["pitch", "step", "duration"],
    outputs: [128, 1, 1].map((width) => ({ shape: [null, width] })),
  };
  const other = (changes: object) => generate({ ...bare, ...changes } as unknown as tf.LayersModel, SEED, options());
  await assertRejects(() => other({}), RangeError, "the model takes windows of any length");
  await assertRejects(() => other({ outputNames: ["pitch", "step"] }), TypeError, 'no output "duration"');
  await assertRejects(() => other({ inputs: [{ shape: [null, 3] }] }), TypeError, "must be [batch, length, 3]");
  const broken = scripted(() => ({ pitch: 60, step: NaN, duration: 1 })).model;
  await assertRejects(() => generate(broken, SEED, options()), Error, "the model says NaN as step");
});
