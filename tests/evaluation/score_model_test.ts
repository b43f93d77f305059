import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import pl, { type DataFrame } from "nodejs-polars";
import { noteClasses, type NoteEvent, notePieces, paperEncoding } from "../../lib/encodings/mod.ts";
import { fitHeads, scoreModel } from "../../lib/evaluation/mod.ts";
import { type Distribution, logNormalClasses, type Regression, regression } from "../../lib/heads/mod.ts";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { type SequenceModel, uniform, unigram } from "../../lib/systems/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { tunes } from "../systems/tunes.ts";
import { noteModel, paper } from "../training/models.ts";

await startBackend();

const pieces = (...lists: number[][]) => notePieces(tunes(...lists));
const train = pieces([60, 62, 64, 62, 60], [67, 67]);
const lessons = { train, heldOut: train }, corrected = settings("corrected");
const UNIFORM = uniform.learn(lessons, corrected), UNIGRAM = unigram.learn(lessons, corrected);

/** Pieces of notes drawn at random. */
function drawn(...lengths: number[]): DataFrame {
  const prng = seeded(5), pieces = lengths.flatMap((length, i) => Array<string>(length).fill(`piece ${i}`));
  return pl.DataFrame({
    piece: pieces,
    pitch: pieces.map(() => Math.floor(40 + 40 * prng())),
    step: pieces.map(() => prng()),
    duration: pieces.map(() => 3 * prng()),
  });
}

const SECONDS: Record<string, Regression> = {
  step: regression("step", { classes: stepClasses }),
  duration: regression("duration", { classes: durationClasses }),
};

/** A model that says the same of every note: log-probabilities of classes, or seconds. */
function saying(said: Record<string, ArrayLike<number> | number>): SequenceModel<NoteEvent> {
  const heads = UNIFORM.heads.map((head): Distribution =>
    typeof said[head.name] === "number" ? SECONDS[head.name] : head
  );
  const listen = () => ({
    hear() {},
    next: (head: string) => {
      const numbers = said[head] ?? UNIFORM.listen().next(head, {});
      return typeof numbers === "number" ? [numbers] : numbers;
    },
    fork: listen,
    dispose() {},
  });
  const say = (note: NoteEvent) => {
    const classes = noteClasses.say(note), seconds = paperEncoding().say(note);
    return Object.fromEntries(
      heads.map((head) => [head.name, (head === SECONDS[head.name] ? seconds : classes)[head.name]]),
    );
  };
  return { name: "parrot", parameters: 0, heads, say, decode: noteClasses.decode, listen };
}

/** Logs of probabilities with all of it on one class, or shared by some. */
function sure(count: number, ...classes: number[]): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => classes.includes(k) ? -Math.log(classes.length) : -Infinity);
}

Deno.test("scoreModel() scores every note that has one before it, and none across pieces", async () => {
  const scored = await scoreModel(UNIGRAM, pieces([60, 62, 99], [64], [67, 67, 60]));
  assertEquals(scored.pieces, ["tune 0", "tune 2"]);
  assertEquals([...scored.piece], [0, 0, 1, 1]);
  const p = (times: number) => (times + 1 / 128) / 8;
  [p(2), p(0), p(2), p(2)].forEach((expected, i) => {
    assertAlmostEquals(scored.heads.pitch.nats[i], -Math.log(expected), 1e-12);
    assertAlmostEquals(scored.heads.pitch.confidence[i], p(2), 1e-12);
  });
  // 60, 62 and 67 are as likely; the lowest counts.
  assertEquals([...scored.heads.pitch.hit], [0, 0, 0, 1]);
});

Deno.test("scoreModel() is sure of what it is sure of", async () => {
  const right = { step: sure(65, stepClasses.of(0.25)), duration: sure(64, durationClasses.of(0.5), 3) };
  const { heads } = await scoreModel(saying({ ...right, pitch: sure(128, 60) }), pieces([1, 60, 61]));
  assertEquals([...heads.pitch.nats], [0, Infinity]);
  assertEquals([[...heads.pitch.hit], [...heads.pitch.confidence]], [[1, 0], [1, 1]]);
  assertEquals([[...heads.step.nats], [...heads.step.hit]], [[0, 0], [1, 1]]);
  assertEquals([[...heads.duration.nats], [...heads.duration.hit]], [[Math.LN2, Math.LN2], [0, 0]]);
});

Deno.test("scoreModel() takes times in seconds as a normal distribution over the classes", async () => {
  const model = saying({ step: 0.3, duration: -1 });
  const { heads } = await scoreModel(withSigmas(model, { step: 0.1, duration: 2 }), pieces([60, 62]));
  const step = logNormalClasses(0.3, 0.1, stepClasses), duration = logNormalClasses(-1, 2, durationClasses);
  assertEquals(heads.step.nats[0], -step[stepClasses.of(0.25)]);
  assertEquals(heads.duration.nats[0], -duration[durationClasses.of(0.5)]);
  assertEquals(heads.step.confidence[0], Math.exp(Math.max(...step)));
  assertEquals(heads.duration.hit[0], 0);
});

/** A model whose regressions have these standard deviations. */
function withSigmas(model: SequenceModel<NoteEvent>, sigmas: Record<string, number>): SequenceModel<NoteEvent> {
  const classes = { step: stepClasses, duration: durationClasses } as Record<string, typeof stepClasses>;
  const heads = model.heads.map((head) =>
    head.name in sigmas ? regression(head.name, { classes: classes[head.name], sigma: sigmas[head.name] }) : head
  );
  return { ...model, heads };
}

const sigmasOf = ({ heads }: SequenceModel<NoteEvent>) => heads.slice(1).map((head) => (head as Regression).sigma);

Deno.test("fitHeads() finds the width that makes held-out notes likeliest", async () => {
  const prng = seeded(9), rows = [...Array(4000).keys()];
  const gauss = (mean: number, sigma: number) =>
    mean + sigma * Math.sqrt(-2 * Math.log(1 - prng())) * Math.cos(2 * Math.PI * prng());
  const table = pl.DataFrame({
    piece: rows.map(() => "drawn"),
    pitch: rows.map(() => 60),
    step: rows.map(() => Math.max(0, gauss(0.8, 0.1))),
    duration: rows.map(() => Math.max(0, gauss(1, 0.3))),
  });
  const [step, duration] = sigmasOf(await fitHeads(saying({ step: 0.8, duration: 1 }), notePieces(table)));
  // The grid has a step of 15 per cent.
  assertAlmostEquals(step! / 0.1, 1, 0.1);
  assertAlmostEquals(duration! / 0.3, 1, 0.1);
  assertEquals(await fitHeads(UNIFORM, notePieces(table)), UNIFORM);
});

/** What tfjs predicts after each window of notes. */
function predicted(model: tf.LayersModel, notes: number[][]): { pitch: Float32Array; step: number; duration: number } {
  return tf.tidy(() => {
    const outputs = model.predict(tf.tensor3d([notes])) as tf.Tensor[];
    const [pitch, step, duration] = ["pitch", "step", "duration"].map((name) =>
      outputs[model.outputNames.indexOf(name)].dataSync() as Float32Array
    );
    return { pitch, step: step[0], duration: duration[0] };
  });
}

for (const carryState of [true, false]) {
  for (const stock of [false, true]) {
    const way = carryState ? "carries its state through a piece" : "sees the last notes, fewer at the beginning";
    Deno.test(`scoreModel() agrees with predict() where a network ${way}, on ${stock ? "tfjs" : "the kernel"}`, async () => {
      const LENGTH = 5, sigmas = { step: 0.3, duration: 0.7 }, maxSeconds = 1.5;
      const table = drawn(9, 1, 3, 75), before = tf.memory().numTensors;
      const network = noteModel(LENGTH, { units: [9, 5], stock });
      const made = tf.memory().numTensors, used = kernelEngine()?.arena.used;
      const model = networkModel(network, { ...paper(maxSeconds), name: "network", carryState });
      assertEquals([model.name, model.parameters], ["network", network.countParams()]);
      const { heads, piece } = await scoreModel(withSigmas(model, sigmas), notePieces(table));
      assertEquals(tf.memory().numTensors, made);
      if (carryState) assertEquals(kernelEngine()?.arena.used, used);

      const rows = table.toRecords() as { piece: string; pitch: number; step: number; duration: number }[];
      let i = 0;
      rows.forEach((came, row) => {
        if (row === 0 || rows[row - 1].piece !== came.piece) return;
        const heard = rows.slice(0, row).filter(({ piece }) => piece === came.piece);
        const window = (carryState ? heard : heard.slice(-LENGTH)).map(({ pitch, step, duration }) => [
          pitch / 128,
          Math.min(step, maxSeconds),
          Math.min(duration, maxSeconds),
        ]);
        // The same weights for windows as long as what was heard.
        const twin = noteModel(window.length, { units: [9, 5], stock: true });
        const { pitch, step, duration } = predicted(twin, window);
        twin.dispose();
        const total = Math.log(pitch.reduce((sum, logit) => sum + Math.exp(logit), 0));
        const where = `note ${i} of piece ${piece[i]}`;
        assertAlmostEquals(heads.pitch.nats[i], total - pitch[came.pitch], 1e-5, where);
        const steps = logNormalClasses(step, sigmas.step, stepClasses);
        assertAlmostEquals(heads.step.nats[i], -steps[stepClasses.of(came.step)], 1e-4, where);
        const durations = logNormalClasses(duration, sigmas.duration, durationClasses);
        assertAlmostEquals(heads.duration.nats[i], -durations[durationClasses.of(came.duration)], 1e-4, where);
        i++;
      });
      assertEquals(i, heads.pitch.nats.length);
      network.dispose();
      assertEquals(tf.memory().numTensors, before);
    });
  }
}

Deno.test("scoreModel() reports each piece, and stops when the signal fires", async () => {
  const reports: number[][] = [], events = notePieces(drawn(4, 3, 5));
  await scoreModel(UNIFORM, events, { onProgress: (...report) => void reports.push(report) });
  assertEquals(reports, [[3, 9], [5, 9], [9, 9]]);

  const stop = new AbortController();
  const onProgress = (done: number) => done === 5 ? stop.abort() : undefined;
  await assertRejects(() => scoreModel(UNIFORM, events, { signal: stop.signal, onProgress }), DOMException);
  await assertRejects(() => fitHeads(saying({ step: 1 }), events, { signal: AbortSignal.abort() }), DOMException);
});

Deno.test("scoreModel() lets the event loop take its turns", async () => {
  const stop = new AbortController(), events = notePieces(drawn(40_000));
  setTimeout(() => stop.abort(), 0);
  await assertRejects(() => scoreModel(UNIGRAM, events, { signal: stop.signal }), DOMException);
});

Deno.test("scoreModel() gives the listener's memory back when it is stopped", async () => {
  const model = networkModel(noteModel(5), { ...paper(), name: "network", carryState: true }),
    used = kernelEngine()!.arena.used;
  await assertRejects(() => scoreModel(model, notePieces(drawn(9)), { signal: AbortSignal.abort() }));
  assertEquals(kernelEngine()!.arena.used, used);
});

Deno.test("scoreModel() and fitHeads() refuse what they cannot do", async () => {
  const seconds = saying({ step: 0.5 });
  await assertRejects(() => scoreModel(seconds, train), TypeError, "the model says it in seconds; fit a sigma");
  await assertRejects(() => scoreModel(UNIFORM, pieces([60], [62])), RangeError, "no event has another before it");
  await assertRejects(() => fitHeads(seconds, pieces([60])), RangeError, "no event has another before it");
  const broken = saying({ pitch: new Float64Array(128).fill(NaN) });
  await assertRejects(() => scoreModel(broken, train), Error, 'Cannot score "parrot": it says NaN');
  const logits = saying({ pitch: new Float64Array(128).fill(1) });
  await assertRejects(() => scoreModel(logits, train), Error, "it says 1 as log-probability of pitch 62");
  assert((await scoreModel(withSigmas(seconds, { step: 1 }), train)).heads.step.nats.every(Number.isFinite));
});
