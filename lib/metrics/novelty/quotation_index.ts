import { checkOptions, type Kinds, kinds, optional } from "../../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import { type PieceRows, pieceRows, pitchColumn, secondsColumn } from "../../notes/mod.ts";

/** What two notes have to have in common to count as the same. */
export interface QuotationOptions {
  /**
   * `"pitches"`: the same pitches, in any rhythm. `"intervals"`: the same melody, in any rhythm and transposed by
   * any interval. `"times"`: the same pitches, and the same seconds from each note to the next, within the tolerance.
   *
   * @default "pitches"
   */
  by?: "pitches" | "intervals" | "times";
  /**
   * For `"times"`: by how many seconds two steps may differ, 0 or more.
   *
   * @default 0.01
   */
  tolerance?: number;
  /**
   * Names of training pieces that do not count, such as the sample itself.
   *
   * @default []
   */
  without?: readonly string[];
}

/** What each of these options must be. */
export const QUOTATION: Kinds<QuotationOptions> = {
  by: optional(kinds.oneOf("pitches", "intervals", "times")),
  tolerance: optional(kinds.number({ from: 0 })),
  without: optional(kinds.list("names", kinds.text)),
};

/** For each row of a sample the longest run of training notes that ends in it. */
export interface CopiedNotes {
  /** The pieces of the sample, and where they stand. */
  sample: readonly PieceRows[];
  /** The pieces of the training set, and where they stand. */
  training: readonly PieceRows[];
  /** For each row of the sample the number of notes, itself included, that stand in a row in a training piece too. */
  notes: Int32Array;
  /**
   * For each row of the sample the row of the training table where that run ends, the first if there are several; -1
   * without one.
   */
  ends: Int32Array;
  /** For each row of the sample, semitones by which it sounds higher than there; 0 but by intervals. */
  transposition: Int32Array;
}

/** A training set that can be asked what of a sample is copied from it. */
export interface QuotationIndex {
  /**
   * Finds the longest run of training notes that ends in each row of a sample. Runs keep to one piece, in the sample
   * and in the training set.
   *
   * A run of `n` notes has `n - 1` steps: the first note's own step, which leads to it from a note outside, does not
   * count. By intervals a single note is always found, where there are training notes.
   *
   * Exact: every note of every run is compared. Needs time in proportion to the sample's notes times the training notes
   * that are reached as each of them is.
   *
   * @param sample A table with the columns `piece` and `pitch`, and `step` by times.
   * @param options What counts as the same.
   * @throws {TypeError} If a column is missing or has another type, `by` is another word, or there is no training piece
   * of a name in `without`.
   * @throws {RangeError} If a value is missing or out of range, a piece stands in two places, or the tolerance is
   * negative or not finite.
   */
  match(sample: DataFrame, options?: QuotationOptions): CopiedNotes;
}

/** A table's columns: `key[i]` says how row `i` is reached from the row before, -1 where it begins a piece. */
interface Sequence {
  pieces: PieceRows[];
  pitch: Int32Array;
  step: Float64Array | undefined;
  pitchKey: Int32Array;
  intervalKey: Int32Array;
}

/** The rows that are reached in the same way: those of key `k` stand from `starts[k]` to `starts[k + 1]`, in order. */
interface Buckets {
  starts: Int32Array;
  rows: Int32Array;
}

const PITCHES = 128;
const INTERVALS = 2 * PITCHES - 1;

/**
 * Prepares a training set for the question whether a sample quotes it: sorts
 * its notes by how they are reached, once. Then samples can be asked about,
 * as many as one likes ({@linkcode longestQuotation},
 * {@linkcode ngramOverlap}).
 *
 * Needs time and memory in proportion to the training notes.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { longestQuotation, quotationIndex } from "../mod.ts";
 *
 * const table = (piece: string, pitch: number[]) =>
 *   pl.DataFrame({ piece: pitch.map(() => piece), pitch, step: pitch.map(() => 0.25) });
 * const index = quotationIndex(table("gigue", [60, 62, 64, 65, 67, 69]));
 * const sample = table("sample", [80, 64, 65, 67, 50]);
 *
 * assertEquals(longestQuotation(index, sample), {
 *   notes: 3,
 *   sample: { piece: "sample", at: 1 },
 *   training: { piece: "gigue", at: 2 },
 *   transposition: 0,
 * });
 * ```
 *
 * @param training A table of notes with the columns `piece` and `pitch`; with `step` it can be asked by times.
 * @throws {TypeError} If a column is missing or has another type.
 * @throws {RangeError} If a value is missing or out of range, or a piece stands in two places.
 */
export function quotationIndex(training: DataFrame): QuotationIndex {
  const known = sequenceOf(training, training.columns.includes("step"));
  const byPitches = sorted(known.pitchKey, PITCHES ** 2);
  const byIntervals = sorted(known.intervalKey, INTERVALS);

  return {
    match(sample, options = {}) {
      const { by = "pitches", tolerance = 0.01, without = [] } = checkOptions(
        "look for quotations",
        options,
        QUOTATION,
      );
      if (by === "times" && !known.step) {
        throw new TypeError('Cannot look for quotations by times: the training table has no column "step"');
      }
      const asked = sequenceOf(sample, by === "times");
      const leftOut = rowsOf(known.pieces, without);
      const firstOf = new Int32Array(PITCHES).fill(-1);
      known.pitch.forEach((pitch, row) => {
        if (firstOf[pitch] < 0 && !leftOut[row]) firstOf[pitch] = row;
      });
      const firstRow = leftOut.indexOf(0);
      const { starts, rows } = by === "intervals" ? byIntervals : byPitches;
      const key = by === "intervals" ? asked.intervalKey : asked.pitchKey;
      const [knownStep, askedStep] = by === "times" ? [known.step!, asked.step!] : [];
      const size = asked.pitch.length;
      const [notes, ends, transposition] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];

      // run[j] is the length of the run that ends in training row j and in the sample's row reachedAt[j].
      const run = new Int32Array(known.pitch.length);
      const reachedAt = new Int32Array(known.pitch.length).fill(-1);
      for (let i = 0; i < size; i++) {
        const alone = by === "intervals" ? firstRow : firstOf[asked.pitch[i]];
        let [longest, end] = [alone < 0 ? 0 : 1, alone];
        // From the last to the first: the run that ends in j - 1 is then still that of the sample's row before.
        for (let k = key[i] < 0 ? 0 : starts[key[i] + 1] - 1; key[i] >= 0 && k >= starts[key[i]]; k--) {
          const j = rows[k];
          if (leftOut[j]) continue;
          if (knownStep && askedStep && Math.abs(knownStep[j] - askedStep[i]) > tolerance) continue;
          run[j] = reachedAt[j - 1] === i - 1 ? run[j - 1] + 1 : 2;
          reachedAt[j] = i;
          if (run[j] >= longest) [longest, end] = [run[j], j];
        }
        notes[i] = longest;
        ends[i] = end;
        transposition[i] = end < 0 ? 0 : asked.pitch[i] - known.pitch[end];
      }
      return { sample: asked.pieces, training: known.pieces, notes, ends, transposition };
    },
  };
}

/** Marks the rows of some pieces with 1. */
function rowsOf(pieces: readonly PieceRows[], names: readonly string[]): Uint8Array {
  const marked = new Uint8Array(pieces.reduce((sum, { count }) => sum + count, 0));
  for (const name of names) {
    const rows = pieces.find(({ piece }) => piece === name);
    if (!rows) throw new TypeError(`Cannot look for quotations: there is no training piece "${name}" to leave out`);
    marked.fill(1, rows.first, rows.first + rows.count);
  }
  return marked;
}

function sequenceOf(table: DataFrame, withSteps: boolean): Sequence {
  const pieces = pieceRows(table);
  const pitch = pitchColumn(table);
  const step = withSteps ? secondsColumn(table, "step") : undefined;
  const pitchKey = pitch.map((value, row) => row === 0 ? -1 : pitch[row - 1] * PITCHES + value);
  const intervalKey = pitch.map((value, row) => row === 0 ? -1 : value - pitch[row - 1] + PITCHES - 1);
  for (const { first } of pieces) pitchKey[first] = intervalKey[first] = -1;
  return { pieces, pitch, step, pitchKey, intervalKey };
}

/** Sorts rows by key, those of one key in order (counting sort); rows of key -1 are left out. */
function sorted(keys: Int32Array, size: number): Buckets {
  const starts = new Int32Array(size + 1);
  for (const key of keys) if (key >= 0) starts[key + 1]++;
  for (let key = 0; key < size; key++) starts[key + 1] += starts[key];
  const next = starts.slice();
  const rows = new Int32Array(starts[size]);
  keys.forEach((key, row) => {
    if (key >= 0) rows[next[key]++] = row;
  });
  return { starts, rows };
}
