import { distancesBetween, distancesWithin, jensenShannonDivergence, overlappingArea } from "../../metrics/mod.ts";
import { figureOf, meanFigure, nullForNaN } from "./figures.ts";
import { byName, pooled, pooledHistogram } from "./music.ts";
import type { MetricFigures, MusicReport, QuotationFigures, QuotedBy, SampleFigures } from "./report.ts";

/**
 * How samples compare with stretches of test pieces.
 *
 * @param runs Samples, one list a seed, all of one length.
 * @param reference The stretches, at least one.
 * @param seed Where the resamples of the intervals come from.
 */
export function sampleFigures(
  runs: readonly (readonly MusicReport[])[],
  reference: readonly MusicReport[],
  seed: number,
): SampleFigures {
  const theirs = pooled(reference);
  const metrics = Object.keys(reference[0].metrics).map((name) => [name, metricFigures(name, runs, reference, seed)]);
  return {
    divergence: byName((name) =>
      figureOf(runs, (music) => jensenShannonDivergence(pooledHistogram(music, name), theirs[name]), seed)
    ),
    metrics: Object.fromEntries(metrics),
    grade: meanFigure(runs.map((music) => music.map(({ grade }) => grade)), seed),
    quotation: { times: quotationFigures("times", runs, seed), intervals: quotationFigures("intervals", runs, seed) },
  };
}

function metricFigures(
  name: string,
  runs: readonly (readonly MusicReport[])[],
  reference: readonly MusicReport[],
  seed: number,
): MetricFigures {
  const valuesOf = (music: readonly MusicReport[]) => music.map(({ metrics }) => metrics[name]);
  const [ours, theirs] = [runs.flat(), reference].map((music) => valuesOf(music).filter((value) => value !== null));
  // As `compareSets` has it, without the differences among the test pieces, which are ten times as many.
  const difference = (a: number, b: number) => Math.abs(a - b);
  const overlap = overlappingArea(distancesWithin(ours, difference), distancesBetween(ours, theirs, difference));
  return { mean: meanFigure(runs.map(valuesOf), seed), overlap: nullForNaN(overlap) };
}

function quotationFigures(
  by: QuotedBy,
  runs: readonly (readonly MusicReport[])[],
  seed: number,
): QuotationFigures {
  const lengths = runs.map((music) => music.map(({ quotation }) => quotation?.[by]?.notes ?? 0));
  return { mean: meanFigure(lengths, seed), longest: Math.max(...lengths.flat()) };
}
