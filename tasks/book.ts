/**
 * The notebooks of the book, in order. Whoever adds one names it here: other
 * files that stand in `notebooks/` are a reader's own, and are left alone.
 *
 * @module
 */

/** Those that follow the paper, from its corpus to its results. */
export const EXPERIMENT: readonly string[] = [
  "01-corpus.ipynb",
  "02-notes.ipynb",
  "03-windows.ipynb",
  "04-dynamics.ipynb",
  "05-train.ipynb",
  "06-sample.ipynb",
  "07-results.ipynb",
];

/** All of them. */
export const BOOK: readonly string[] = [...EXPERIMENT, "08-evaluation.ipynb"];
