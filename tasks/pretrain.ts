/**
 * `deno task pretrain`: makes the network that comes with the project anew.
 *
 * @module
 */

import { type Piece, trainingPieces } from "../lib/corpus/mod.ts";
import { type EventPiece, type NoteEvent, notePieces } from "../lib/encodings/mod.ts";
import {
  compareSampling,
  fitHeads,
  markdownTable,
  type SamplingComparison,
  scoreModel,
} from "../lib/evaluation/mod.ts";
import { startBackend } from "../lib/kernels/mod.ts";
import { likelihood, pieceScores, quotationIndex } from "../lib/metrics/mod.ts";
import { PRETRAINED } from "../lib/notebook/mod.ts";
import { terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { corpusTable, inNanoseconds } from "../lib/notes/mod.ts";
import { seeded } from "../lib/random/mod.ts";
import { carriesState, networkModel } from "../lib/sampling/mod.ts";
import { type Settings, settings } from "../lib/settings/mod.ts";
import { noteNetworkSystem, type SequenceModel } from "../lib/systems/mod.ts";
import { replaceFile } from "../lib/files/mod.ts";
import { evaluate, fit, type Losses, type RunRecord, saveModel, saveRun } from "../lib/training/mod.ts";
import { windowsOf } from "../lib/windows/mod.ts";
import { type CommandOptions, flagsOf } from "./command.ts";

const USAGE = `deno task pretrain

Makes the network that comes with the project anew, in data/pretrained/, from
the sample alone: some minutes.

  --help   show this text`;

const SYSTEM = "viewpoints";
/**
 * Chosen by how it plays: with more epochs it keeps to a key and to a range, with fewer it quotes less, and names unheard
 * notes better. Written out, because a system's own settings are chosen on other music.
 */
const RECIPE: Partial<Settings> = {
  features: ["recent", "anchors", "key", "metre", "habits"],
  order: ["step", "pitch", "duration"],
  augmentation: { transpose: [-6, 6], jitter: true },
  units: 64,
  dropout: 0.4,
  length: 64,
  shift: 64,
  batchSize: 8,
  learningRate: 0.003,
  schedule: "cosine",
  warmUpSteps: 50,
  weightDecay: 0.3,
  clipNorm: 1,
  averageDecay: 0.99,
  epochs: 60,
};
const QUOTATION = "longest quotation";
/** Notes of a sample, and how many there are. */
const COUNT = 200, SAMPLES = 50;

/** What {@linkcode pretrain} takes. */
export interface PretrainOptions {
  /** The run's folder. @default {PRETRAINED} */
  out?: string;
  /** Other settings than those that the network was made with. @default {{}} */
  changes?: Partial<Settings>;
  /** Samples by which it is measured. @default {50} */
  samples?: number;
  /** Their notes. @default {200} */
  count?: number;
}

/** Trains the network on the sample's training pieces alone, and leaves it as a run, with a README that measures it. */
export async function pretrain(options: PretrainOptions = {}): Promise<RunRecord> {
  const { out = PRETRAINED, changes, samples = SAMPLES, count = COUNT } = options;
  // The portable kernel, on one thread: the same sums in the same order on every machine.
  await startBackend({ native: false, threads: 1 });
  const system = noteNetworkSystem(SYSTEM);
  const chosen = settings("published", { ...system.defaults, ...RECIPE, ...changes, system: SYSTEM });
  const { train, heldOut, seedPiece, leftOut } = await trainingPieces("sample", chosen);
  const tableOf = (pieces: readonly Piece[]) => inNanoseconds(corpusTable(pieces, chosen));
  // Of its own pieces it hears every voice, of others the first.
  const lines = tableOf(train.flatMap(voicesOf));
  const [learned, held, test] = [lines, tableOf(heldOut), tableOf([seedPiece])].map((table) => notePieces(table));
  const encoding = system.encoding(chosen, learned), heads = system.heads(chosen);
  const model = system.build({ ...chosen, prng: seeded(chosen.seed) });
  const examples = windowsOf(learned, encoding, chosen), unseen = windowsOf(held, encoding, chosen);
  const untrained = await evaluate(model, examples, { ...chosen, heads });
  const progress = terminalProgress("training", chosen.epochs);
  const history = await fit(model, examples, {
    ...chosen,
    heads,
    heldOut: unseen,
    patience: Infinity,
    prng: seeded(chosen.seed),
    onEpoch: ({ epoch }) => progress.update(epoch),
  });
  await progress.done();
  await saveModel(model, `${out}/model`);
  const record: RunRecord = {
    corpus: "sample",
    settings: chosen,
    pieces: train.map(({ path }) => path),
    heldOut: heldOut.map(({ path }) => path),
    leftOut,
    notes: examples.events,
    windows: examples.size,
    parameters: model.countParams(),
    untrained,
    history,
  };
  await saveRun(out, record);
  const named = networkModel(model, { name: SYSTEM, carryState: carriesState(model), encoding, heads });
  const fitted = await fitHeads(named, held);
  const playing = await compareSampling({ network: { model: named, temperature: chosen.temperature } }, {
    beginnings: [...held, ...test].map(({ events }) => events.slice(0, chosen.length)),
    music: [...notePieces(tableOf(train)), ...held, ...test],
    index: quotationIndex(lines),
    samples,
    count,
    seed: chosen.seed,
  });
  const measured = { held: await natsOf(fitted, held), test: await natsOf(fitted, test), playing, samples, count };
  await replaceFile(`${out}/README.md`, readmeOf(record, seedPiece.path, measured));
  model.dispose();
  return record;
}

/** The voices of a piece, each as a piece of its own. */
function voicesOf(piece: Piece): Piece[] {
  const { path, score } = piece;
  return score.parts.flatMap((part, i) =>
    part.notes.length > 0 ? [{ ...piece, path: `${path} ${i + 1}`, score: { ...score, parts: [part] } }] : []
  );
}

type Nats = Record<string, number>;

/** Nats per note: all heads together, and each. */
async function natsOf(model: SequenceModel<NoteEvent>, pieces: readonly EventPiece<NoteEvent>[]): Promise<Nats> {
  const scored = await scoreModel(model, pieces);
  const of = (name: string) => likelihood(pieceScores(scored, name)).nats;
  return { total: of("total"), ...Object.fromEntries(model.heads.map(({ name }) => [name, of(name)])) };
}

/** What the folder's README says: how it was made, from what, and what it is worth. */
function readmeOf(
  { settings: { system, reading, units, seed, epochs }, pieces, heldOut, notes, parameters, history }: RunRecord,
  testPiece: string,
  { held, test, playing, samples, count }: {
    held: Nats;
    test: Nats;
    playing: SamplingComparison;
    samples: number;
    count: number;
  },
): string {
  const nats = (of: Nats) => Object.entries(of).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ");
  const { music: { measures: bach }, players: [{ measures, outside }] } = playing;
  const range = ({ low, middle, high }: typeof measures[string]) =>
    `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const unlike = outside.filter((name) => name !== QUOTATION);
  const table = markdownTable(
    ["measure", "Bach", "network"],
    // Most of the sample is what it has learned, and would quote itself.
    Object.keys(bach).map((name) => [name, name === QUOTATION ? "–" : range(bach[name]), range(measures[name])]),
  ).join("\n");
  const best = history.epochs[history.best - 1], last = history.epochs.at(-1)!;
  const nat = ({ total }: Losses) => total.toFixed(2);
  return `# The network that comes with the project

It plays in notebook 6 until notebook 5 has trained one. \`deno task pretrain\` has made everything in this folder, and
makes it anew, with the same bytes in \`model/\` wherever the same kernel computes (${history.kernel}).

It is a run like any other: \`settings.json\`, \`history.json\`, \`run.json\`, and \`model/\` in TensorFlow.js's format. So
\`initialWeights\` of \`fit\` can go on from it.

- **What it is**: \`${system}\` with ${units} units, ${parameters} weights, seed ${seed}, ${reading} reading.
- **What it has learned from**: the ${pieces.length} training pieces of the embedded sample, every voice by itself, ${notes} notes, each
  stretch moved to a key that is drawn anew in each epoch, and nothing else. They were typed for this project and are in
  the public domain (\`data/sample/README.md\`), and so is this network:
  [CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/).
${pieces.map((path) => `  - \`${path}\``).join("\n")}
- **How long**: ${epochs} epochs. Then it named the notes of the held-out pieces worse (${nat(last.heldOut!)} nats per
  note) than after epoch ${history.best} (${nat(best.heldOut!)}), because it knew its own by heart (${
    nat(last.train)
  }). But it is here to
  play, and what scores best does not play best: a network like it that was stopped at its best epoch had 75 % of its
  notes in the scale, within 73 semitones (medians of 12 samples).
- **How well it names unheard notes**, in nats per note, carrying its memory through each piece:
  - held out, ${heldOut.map((path) => `\`${path}\``).join(" and ")}: ${nats(held)}
  - test, \`${testPiece}\`: ${nats(test)}

Some of its pieces are on the held-out or the test side in the corpus of 228 (BWV 784, BWV 850 and the Prélude of BWV
1007). Whoever goes on from this network must not measure there.

## How it plays

${samples} samples of ${count} notes at temperature 1, which go on from the beginnings of the held-out and test pieces, beside
stretches of all pieces of the sample that are as long: medians, with the range from 5 to 95 % in brackets.
\`PLAYING\` of \`lib/evaluation\` says what is measured. A quotation is a passage with the intervals, steps and durations
of one that the network has learned.

${table}

${
    unlike.length === 0
      ? "No median is outside Bach's range"
      : `Outside Bach's range: the median of ${unlike.join(", ")}`
  }.
`;
}

/** Runs the task. @returns The exit code: 0, 2 if the arguments are wrong. */
export async function pretrainTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const { print = console.log } = options, flags = await flagsOf(args, USAGE, [], options);
  if (typeof flags === "number") return flags;
  const { parameters, history: { kernel, epochs } } = await pretrain();
  print(
    `A network of ${parameters} weights in ${PRETRAINED} after ${epochs.length} epochs, on the ${kernel} kernel`,
  );
  return 0;
}

if (import.meta.main) Deno.exit(await pretrainTask(Deno.args));
