import { checkOptions, type Kinds, kinds, optional } from "../../options/mod.ts";
import type { ScoredHead, ScoredNotes } from "./scored_notes.ts";

/** Which of the scored notes count. */
export interface ScoredSelection {
  /**
   * One entry per scored note: those with 0 are left out. For the onsets alone of a music in sixteenths, say, where most
   * cells only hold the one before.
   *
   * @default undefined All notes.
   */
  only?: ArrayLike<number>;
  /**
   * Names of pieces to leave out, such as one that is a quarter of all notes.
   *
   * @default []
   */
  without?: readonly string[];
}

/** What each of these options must be. */
export const SELECTION: Kinds<ScoredSelection> = {
  only: optional(kinds.numbers),
  without: optional(kinds.list("names", kinds.text)),
};

/** What a model said of one piece, summed over its notes. */
export interface PieceScore {
  /** Name of the piece. */
  piece: string;
  /** Its notes that count, at least one. */
  notes: number;
  /** The sum of their nats. */
  nats: number;
  /** How many of them were the model's first choice. */
  hits: number;
}

/**
 * Sums scored notes piece by piece: what `likelihood` takes, and what a
 * bootstrap interval resamples.
 *
 * @param scored What a model said of each note.
 * @param head Name of a head, or `"total"`: the nats of all heads added up, a hit where all of them hit.
 * @param selection Which notes count.
 * @returns The pieces that have notes which count, in order.
 * @throws {TypeError} If there is no such head, or no piece of a name in `without`.
 * @throws {RangeError} If the columns are not equally long, or the nats of a note are NaN or below 0 (a
 * hundred-thousandth is allowed to rounding).
 */
export function pieceScores<Head extends string>(
  scored: ScoredNotes<Head>,
  head: Head | "total",
  selection: ScoredSelection = {},
): PieceScore[] {
  const columns = headColumns(scored, head);
  const counts = selected(scored, checkOptions("add up scored notes", selection, SELECTION));
  const scores = scored.pieces.map((piece) => ({ piece, notes: 0, nats: 0, hits: 0 }));
  scored.piece.forEach((index, note) => {
    if (!counts(note)) return;
    const score = scores[index];
    score.notes++;
    for (const { nats } of columns) {
      if (!(nats[note] >= -ROUNDING)) {
        throw new RangeError(
          `Cannot add up scored notes: the nats of note ${note} must be 0 or more, got ${nats[note]}`,
        );
      }
      score.nats += nats[note];
    }
    if (columns.every(({ hit }) => hit[note] === 1)) score.hits++;
  });
  return scores.filter(({ notes }) => notes > 0);
}

/** A softmax in single precision may sum to a little more than 1. */
const ROUNDING = 1e-5;

/** The head of a name, or all of them for `"total"`, checked; throws as {@linkcode pieceScores} does. */
export function headColumns<Head extends string>(scored: ScoredNotes<Head>, head: Head | "total"): ScoredHead[] {
  const { piece, pieces, heads } = scored;
  const names = Object.keys(heads) as Head[];
  if (head !== "total" && !names.includes(head)) {
    throw new TypeError(`Cannot read scored notes: there is no head "${head}" among ${names.join(", ")}`);
  }
  const columns = (head === "total" ? names : [head]).map((name) => heads[name]);
  for (const { nats, hit, confidence } of columns) {
    for (const { length } of [nats, hit, confidence]) {
      if (length !== piece.length) {
        throw new RangeError(`Cannot read scored notes: a head has ${length} entries for ${piece.length} notes`);
      }
    }
  }
  const strange = piece.find((index) => pieces[index] === undefined);
  if (strange !== undefined) {
    throw new RangeError(`Cannot read scored notes: a note is of piece ${strange} among ${pieces.length}`);
  }
  return columns;
}

/** Whether a note counts; throws as {@linkcode pieceScores} does. */
export function selected(scored: ScoredNotes, { only, without = [] }: ScoredSelection): (note: number) => boolean {
  const { piece, pieces } = scored;
  if (only && only.length !== piece.length) {
    throw new RangeError(`Cannot select scored notes: "only" has ${only.length} entries for ${piece.length} notes`);
  }
  const unknown = without.find((name) => !pieces.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot select scored notes: there is no piece "${unknown}" to leave out`);
  }
  const left = pieces.map((name) => without.includes(name));
  return (note) => !left[piece[note]] && (only === undefined || only[note] !== 0);
}
