import type { DataFrame } from "nodejs-polars";
import type { Corpus } from "../../corpus/mod.ts";
import { type QuotationIndex, quotationIndex } from "../../metrics/mod.ts";
import { pieceRows } from "../../notes/mod.ts";
import type { Settings } from "../../settings/mod.ts";
import { breather } from "../../training/mod.ts";
import type { CodeVersion } from "./code_version.ts";
import { type Contestant, contestants, learningOf, runsIn } from "./contestants.ts";
import { likelihoodFigures, otherScores, type Scores } from "../report/likelihood_figures.ts";
import { measureMusic, pooled, stretches } from "../report/music.ts";
import type { EvaluationRow, EvaluationSection, MusicReport } from "../report/report.ts";
import type { ResultCache } from "./result_cache.ts";
import { type ContestantResult, runContestant, temperatureOf, type Trial } from "./run_contestant.ts";
import { keepLatest } from "./keep_latest.ts";
import type { EvaluationStage, NetworkWindows } from "./train_network.ts";
import { sampleFigures } from "../report/sample_figures.ts";
import { heardBefore, PASSAGE } from "../scoring/heard_before.ts";
import { beginningsOf, plainSettings, reportOf, sectionData, type Side } from "./section_data.ts";

/** Stretches that a piece gives to what samples are compared with. */
const MOST_STRETCHES = 5;

/** What a section is made with. */
export interface SectionOptions {
  /** How notes are made, learned and sampled. */
  settings: Settings;
  /** What is compared. */
  models: readonly string[];
  /** Settings that somebody has chosen, over those of the readings and the systems. */
  overrides: Partial<Omit<Settings, "reading">>;
  /** Seeds of the networks; the first is that of everything else. */
  seeds: readonly number[];
  /** Epochs of all networks, where not the default. */
  epochs?: number;
  /** Keep pieces that share passages on one side. */
  strict: boolean;
  /** Leave out pieces whose parts are no voices. */
  voices: boolean;
  /** Samples of each model. */
  samples: number;
  /** Where results are kept. */
  cache: ResultCache;
  /** What code is at work. */
  code: CodeVersion;
  /** What computes the networks. */
  kernel: string | null;
  /** Stops it. */
  signal?: AbortSignal;
  /** Told how far it has come. */
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/** One table of the report. */
export async function evaluateSection(corpus: Corpus, options: SectionOptions): Promise<EvaluationSection> {
  const { settings, models, overrides, seeds, epochs, strict, voices, samples, signal, onProgress } = options;
  const { reading, count, length, transpose, flattening } = settings;
  await onProgress({ label: `${reading}: reading the notes`, done: 0, total: 1 });
  const data = sectionData(corpus.pieces, settings, { strict, voices });
  const { train, heldOut, test } = data.sides;
  const rivals = contestants({
    corpus: corpus.name,
    pieces: corpus.pieces,
    data,
    settings,
    overrides,
    epochs,
    names: models,
  });
  const size = Math.min(count, longestPiece(test.table));
  const reference = stretches(test.table, size, MOST_STRETCHES).map(({ piece, notes }) => measureMusic(piece, notes));
  const indices = new Map<string, QuotationIndex>();
  const comparisonFor = ({ hash, table }: Side) => {
    const index = indices.get(hash) ?? quotationIndex(table);
    indices.set(hash, index);
    return { reference: pooled(reference), index };
  };
  await onProgress({ label: `${reading}: reading the notes`, done: 1, total: 1 });

  const repeats = heardBefore(test.events);
  const beginnings = beginningsOf([test, heldOut, train], length, samples);
  const done = new Map<Contestant, ContestantResult[]>();
  const failures: EvaluationSection["failures"] = [];
  const trials = rivals.flatMap((rival) =>
    (isTrained(rival) ? seeds : seeds.slice(0, 1)).map((seed) => ({ rival, seed }))
  );
  const breathe = breather(), keep = keepLatest<NetworkWindows>();
  for (const [i, { rival, seed }] of trials.entries()) {
    const label = `${reading} ${i + 1}/${trials.length}: ${rival.system.title}${
      isTrained(rival) && seeds.length > 1 ? `, seed ${seed}` : ""
    }`;
    const watched = { label, signal, onProgress };
    const trial = { settings, seed, test, repeats, beginnings, count: size, reading, keep, ...watched };
    try {
      await breathe();
      signal?.throwIfAborted();
      const result = await resultOf(rival, trial, comparisonFor, options, data.sides);
      done.set(rival, [...done.get(rival) ?? [], result]);
    } catch (error) {
      if (signal?.aborted) throw error;
      failures.push({ contestant: rival.system.name, seed, error: (error as Error).message });
    }
  }

  const rows: EvaluationRow[] = [];
  let ready = 0;
  const largest = largestPiece(test.table);
  for (const [rival, results] of done) {
    await onProgress({ label: `${reading}: intervals`, done: ready++, total: done.size + 1 });
    await breathe();
    signal?.throwIfAborted();
    rows.push(...rowsOf(rival, results, { reference, largest, seed: seeds[0] }));
  }
  const bach = stretches(heldOut.table, size, MOST_STRETCHES)
    .map(({ piece, notes }) => measureMusic(piece, notes, comparisonFor(train)));
  const figures = bach.length > 0 ? sampleFigures([bach], reference, seeds[0]) : undefined;
  await onProgress({ label: `${reading}: intervals`, done: done.size + 1, total: done.size + 1 });
  return {
    reading,
    transposed: transpose,
    flattening,
    sides: { train: reportOf(train), heldOut: reportOf(heldOut), test: reportOf(test) },
    leftOut: data.leftOut,
    strict,
    voices,
    alike: data.alike,
    largest,
    repeats: { passage: PASSAGE, notes: repeats.filter(Boolean).length, of: repeats.length },
    reference,
    bach: figures ? { music: bach, figures } : null,
    rows,
    failures,
  };
}

/** Whether a seed decides what a contestant learns. */
function isTrained({ settings, members }: Contestant): boolean {
  return settings !== null || members !== undefined;
}

/** A contestant's result, from the cache if it is there. */
async function resultOf(
  contestant: Contestant,
  trial: Omit<Trial, "comparison" | "run">,
  comparisonFor: (side: Side) => Trial["comparison"],
  { cache, code, kernel, samples, settings: { length } }: SectionOptions,
  sides: Record<string, Side>,
): Promise<ContestantResult> {
  const { seed, count, reading } = trial;
  const of = {
    code: code.measuring,
    ...learningOf(contestant, seed, kernel),
    seed,
    samples: { number: samples, count, length, reading },
    sides: Object.values(sides).map(({ hash }) => hash),
  };
  const make = () =>
    runContestant(contestant, {
      ...trial,
      comparison: comparisonFor(contestant.train),
      run: runsIn(cache, code, kernel),
    });
  const result = await cache.readOr(of, make, trial.signal);
  // As it will be read from the cache, so that a report does not depend on that.
  return JSON.parse(JSON.stringify(result));
}

/** The rows of a contestant, from one result a seed. */
function rowsOf(
  { system: { name, title, reads = "state" }, settings, train, heldOut }: Contestant,
  results: readonly ContestantResult[],
  { reference, largest, seed }: { reference: readonly MusicReport[]; largest: string | null; seed: number },
): EvaluationRow[] {
  const [{ rows, parameters }] = results;
  return rows.map((row, i) => {
    const runs = results.map((result) => result.runs[i]), scores = runs.map(({ scores }) => scores);
    const others = runs.map(({ scores, repeats }) => otherScores(scores, repeats));
    const figuresOf = (some: Scores[]) => some[0].total.length === 0 ? null : likelihoodFigures(some, seed);
    return {
      id: row === "only" ? name : `${name}:${row}`,
      name: row === "only" ? title : `${title}, ${row} epoch`,
      reads,
      settings: settings ? plainSettings(settings) : null,
      train: reportOf(train),
      heldOut: reportOf(heldOut),
      parameters,
      seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0) / runs.length,
      likelihood: likelihoodFigures(scores, seed),
      withoutLargest: largest === null ? null : likelihoodFigures(scores, seed, largest),
      repeats: figuresOf(runs.map(({ repeats }) => repeats)),
      others: figuresOf(others),
      temperature: temperatureOf(settings),
      samples: sampleFigures(runs.map(({ samples }) => samples), reference, seed),
      runs,
    };
  });
}

/** The piece of the most notes, of several. */
function largestPiece(table: DataFrame): string | null {
  const pieces = pieceRows(table).filter(({ count }) => count > 1).toSorted((a, b) => b.count - a.count);
  return pieces.length > 1 ? pieces[0].piece : null;
}

function longestPiece(table: DataFrame): number {
  return Math.max(...pieceRows(table).map(({ count }) => count));
}
