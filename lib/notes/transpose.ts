import { checkArgument, checkOptions, kinds, optional } from "../options/mod.ts";
import pl, { type DataFrame } from "nodejs-polars";
import { heldColumns, type KeySignature, type Score, scoreOfColumns } from "../score/mod.ts";
import type { Prng } from "../random/mod.ts";
import { drumColumn, pieceRows, pitchColumn } from "./columns.ts";
import { findKey, type FindKeyOptions, type Key } from "./key.ts";

/** Options for {@linkcode randomTranspose}. */
export interface RandomTransposeOptions {
  /** Where the intervals are drawn from. */
  prng: Prng;
  /**
   * Lowest and highest interval in semitones, both possible.
   *
   * @default [-6, 5]
   */
  range?: readonly [lowest: number, highest: number];
}

/**
 * A score some semitones higher or lower: pitches and key signatures move,
 * drums stay.
 *
 * @param score The score; it is not changed.
 * @param semitones How far, upwards where positive.
 * @throws {RangeError} If `semitones` is not an integer, or a pitch would leave the MIDI numbers 0 to 127.
 */
export function transposeScore(score: Score, semitones: number): Score {
  checkArgument("transpose", "semitones", semitones, kinds.integer());
  const [low, high] = range(score.parts.flatMap((part) => part.drum ? [] : part.notes.map((note) => note.pitch)));
  checkFits(low, high, semitones);
  const keys = score.keys.map((key) => transposeSignature(key, semitones)), held = heldColumns(score);
  if (held) {
    const pitch = held.notes.pitch.slice();
    for (const { drum, from, to } of held.parts) {
      if (!drum) { for (let row = from; row < to; row++) pitch[row] += semitones; }
    }
    return scoreOfColumns({ ...held, keys, notes: { ...held.notes, pitch } });
  }
  return {
    ...score,
    parts: score.parts.map((part) => {
      if (part.drum) return part;
      return { ...part, notes: part.notes.map((note) => ({ ...note, pitch: note.pitch + semitones })) };
    }),
    keys,
  };
}

/**
 * How far it is from a key to C major or, from a minor key, to A minor: the
 * shorter way, -6 to 5 semitones (from the tritone downwards).
 *
 * @param key A tonic and a mode, as {@linkcode findKey} gives.
 */
export function semitonesToCommonKey(key: Pick<Key, "tonic" | "mode">): number {
  const upwards = ((key.mode === "major" ? 0 : 9) - key.tonic + 12) % 12;
  return upwards > 5 ? upwards - 12 : upwards;
}

/**
 * A score in C major or A minor, so that every piece of a corpus has one
 * tonic (the paper's optional step). Its key is that of {@linkcode findKey},
 * over the whole piece; the way is that of {@linkcode semitonesToCommonKey},
 * or, if a note would leave 0 to 127 on it, the other way round. A score
 * whose pitch classes tell no key, such as one of drums alone, comes back as
 * it is.
 *
 * @param score The score; it is not changed.
 * @param options The profile that finds the key.
 * @throws {TypeError} If the profile has another name.
 * @throws {RangeError} If a pitch would leave the MIDI numbers 0 to 127 on both ways.
 */
export function toCommonKey(score: Score, options: FindKeyOptions = {}): Score {
  const key = findKey(score, options);
  if (key.correlation === 0) return score;
  const pitches = score.parts.flatMap((part) => part.drum ? [] : part.notes.map((note) => note.pitch));
  return transposeScore(score, semitonesIntoCommonKey(key, pitches));
}

/**
 * How far {@linkcode toCommonKey} moves music: the shorter way, or the other way round where a pitch would leave 0 to 127
 * on it; 0 where the key is not known.
 *
 * @param key The key of the music, as {@linkcode findKey} gives.
 * @param pitches Its pitches, without drums.
 */
export function semitonesIntoCommonKey(key: Key, pitches: ArrayLike<number>): number {
  if (key.correlation === 0) return 0;
  const near = semitonesToCommonKey(key);
  const far = near < 0 ? near + 12 : near - 12;
  const [low, high] = range(pitches);
  return !fits(low, high, near) && fits(low, high, far) ? far : near;
}

/**
 * Moves each piece of a table by a random interval, to train on Bach in every
 * key; drums stay. All intervals of the range that keep the piece's pitches within the
 * MIDI numbers 0 to 127 are equally likely.
 *
 * @param table A table of notes; it is not changed.
 * @param options Where the intervals come from, and their range.
 * @throws {TypeError} If there is no numeric column `pitch`, or no text column `piece`.
 * @throws {RangeError} If the range is not two integers in order, or no interval in it keeps a piece within 0 to 127.
 */
export function randomTranspose(table: DataFrame, options: RandomTransposeOptions): DataFrame {
  const { prng, range: [lowest, highest] = [-6, 5] } = checkOptions("transpose at random", options, {
    prng: kinds.prng,
    range: optional(kinds.pair("integers", kinds.integer())),
  });
  if (lowest > highest) {
    throw new RangeError(
      `Cannot transpose at random: range must be in order, current value is [${lowest}, ${highest}]`,
    );
  }
  const pitch = pitchColumn(table);
  const drum = drumColumn(table);
  for (const { piece, first, count } of pieceRows(table)) {
    const own = pitch.subarray(first, first + count);
    const [low, high] = range(own.filter((_, i) => !drum[first + i]));
    const from = Math.max(lowest, -low);
    const to = Math.min(highest, 127 - high);
    if (from > to) {
      throw new RangeError(
        `Cannot transpose at random: piece "${piece}" has the pitches ${low} to ${high}, ` +
          `no interval from ${lowest} to ${highest} keeps them within 0 to 127`,
      );
    }
    const semitones = from + Math.floor(prng() * (to - from + 1));
    own.forEach((value, i) => own[i] = drum[first + i] ? value : value + semitones);
  }
  return withPitch(table, pitch);
}

function withPitch(table: DataFrame, pitch: Int32Array): DataFrame {
  return table.withColumns(pl.Series("pitch", pitch, pl.Int32));
}

/** Lowest and highest pitch; a range that fits everywhere where there are none. */
function range(pitches: ArrayLike<number>): [number, number] {
  let [low, high] = [127, 0];
  for (let i = 0; i < pitches.length; i++) {
    low = Math.min(low, pitches[i]);
    high = Math.max(high, pitches[i]);
  }
  return [low, high];
}

function fits(low: number, high: number, semitones: number): boolean {
  return low > high || (low + semitones >= 0 && high + semitones <= 127);
}

function checkFits(low: number, high: number, semitones: number): void {
  if (fits(low, high, semitones)) return;
  throw new RangeError(
    `Cannot transpose by ${semitones} semitones: the pitches ${low} to ${high} would leave the MIDI numbers 0 to 127`,
  );
}

/** The signature with the fewest accidentals; six sharps rather than six flats only where it was sharps before. */
function transposeSignature(key: KeySignature, semitones: number): KeySignature {
  const around = (((key.fifths + 7 * semitones) % 12) + 12) % 12;
  const fifths = around > 6 || (around === 6 && key.fifths < 0) ? around - 12 : around;
  return { ...key, fifths };
}
