/**
 * The colours of the book: those of the sheet, those of things that recur, and those of whatever has no colour of its
 * own.
 */

/** The sheet: paper that glares in no dark theme and stands out from no light one. */
export const PAPER = "#e4e0d7";

/** Paper in the shade: the rows of black keys, the time in which a note sounds. */
export const SHADE = "#d9d4c9";

/** Lines that help the eye along. */
export const GRID = "#cdc8bb";

/** Lines that the eye should find: frames, octaves. */
export const RULE = "#8a8577";

/** Dark text, for titles and labels. */
export const INK = "#1f2328";

/** Lighter text, for what is said in passing. */
export const FAINT = "#59636e";

/** One colour for one thing, in every figure of every notebook. */
export const PALETTE = {
  /** What the paper's run did, and the numbers that it printed. */
  published: "#c74e00",
  /** What the paper's text says. */
  corrected: "#0069ad",
  /** The music that was learned from, Bach's, and losses on it. */
  training: "#3d464f",
  /** Music that was held out, and losses on it. */
  heldOut: "#008a62",
  /** Models that only count, and other yardsticks. */
  baseline: "#756e60",
} as const;

/** Colours of voices, lines and bars that have none in the palette: eight that colour-blind readers can tell apart. */
export const COLOURS: readonly string[] = [
  "#6b4c9a",
  "#d08a00",
  "#14838c",
  "#c03a6b",
  "#4f9bd9",
  "#6f7d14",
  "#8a5a3a",
  "#6f7785",
];

/** What the figures call the things of the palette. */
const NAMES: Readonly<Record<string, string>> = {
  published: PALETTE.published,
  corrected: PALETTE.corrected,
  training: PALETTE.training,
  Bach: PALETTE.training,
  "held out": PALETTE.heldOut,
  baseline: PALETTE.baseline,
  "n-grams": PALETTE.baseline,
  all: COLOURS[0],
  first: COLOURS[1],
  scaled: COLOURS[2],
  raw: COLOURS[3],
};

/**
 * A colour for each name, the same wherever it is drawn: those of the palette for "published", "corrected", "training",
 * "Bach", "held out", "baseline" and "n-grams", one for each flattening and feedback, the next of {@linkcode COLOURS} for any
 * other name.
 */
export function coloursOf(names: readonly string[]): string[] {
  let next = 0;
  return names.map((name) => Object.hasOwn(NAMES, name) ? NAMES[name] : COLOURS[next++ % COLOURS.length]);
}
