import type { ChoraleReport } from "./chorale_report.ts";
import { markdownTable } from "./markdown_table.ts";

/** What the literature has on the same chorales: log-likelihood per frame, of all 88 keys of the piano together. */
const LITERATURE: readonly (readonly [model: string, source: string, logLikelihood: number])[] = [
  ["RNN", "Boulanger-Lewandowski, Bengio and Vincent 2012", -8.71],
  ["LSTM", "as it is quoted", -7.92],
  ["RNN-RBM", "Boulanger-Lewandowski, Bengio and Vincent 2012", -6.27],
  ["RNN-NADE", "Boulanger-Lewandowski, Bengio and Vincent 2012", -5.83],
  ["LSTM-RTRBM", "Lyu et al. 2015", -4.72],
];

/**
 * The ladder on quarter notes as the older literature has it: how likely what sounds together is, given all frames before,
 * beside what others report. A set of pitches is one row of four from the top down, so that its probability is at least
 * that of the row; a model gives the rest to rows that stand for no set.
 */
export function quarterLines({ ladder }: ChoraleReport): string[] {
  return [
    "",
    "## Frames",
    "",
    "Log-likelihood per quarter note, mean over all of the test side, higher is better: what sounds is a set of up to four " +
    "pitches, named as a row of four from the top down, rests last, one after the other. A set is one row, so that its " +
    "likelihood is at least the row's: what a model gives to rows in another order is lost to it. Networks here learn in " +
    "all keys; those of the literature do not, and name 88 keys.",
    "",
    ...markdownTable(["model", "from", "per frame"], [
      ...LITERATURE.map(([model, source, value]) => [model, source, value.toFixed(2)]),
      ...ladder.map(({ title, test }) => [title, "here", (-test.frame).toFixed(2)]),
    ]),
  ];
}
