import type { DataFrame } from "nodejs-polars";
import {
  calibration,
  pieceScores,
  quantileCalibration,
  type TimeForecast,
  varianceCalibration,
} from "../../metrics/mod.ts";
import type { Regression } from "../../heads/mod.ts";
import { seeded } from "../../random/mod.ts";
import { generate } from "../../sampling/mod.ts";
import type { Reading, Settings } from "../../settings/mod.ts";
import type { History } from "../../training/mod.ts";
import type { Contestant } from "./contestants.ts";
import { eachEvent } from "../scoring/each_event.ts";
import { fitHeads } from "../scoring/fit_heads.ts";
import { forecasting } from "../scoring/forecast_times.ts";
import { nullForNaN } from "../report/figures.ts";
import { SCORED } from "../report/likelihood_figures.ts";
import { type Comparison, measureMusic, noteLists } from "../report/music.ts";
import type {
  EvaluationRun,
  PlainCalibration,
  PlainTimeCalibration,
  SampleReport,
  ScoredName,
} from "../report/report.ts";
import { heardBefore } from "../scoring/heard_before.ts";
import { scoring } from "../scoring/score_model.ts";
import type { Side } from "./section_data.ts";
import { type Candidate, learn, type LearnOptions } from "./learn.ts";

/** What a contestant is put to; its seed is that of sampling, too. */
export interface Trial extends LearnOptions {
  /** Pieces to score. */
  test: Side;
  /** Which of its scored notes stand in a passage heard before: 1 for one that does. */
  repeats: Uint8Array;
  /** Notes that samples go on from, one table each. */
  beginnings: readonly { piece: string; notes: DataFrame }[];
  /** Notes of a sample. */
  count: number;
  /** How a network's notes are fed back. */
  reading: Reading;
  /** What samples are measured against. */
  comparison: Required<Comparison>;
}

/** What came of a contestant with one seed: one or two rows. */
export interface ContestantResult {
  /** Which. */
  rows: Candidate["row"][];
  /** Numbers learned. */
  parameters: number;
  /** One a row. */
  runs: EvaluationRun[];
}

/**
 * Lets a contestant learn, scores what it has learned on the test pieces, and
 * takes samples.
 *
 * @throws {RangeError} If it learns from a test piece, or gives 0 to what came in one.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function runContestant(contestant: Contestant, trial: Trial): Promise<ContestantResult> {
  const known = contestant.train.pieces.find((path) => trial.test.pieces.includes(path));
  if (known !== undefined) throw new RangeError(`Cannot evaluate: it learns from "${known}", which is a test piece`);
  const { candidates, history, weights, dispose } = await learn(contestant, trial);
  try {
    const runs: EvaluationRun[] = [];
    for (const candidate of candidates) {
      const run = await measure(candidate, history, contestant, trial);
      runs.push({ ...run, ...weights && { weights } });
    }
    return { rows: candidates.map(({ row }) => row), parameters: candidates[0].model.parameters, runs };
  } finally {
    dispose();
  }
}

async function measure(
  { row, model, source, seconds, epoch }: Candidate,
  history: History | null,
  { heldOut, settings }: Contestant,
  trial: Trial,
): Promise<EvaluationRun> {
  const { test, signal, onProgress, seed } = trial;
  const label = row === "only" ? trial.label : `${trial.label}, ${row} epoch`;
  const scoredNotes = ({ notes, pieces }: Side) => notes - pieces.length;
  const total = scoredNotes(heldOut) + scoredNotes(test);
  const watched = (before: number) => ({
    signal,
    onProgress: (done: number) => onProgress({ label: `${label}: scoring`, done: before + done, total }),
  });
  const fitted = await fitHeads(model, heldOut.events, watched(0));
  const { scored, scorable, note } = scoring(fitted, test.events), { forecasts, ...times } = forecasting(fitted);
  await eachEvent(fitted, scorable, watched(scoredNotes(heldOut)), (event) => {
    note(event);
    times.note(event);
  });
  const sigmas = fitted.heads.filter((head): head is Regression => "sigma" in head).map((
    { name, sigma },
  ) => [name, sigma]);
  const scores = (name: ScoredName, only?: Uint8Array) => {
    const pieces = pieceScores(scored, name, { only });
    const lost = pieces.find(({ nats }) => !Number.isFinite(nats));
    if (lost) throw new RangeError(`Cannot evaluate: it gives probability 0 to a ${name} of "${lost.piece}"`);
    return pieces;
  };
  const byName = (only?: Uint8Array) =>
    Object.fromEntries(SCORED.map((name) => [name, scores(name, only)])) as EvaluationRun["scores"];
  const curve = (name: string) => plain(calibration(scored, name));
  return {
    seed,
    seconds,
    epoch,
    history,
    sigmas: Object.fromEntries(sigmas),
    scores: byName(),
    repeats: byName(model.pieces ? heardBefore(model.pieces(test.events)) : trial.repeats),
    calibration: { pitch: curve("pitch"), step: curve("step"), duration: curve("duration") },
    times: { step: calibratedTimes(forecasts.step), duration: calibratedTimes(forecasts.duration) },
    samples: await takeSamples(source, settings, { ...trial, label }),
  };
}

async function takeSamples(
  { from, as }: Candidate["source"],
  settings: Settings | null,
  { beginnings, count, comparison, seed, label, signal, onProgress }: Trial,
): Promise<SampleReport[]> {
  const prng = seeded(seed);
  const samples: SampleReport[] = [];
  for (const { piece, notes: seedNotes } of beginnings) {
    await onProgress({ label: `${label}: sampling`, done: samples.length, total: beginnings.length });
    const options = { count, temperature: temperatureOf(settings), prng, signal };
    const table = await generate(from, seedNotes, { ...as, ...options });
    const notes = noteLists(table);
    samples.push({ ...measureMusic(piece, notes, comparison), notes });
  }
  await onProgress({ label: `${label}: sampling`, done: samples.length, total: beginnings.length });
  return samples;
}

/** A reading's temperature makes up for what its sampler does to networks; others are sampled as they are. */
export function temperatureOf(settings: Settings | null): number {
  return settings?.temperature ?? 1;
}

function calibratedTimes(forecasts: readonly TimeForecast[]): PlainTimeCalibration {
  const { bins, error } = varianceCalibration(forecasts);
  return {
    quantiles: quantileCalibration(forecasts),
    variances: { bins, error: Number.isFinite(error) ? error : null },
  };
}

function plain({ bins, error }: ReturnType<typeof calibration>): PlainCalibration {
  return {
    bins: bins.map((bin) => ({ ...bin, confidence: nullForNaN(bin.confidence), accuracy: nullForNaN(bin.accuracy) })),
    error,
  };
}
