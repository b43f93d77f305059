import {
  type ApartPieces,
  type Corpus,
  openCorpus,
  type Piece,
  PUBLISHED_FILES,
  withoutMusicOf,
} from "../../corpus/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { seeded, shuffle } from "../../random/mod.ts";
import { READING, type Reading, settings } from "../../settings/mod.ts";
import { noteNetworkSystem } from "../../systems/mod.ts";
import type { TransferPoint, TransferReport, TransferRun, TransferStart } from "../report/transfer_report.ts";
import { versionsFor } from "./code_version.ts";
import { type EvaluateCorpusOptions, EVALUATION_CACHE, RUNS, seedsOf } from "./evaluate_corpus.ts";
import { resultCache } from "./result_cache.ts";
import { plainSettings, reportOf, sectionData, type Side, sideOf } from "./section_data.ts";
import { learnAndScore } from "./transfer_trial.ts";
import { usablePieces } from "./usable_pieces.ts";

/** Options of {@linkcode evaluateTransfer}. */
export interface EvaluateTransferOptions
  extends Pick<EvaluateCorpusOptions, "overrides" | "cache" | "signal" | "onProgress"> {
  /**
   * Name of the network's system, of `NOTE_SYSTEMS`.
   *
   * @default {"viewpoints"}
   */
  model?: string;
  /**
   * Its width: less than the system's own, because there are dozens of networks to train.
   *
   * @default {128}
   */
  units?: number;
  /**
   * How notes are made, learned and scored.
   *
   * @default {"published"}
   */
  reading?: Reading;
  /**
   * Other music to learn from before: all its voices. What it shares with any piece of the corpus is left out.
   *
   * @default the embedded sample
   */
  others?: readonly Corpus[];
  /**
   * How many pieces the small corpora have; numbers that the training side does not reach are left out. All of that side
   * is always the last.
   *
   * @default {[1, 5, 20]}
   */
  sizes?: readonly number[];
  /**
   * Draws of pieces, each with a seed of its own: 42, 43, ….
   *
   * @default {3}
   */
  draws?: number;
  /**
   * Notes that each training hears at most, one heard twice counts twice; pre-training hears twice as many.
   *
   * @default {500_000}
   */
  notes?: number;
}

/** Epochs without a lower held-out loss after which a training stops: small corpora are soon known by heart. */
const PATIENCE = 5;
/** How much more pre-training hears. */
const PRETRAINING = 2;

/** What a network begins with, and the music that has taught it. */
type Start = Omit<TransferStart, "before"> & { music?: Side };

/**
 * What it is worth to have learned from other music before: the same network learns from
 * small corpora, once with random weights to begin with and once with those that other music has taught it, and then
 * names the notes of pieces that neither has heard.
 *
 * The other music is, first, the corpus's own training side with all its voices (`flattening: "all"`), neither transposed
 * nor drawn from: so the pieces of a small corpus, or others with the same themes, are in it, and that line says what
 * knowing the composer's other works is worth, and the other voices of the same ones. Second, if given, music that is
 * not in the corpus: `others` without whatever shares music with any of its pieces. `withoutMusicOf` keeps out of both
 * what is held out or measured, also in another key or under another name.
 *
 * Pieces are split as in `evaluateCorpus`. The paper's seven files, where they are there, are learned from too; those
 * of them that are on the held-out side are taken out of it for all rows alike. Every training hears about as many notes, by
 * the system's own recipe, and keeps the epoch with the lowest held-out loss. Results and unfinished runs are kept as
 * those of `evaluateCorpus`.
 *
 * Fine-tuning (Yosinski, Clune, Bengio and Lipson, "How transferable are features in deep neural networks?", 2014), as
 * the paper proposes for a later work.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @throws {RangeError} If an option is out of range, there is no network of that name, or the corpus is too small for
 * three sides.
 * @throws {DOMException} The signal's reason, when it fires; what is finished is kept.
 */
export async function evaluateTransfer(
  corpus: Corpus,
  options: EvaluateTransferOptions = {},
): Promise<TransferReport> {
  checkOptions("evaluate transfer", options, {
    model: optional(kinds.name),
    units: optional(kinds.positiveInteger),
    reading: optional(READING),
    others: optional(kinds.list("corpora", kinds.object("an open corpus") as Kind<Corpus>)),
    sizes: optional(kinds.list("sizes", kinds.positiveInteger)),
    draws: optional(kinds.positiveInteger),
    notes: optional(kinds.positiveInteger),
    ...RUNS,
  });
  const { model = "viewpoints", units = 128, reading = "published", sizes = [1, 5, 20], notes = 500_000 } = options;
  const { others = [await openCorpus("sample")], overrides = {}, signal, onProgress = () => {} } = options;
  const system = noteNetworkSystem(model), seeds = seedsOf(options.draws ?? 3);
  const chosen = settings(reading, {
    ...system.defaults,
    units,
    patience: PATIENCE,
    ...overrides,
    system: system.name,
  });
  await onProgress({ label: "reading the notes", done: 0, total: 1 });
  const { code, kernel } = await versionsFor([system]);
  const { pieces } = usablePieces(corpus.pieces);
  const { sides } = sectionData(pieces, chosen);
  const byPath = new Map(pieces.map((piece) => [piece.path, piece]));
  const at = (paths: readonly string[]) => paths.map((path) => byPath.get(path)!);
  const seven = PUBLISHED_FILES.every((path) => byPath.has(path)) ? at(PUBLISHED_FILES) : [];
  const train = at(sides.train.pieces), unheard = [...at(sides.heldOut.pieces), ...at(sides.test.pieces)];
  const heldOut = sideOf(at(sides.heldOut.pieces).filter((piece) => !seven.includes(piece)), chosen);
  const starts = startsOf(train, unheard, pieces, others);
  await onProgress({ label: "reading the notes", done: 1, total: 1 });

  const cache = resultCache(options.cache ?? EVALUATION_CACHE);
  const trial = { system, settings: chosen, heldOut, test: sides.test, code, kernel, cache, signal, onProgress };
  const orders = seeds.map((seed) => shuffle([...train], seeded(seed)));
  const corpora: { from: TransferPoint["from"]; draws: Piece[][] }[] = [
    ...sizes.filter((size) => size < train.length)
      .map((size) => ({ from: "draw" as const, draws: orders.map((order) => order.slice(0, size)) })),
    { from: "all", draws: seeds.map(() => train) },
    ...seven.length > 0 ? [{ from: "seven" as const, draws: seeds.map(() => seven) }] : [],
  ];
  const points: TransferPoint[] = [], reported: TransferStart[] = [];
  for (const { music, ...start } of starts) {
    const before = music &&
      await learnAndScore(music, { ...trial, notes: PRETRAINING * notes, label: start.name, seed: seeds[0] });
    reported.push({ ...start, before: before?.run ?? null });
    for (const { from, draws } of corpora) {
      const runs: TransferRun[] = [];
      for (const [i, pieces] of draws.entries()) {
        const label = `${start.name}, ${from === "draw" ? `${pieces.length} of ${train.length}` : from}, seed ${
          seeds[i]
        }`;
        const { run } = await learnAndScore(sideOf(pieces, chosen), { ...trial, notes, label, seed: seeds[i], before });
        runs.push(run);
      }
      points.push({ start: start.name, from, pieces: draws[0].length, runs });
    }
  }
  return {
    corpus: corpus.name,
    reading,
    system: system.name,
    settings: plainSettings(chosen),
    notes,
    kernel: kernel!,
    code: code.measuring,
    seeds,
    sides: { train: reportOf(sides.train), heldOut: reportOf(heldOut), test: reportOf(sides.test) },
    starts: reported,
    points: points.toSorted((a, b) => a.pieces - b.pieces),
  };
}

/** With what networks begin: nothing, the corpus's own training side in all voices, other music. */
function startsOf(
  train: readonly Piece[],
  unheard: readonly Piece[],
  corpus: readonly Piece[],
  others: readonly Corpus[],
): Start[] {
  const startOf = (name: string, { pieces, leftOut }: ApartPieces): Start => {
    const music = sideOf(pieces, { flattening: "all", transpose: false });
    return { name, learned: { pieces: pieces.length, notes: music.notes }, leftOut, music };
  };
  const foreign = others.map(({ name, pieces }) => {
    const named = (path: string) => `${name}/${path}`;
    const usable = usablePieces(pieces).pieces.map((piece) => ({ ...piece, path: named(piece.path) }));
    return withoutMusicOf(usable, corpus);
  });
  const other = { pieces: foreign.flatMap(({ pieces }) => pieces), leftOut: foreign.flatMap(({ leftOut }) => leftOut) };
  return [
    { name: "random weights", learned: null, leftOut: [] },
    startOf("all voices of the corpus", withoutMusicOf(train, unheard)),
    // On the sample, all of the sample is the corpus's own.
    ...other.pieces.length > 0 ? [startOf("other music", other)] : [],
  ];
}
