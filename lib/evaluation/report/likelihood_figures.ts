import { likelihood, type PieceScore } from "../../metrics/mod.ts";
import { figureOf } from "./figures.ts";
import type { LikelihoodFigures, NatsFigures, ScoredName } from "./report.ts";

/** What is scored, in the order of reports. */
export const SCORED: readonly ScoredName[] = ["pitch", "step", "duration", "total"];

const NONE = { notes: 0, nats: 0, hits: 0 };

/** Nats and hits of each piece. */
export type Scores = Record<ScoredName, PieceScore[]>;

/**
 * The likelihoods of a model, with intervals over pieces.
 *
 * @param runs The scores of its runs, one per seed.
 * @param seed Where the resamples come from.
 * @param without A piece to leave out.
 */
export function likelihoodFigures(
  runs: readonly Scores[],
  seed: number,
  without?: string,
): LikelihoodFigures {
  const figure = (name: ScoredName, statistic: (pieces: readonly PieceScore[]) => number) =>
    figureOf(runs.map((scores) => scores[name].filter(({ piece }) => piece !== without)), statistic, seed);
  const nats = (name: ScoredName): NatsFigures => ({
    micro: figure(name, (pieces) => likelihood(pieces).nats),
    macro: figure(name, (pieces) => likelihood(pieces).macroNats),
  });
  return {
    pitch: nats("pitch"),
    step: nats("step"),
    duration: nats("duration"),
    total: nats("total"),
    accuracy: figure("pitch", (pieces) => likelihood(pieces).accuracy),
  };
}

/** The scores of the notes that are in the first and not in the second, some of the same notes. */
export function otherScores(all: Scores, some: Scores): Scores {
  const without = (name: ScoredName) => {
    const known = new Map(some[name].map((score) => [score.piece, score]));
    return all[name].map(({ piece, notes, nats, hits }) => {
      const { notes: fewer, nats: less, hits: missed } = known.get(piece) ?? NONE;
      return { piece, notes: notes - fewer, nats: nats - less, hits: hits - missed };
    });
  };
  return Object.fromEntries(SCORED.map((name) => [name, without(name).filter(({ notes }) => notes > 0)])) as Scores;
}
