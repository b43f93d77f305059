import {
  circularEarthMoversDistance,
  cosineSimilarity,
  earthMoversDistance,
  jensenShannonDivergence,
} from "./similarity/histograms.ts";
import type { Histogram } from "./note_histograms.ts";
import type { MeasuredPiece } from "./catalogue.ts";
import {
  distancesBetween,
  distancesWithin,
  klDivergence,
  overlappingArea,
  wassersteinDistance,
} from "./similarity/sets.ts";

/** How a metric of some pieces compares with that of others. */
export interface MetricLikeness {
  /** {@linkcode wassersteinDistance} of the two sets of values, in the metric's unit; NaN where one is empty. */
  distance: number;
  /**
   * Overlap of the differences among the samples with those between samples and reference, 0 to 1; NaN where there are
   * fewer than two different differences. As `compareSets` has it.
   */
  overlap: number;
  /** Kullback-Leibler divergence, in nats, of the same two; NaN likewise. */
  divergence: number;
}

/** How a histogram of some pieces compares with that of others; all NaN where one is empty. */
export interface HistogramLikeness {
  /** {@linkcode jensenShannonDivergence} in bits: 0, the same shares, to 1. */
  jensenShannon: number;
  /**
   * {@linkcode earthMoversDistance} in bins, of pitch classes on the circle of semitones
   * ({@linkcode circularEarthMoversDistance}).
   */
  earthMovers: number;
  /** {@linkcode cosineSimilarity}: 0 to 1, the same shares. */
  cosine: number;
}

/**
 * Compares the values of one metric. Pieces in which it is undefined are left out.
 *
 * @param name Name of the metric.
 * @param samples What is judged, such as generated pieces.
 * @param reference What it is held against, such as Bach.
 */
export function metricLikeness(
  name: string,
  samples: readonly MeasuredPiece[],
  reference: readonly MeasuredPiece[],
): MetricLikeness {
  const [ours, theirs] = [samples, reference].map((pieces) =>
    pieces.map(({ metrics }) => metrics[name]).filter(Number.isFinite)
  );
  // As compareSets has it, without the differences inside the reference, which nobody asks for here.
  const difference = (a: number, b: number) => Math.abs(a - b);
  const intra = distancesWithin(ours, difference), inter = distancesBetween(ours, theirs, difference);
  return {
    distance: wassersteinDistance(ours, theirs),
    overlap: overlappingArea(intra, inter),
    divergence: klDivergence(intra, inter),
  };
}

/**
 * Compares one histogram, summed over the pieces of each set: a note of a long
 * piece counts like one of a short piece.
 *
 * @param histogram Which.
 * @param samples What is judged, such as generated pieces.
 * @param reference What it is held against, such as Bach.
 */
export function histogramLikeness(
  { name, bins, circular }: Histogram,
  samples: readonly MeasuredPiece[],
  reference: readonly MeasuredPiece[],
): HistogramLikeness {
  const [ours, theirs] = [samples, reference].map((pieces) => {
    const sum = new Float64Array(bins);
    for (const { histograms } of pieces) histograms[name].forEach((count, bin) => sum[bin] += count);
    return sum;
  });
  return {
    jensenShannon: jensenShannonDivergence(ours, theirs),
    earthMovers: circular ? circularEarthMoversDistance(ours, theirs) : earthMoversDistance(ours, theirs),
    cosine: cosineSimilarity(ours, theirs),
  };
}
