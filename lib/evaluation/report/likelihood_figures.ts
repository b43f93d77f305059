import { likelihood, type PieceScore } from "../../metrics/mod.ts";
import { figureOf } from "./figures.ts";
import type { EvaluationRun, LikelihoodFigures, NatsFigures, ScoredName } from "./report.ts";

/** What is scored, in the order of reports. */
export const SCORED: readonly ScoredName[] = ["pitch", "step", "duration", "total"];

/**
 * The likelihoods of a model, with intervals over pieces.
 *
 * @param runs Its runs, one per seed.
 * @param seed Where the resamples come from.
 * @param without A piece to leave out.
 */
export function likelihoodFigures(
  runs: readonly Pick<EvaluationRun, "scores">[],
  seed: number,
  without?: string,
): LikelihoodFigures {
  const figure = (name: ScoredName, statistic: (pieces: readonly PieceScore[]) => number) =>
    figureOf(runs.map(({ scores }) => scores[name].filter(({ piece }) => piece !== without)), statistic, seed);
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
