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

/** The one that compares models. */
export const EVALUATION = "08-evaluation.ipynb";

/** All of them. */
export const BOOK: readonly string[] = [
  ...EXPERIMENT,
  EVALUATION,
  "09-beyond.ipynb",
  "10-sampling.ipynb",
  "11-chorales.ipynb",
  "12-bachbot.ipynb",
  "13-deepbach.ipynb",
  "14-rules.ipynb",
];

/** What is said before models are compared. */
export const EVALUATION_TAKES = "Training and measuring all models takes 1 to 5 minutes on the sample, " +
  "and a quarter of an hour to an hour for each reading of bachcentral, the first time; what is finished is kept, and each stage says " +
  "how long it has left";

/** What is said before systems play. */
export const PLAYING_TAKES =
  "Training the systems that play and measuring their samples takes some minutes on the sample, and a quarter of an hour " +
  "or more for each reading of bachcentral, the first time; what is finished is kept, and each stage says how long it has left";

/** What is said before a race. */
export const RACE_TAKES =
  "Training the published recipe to its best takes some seconds on the sample, and a few minutes " +
  "on bachcentral; its rivals take seconds";

/** What is said before ideas are weighed. */
export const LADDER_TAKES =
  "Training the small networks of the ladder takes a few minutes on the sample, and half an hour " +
  "to an hour for each seed on bachcentral, the first time; what is finished is kept, and each stage says how long it has left";
