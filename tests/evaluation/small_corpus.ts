/** A corpus small enough for tests, and settings to match. */

import type { Corpus, Piece } from "../../lib/corpus/mod.ts";
import type { EvaluateCorpusOptions, EvaluationReport } from "../../lib/evaluation/mod.ts";
import { madeUpPiece, melody } from "../corpus/made_up.ts";

/** By their names, 7 of its pieces are to learn from, 2 to choose by, 3 to measure on. */
export function smallCorpus(pieces: Piece[] = smallPieces()): Corpus {
  return { name: "small", pieces, leftOut: [] };
}

/** `tune1.mid` to `tune12.mid`, of 31 to 42 notes. */
export function smallPieces(): Piece[] {
  return Array.from({ length: 12 }, (_, i) => madeUpPiece(`tune${i + 1}.mid`, melody(i, 31 + i)));
}

/** Windows of 4 notes, an LSTM of 6 units, samples of 8 notes. */
export const small = {
  samples: 3,
  epochs: 3,
  overrides: { length: 4, units: 6, batchSize: 20, count: 8, learningRate: 0.02 },
} satisfies EvaluateCorpusOptions;

/** A report without what a clock decides. */
export function timeless(report: EvaluationReport): EvaluationReport {
  return JSON.parse(
    JSON.stringify(report, (key, value) => key === "seconds" || key === "secondsPerStep" ? undefined : value),
  );
}
