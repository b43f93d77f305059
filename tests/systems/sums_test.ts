import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  type Cell,
  cellPieces,
  type Column,
  type Encoding,
  gridCells,
  movingLogs,
  START,
} from "../../lib/encodings/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { categorical } from "../../lib/heads/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { glorotUniform, graphOf, gru, normal, orthogonal, shiftedLogits } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel, sampleEvents } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { type NetworkSystem, unigramGrid } from "../../lib/systems/mod.ts";
import { evaluate, fit } from "../../lib/training/mod.ts";
import { windowsOf } from "../../lib/windows/mod.ts";

await startBackend();

const RANGE = { lowest: 45, highest: 75 };
const CLASSES = RANGE.highest - RANGE.lowest + 2;
/** Four voices that go up and down a scale of C major in thirds and sixths. */
const SCALE = [0, 2, 4, 5, 7, 5, 4, 2];
const CHORALE = SCALE.map((step) => [64 + step, 60 + step, 55 + step, 48 + step]);
const PIECES = cellPieces([CHORALE, [...CHORALE, ...CHORALE.toReversed()], CHORALE.slice(2)]);

/** What counts say of each cell: natural logs, as a column that comes in. */
const counts = unigramGrid.learn({ train: PIECES, heldOut: [] }, { ...settings("corrected"), range: RANGE });

/** Cells, and of the cell to come the tonic of all pieces, a pitch, and what counts say of it. */
function anchored(tonicPitch: number): Encoding<Cell> {
  const cells = gridCells(RANGE);
  const tonic: Column = { name: "tonic", size: 12 };
  const logs: Column = { name: "logs", width: CLASSES, transposing: movingLogs(CLASSES) };
  const listenerOf = (ears = cells.listen(), counting = counts.listen()): ReturnType<Encoding<Cell>["listen"]> => ({
    hear(cell) {
      counting.hear(cell);
      return ears.hear(cell);
    },
    know: (drawn) => ({
      ...ears.know!(drawn),
      tonic: cells.say(tonicPitch).cell % 12,
      logs: counting.next("cell", {}),
    }),
    fork: () => listenerOf(ears.fork(), counting.fork()),
  });
  return { ...cells, name: "anchored cells", knows: [...cells.knows!, tonic, logs], listen: () => listenerOf() };
}

/** Logits as a sum: absolute pitch, the interval from what the voice had, the degree on the tonic, and counts, weighted. */
const sums = (moving = true): NetworkSystem<Cell> => ({
  name: "sums",
  title: "sums",
  citation: "a test's own",
  encoding: () => anchored(48),
  heads: () => [categorical("cell", { classes: CLASSES })],
  build({ length, units, prng }) {
    const classes = (name: string) => tf.input({ shape: [length], name, dtype: "int32" });
    const [heard, voice, before, tonic] = ["heard.cell", "next.voice", "next.before", "next.tonic"].map(classes);
    const logs = tf.input({ shape: [length, CLASSES], name: "next.logs" });
    const embedding = (inputDim: number, outputDim: number) =>
      tf.layers.embedding({ inputDim, outputDim, embeddingsInitializer: normal(prng, 0.1) });
    const side = (...values: unknown[]) => tf.layers.concatenate().apply(values as tf.SymbolicTensor[]);
    const hidden = gru({
      units,
      recurrentActivation: "sigmoid",
      returnSequences: true,
      kernelInitializer: glorotUniform(prng),
      recurrentInitializer: orthogonal(prng),
    }).apply(embedding(CLASSES + 1, 8).apply(heard));
    const known = side(hidden, embedding(4, 4).apply(voice)) as tf.SymbolicTensor;
    const dense = (units: number) =>
      tf.layers.dense({ units, kernelInitializer: glorotUniform(prng) }).apply(known) as tf.SymbolicTensor;
    const intervals = shiftedLogits({ classes: CLASSES, farthest: 12 }).apply([dense(25), before]);
    const degrees = shiftedLogits({ classes: CLASSES, modulo: 12 }).apply([dense(12), tonic]);
    const counted = tf.layers.multiply().apply([logs, dense(1)]);
    const terms = [dense(CLASSES), counted, ...moving ? [intervals, degrees] : []] as tf.SymbolicTensor[];
    const cell = tf.layers.add({ name: "cell" }).apply(terms) as tf.SymbolicTensor;
    return tf.model({ inputs: [heard, voice, ...moving ? [before, tonic] : [], logs], outputs: cell });
  },
});

const chosen = settings("corrected", {
  length: 72,
  shift: 72,
  units: 8,
  supervision: "every",
  partial: true,
  batchSize: 3,
  learningRate: 0.02,
  lossWeights: { cell: 1 },
});
const { encoding: encodingOf, heads: headsOf } = sums();
const encoding = encodingOf(chosen), heads = headsOf(chosen);
const options = { ...chosen, heads, epochs: 60, monitor: "train", patience: Infinity, prng: seeded(2) } as const;

Deno.test("logits of cells can be sums of pitches, intervals, degrees and weighted log-probabilities, and train on the kernel", async () => {
  const model = sums().build({ ...chosen, prng: seeded(1) });
  assertEquals(graphOf(model, { every: true }).obstacle, undefined);
  const examples = windowsOf(PIECES, encoding, { ...chosen, acrossPieces: false });
  const history = await fit(model, examples, options);
  const [first, last] = [history.epochs[0], history.epochs.at(-1)!].map(({ train }) => train.cell);
  assert(last < first / 3, `${first} to ${last}`);

  // Window by window and cell by cell it says the same, anchors and counts included.
  const network = networkModel(model, { name: "sums", carryState: false, encoding, heads });
  const { heads: { cell } } = await scoreModel(network, PIECES);
  const mean = cell.nats.reduce((a, b) => a + b) / cell.nats.length;
  const { cell: loss } = await evaluate(model, examples, { ...chosen, heads });
  assertAlmostEquals(mean, loss, 1e-4);

  const listener = network.listen();
  listener.hear(START);
  const drawn = sampleEvents(network, listener, { temperature: 0.05, prng: seeded(3) });
  const cells = Array.from({ length: 32 }, () => drawn.next().value);
  assertEquals(cells.length, 32);
  assert(cells.every((pitch) => pitch === -1 || (pitch >= RANGE.lowest && pitch <= RANGE.highest)));
  model.dispose();
});

Deno.test("a sum with intervals and degrees knows a chorale that is moved, where absolute pitches do not", async () => {
  const moved = cellPieces([CHORALE.map((frame) => frame.map((pitch) => pitch + 3))]);
  const [all, absolute] = await Promise.all([true, false].map(async (moving) => {
    const model = sums(moving).build({ ...chosen, prng: seeded(1) });
    await fit(model, windowsOf(PIECES, encoding, { ...chosen, acrossPieces: false }), { ...options, prng: seeded(2) });
    const network = networkModel(model, { name: "sums", carryState: false, encoding: anchored(51), heads });
    const { heads: { cell } } = await scoreModel(network, moved);
    model.dispose();
    return cell.nats.reduce((a, b) => a + b) / cell.nats.length;
  }));
  assert(all < absolute - 1, `${all} against ${absolute} nats per cell`);
});
