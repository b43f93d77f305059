import {
  type HistogramLikeness,
  histogramLikeness,
  HISTOGRAMS,
  type MetricLikeness,
  metricLikeness,
  METRICS,
} from "../../lib/metrics/mod.ts";
import { terminalProgress } from "../../lib/notebook/terminal_progress.ts";
import { textTable } from "../terminal_text.ts";
import type { MeasuredFile } from "./measure_files.ts";
import { cell, familyTables, meanAndSd } from "./tables.ts";

/** How some files compare with others. */
export interface Likeness {
  /** By the name of the metric. */
  metrics: Record<string, MetricLikeness>;
  /** By the name of the histogram. */
  histograms: Record<string, HistogramLikeness>;
}

/** From how many pairs of pieces on a progress is worth its line. */
const MANY = 1000;

/** Compares files with those of a reference, by every metric and every histogram. */
export async function likenessOf(
  files: readonly MeasuredFile[],
  reference: readonly MeasuredFile[],
): Promise<Likeness> {
  const progress = files.length * reference.length < MANY ? undefined : terminalProgress("compare", METRICS.length);
  const metrics: Likeness["metrics"] = {};
  for (const [i, { name }] of METRICS.entries()) {
    metrics[name] = metricLikeness(name, files, reference);
    await progress?.update(i + 1);
  }
  await progress?.done();
  const histograms = HISTOGRAMS.map((one) => [one.name, histogramLikeness(one, files, reference)]);
  return { metrics, histograms: Object.fromEntries(histograms) };
}

/** The likeness as text: a block per family, and the histograms. */
export function likenessTables(
  against: string,
  files: readonly MeasuredFile[],
  reference: readonly MeasuredFile[],
  { metrics, histograms }: Likeness,
): string[] {
  const columns = ["mean", "sd", "there", "sd there", "distance", "overlap", "divergence"];
  return [
    `Against ${against} · ${files.length} files, ${reference.length} there`,
    "",
    ...familyTables(columns, (name) => {
      const spreads = [files, reference].flatMap((some) => meanAndSd(some.map((file) => file.metrics[name])));
      const { distance, overlap, divergence } = metrics[name];
      return [...spreads, distance, overlap, divergence].map(cell);
    }),
    ...textTable(
      ["histogram", "Jensen-Shannon", "earth mover's", "cosine"],
      HISTOGRAMS.map(({ name }) => {
        const { jensenShannon, earthMovers, cosine } = histograms[name];
        return [name, ...[jensenShannon, earthMovers, cosine].map(cell)];
      }),
    ),
    "",
  ];
}
