import { type Note, type Part, type Score, stretchesOf, whyUnpitched } from "../../score/mod.ts";
import { modulo, spell, type SpelledPitch } from "./spell.ts";

/** Parts of a whole note in which written music is counted: sixty-fourths. */
export const PER_WHOLE = 64;
const PER_QUARTER = PER_WHOLE / 4;

/** A note value. */
export interface NoteValue {
  /** As a share of a whole note: 4 is a quarter note, 0.5 a breve. */
  reciprocal: number;
  /** Whether it is dotted. */
  dotted: boolean;
  /** In sixty-fourths. */
  length: number;
}

/** What stands at one place of one part: a notehead, a chord of them, or a rest. */
export interface WrittenHead {
  /** From the lowest up; none for a rest. */
  pitches: SpelledPitch[];
  /** Where, in sixty-fourths from the beginning. */
  at: number;
  /** How long. */
  value: NoteValue;
  /** It goes on from the head before it. */
  tiedBefore: boolean;
  /** The head after it goes on from it. */
  tiedAfter: boolean;
  /** A fermata stands on it; of heads that are tied, on the last. */
  fermata: boolean;
}

/** A bar as written. */
export interface WrittenBar {
  /** Its number; `null` where no metre holds. */
  number: number | null;
  /** Where it begins, in sixty-fourths. */
  from: number;
  /** Where it ends. */
  to: number;
  /** Whether it is as long as the metre says: an upbeat is not, nor may the last bar be. */
  full: boolean;
}

/** Something that holds from a place on. */
export type From<T> = T & {
  /** Where, in sixty-fourths. */
  at: number;
};

/** A score as it stands on paper: in bars, in note values, with ties, each pitch spelled. */
export interface WrittenScore {
  /** The bars. */
  bars: WrittenBar[];
  /** The parts that are written, those of drums left out. */
  parts: { part: Part; heads: WrittenHead[] }[];
  /** Time signatures. */
  metres: From<Score["metres"][number]>[];
  /** Key signatures. */
  keys: From<Score["keys"][number]>[];
  /** Quarter notes a minute, in as few digits as read back to the same microseconds. */
  tempos: From<{ perMinute: number }>[];
}

/** The values that one head can have, from the longest: longs to sixty-fourths, plain and dotted. */
const VALUES: readonly NoteValue[] = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64].flatMap((reciprocal) => {
  const plain = { reciprocal, dotted: false, length: PER_WHOLE / reciprocal };
  const dotted = { reciprocal, dotted: true, length: 1.5 * plain.length };
  return Number.isInteger(dotted.length) ? [dotted, plain] : [plain];
});

/**
 * Writes a score out: notes are divided at barlines, and where no value is as long as they are, and tied; what is empty
 * is filled with rests up to the end of the last note.
 *
 * @param task What is not done otherwise, as in `Cannot write kern: …`.
 * @throws {RangeError} If the score has no note, one does not stand on a grid of sixty-fourths, or notes of one part
 * overlap that do not begin and end together; it says which.
 */
export function writeOut(score: Score, task: string): WrittenScore {
  const parts = score.parts.filter(({ drum }) => !drum);
  const end = parts.flatMap(({ notes }) => notes).reduce((last, { endTick }) => Math.max(last, endTick), 0);
  if (end === 0) {
    throw new RangeError(`Cannot ${task}: there is no note in the score with a pitch, since ${whyUnpitched(score)}`);
  }
  const inUnits = (tick: number) => tick * PER_QUARTER / score.ticksPerQuarter;
  const starting = <T extends { tick: number }>(changes: readonly T[]): From<T>[] =>
    changes.filter(({ tick }) => tick < end).map((change) => ({ ...change, at: Math.ceil(inUnits(change.tick)) }));
  const keys = starting(score.keys), bars = barsUpTo(score, inUnits(end), task);
  return {
    bars,
    parts: parts.map((part) => {
      const heads: WrittenHead[] = [];
      const write = (notes: readonly Note[], from: number, to: number) => {
        const fifths = keys.findLast(({ at }) => at <= from)?.fifths ?? 0;
        const pitches = notes.map(({ pitch }) => spell(pitch, fifths));
        const pieces = bars.filter((bar) => bar.to > from && bar.from < to)
          .flatMap((bar) => divided(Math.max(bar.from, from), Math.min(bar.to, to), bar.to));
        pieces.forEach((piece, i) => {
          const [tiedBefore, tiedAfter] = [notes.length > 0 && i > 0, notes.length > 0 && i < pieces.length - 1];
          const fermata = !tiedAfter && notes.some(({ fermata }) => fermata);
          heads.push({ ...piece, pitches, tiedBefore, tiedAfter, fermata });
        });
      };
      let now = 0;
      for (const { notes, from, to } of chordsOf(part, inUnits, task)) {
        if (from > now) write([], now, from);
        write(notes, from, to);
        now = to;
      }
      if (now < inUnits(end)) write([], now, inUnits(end));
      return { part, heads };
    }),
    metres: starting(score.metres),
    keys,
    tempos: starting(score.tempos.map(({ tick, microsecondsPerQuarter }) => ({
      tick,
      perMinute: perMinuteOf(microsecondsPerQuarter),
    }))),
  };
}

/** Decimals that a tempo has at most. */
const DECIMALS = 6;

function perMinuteOf(microsecondsPerQuarter: number): number {
  const exact = 6e7 / microsecondsPerQuarter;
  const rounded = Array.from({ length: DECIMALS + 1 }, (_, digits) => Number(exact.toFixed(digits)));
  return rounded.find((tempo) => Math.round(6e7 / tempo) === Math.round(microsecondsPerQuarter)) ?? rounded[DECIMALS];
}

/** The notes of a part, those together that begin together. */
function chordsOf(
  part: Part,
  inUnits: (tick: number) => number,
  task: string,
): { notes: Note[]; from: number; to: number }[] {
  const chords = [...Map.groupBy(part.notes, ({ startTick }) => startTick).values()]
    .map((notes) => ({
      notes: notes.toSorted((a, b) => a.pitch - b.pitch),
      from: inUnits(notes[0].startTick),
      to: inUnits(notes[0].endTick),
    }))
    .sort((a, b) => a.from - b.from);
  for (const [i, { notes, from, to }] of chords.entries()) {
    const refuse = (what: string) => {
      const where = `the note at quarter ${from / PER_QUARTER} of part ${part.name || part.track + 1}`;
      return new RangeError(`Cannot ${task}: ${where} ${what}`);
    };
    if (!Number.isInteger(from) || !Number.isInteger(to)) {
      throw refuse("does not begin and end on a grid of sixty-fourths; lay the music on one first");
    }
    if (to === from) throw refuse("has no length");
    if (notes.some(({ endTick }) => endTick !== notes[0].endTick) || chords[i + 1]?.from < to) {
      throw refuse("overlaps another one; write each voice as a part of its own");
    }
  }
  return chords;
}

/** The bars of a score up to its end; without a metre they are of four quarter notes. */
function barsUpTo(score: Score, end: number, task: string): WrittenBar[] {
  const bars: WrittenBar[] = [];
  const stretches = stretchesOf(score);
  for (const [i, stretch] of stretches.entries()) {
    const [first, from, length] = [stretch.barline, stretch.from, stretch.barLength].map((time) => time * PER_QUARTER);
    const last = Math.min(end, (stretches[i + 1]?.from ?? Infinity) * PER_QUARTER);
    if (![first, from, length].every(Number.isInteger)) {
      throw new RangeError(
        `Cannot ${task}: a bar of ${stretch.barLength} quarter notes at ${stretch.from} is no usual one`,
      );
    }
    for (let barline = first, k = 0; barline < last; barline += length, k++) {
      const bar = { from: Math.max(barline, from), to: Math.min(barline + length, last) };
      bars.push({ ...bar, number: stretch.bar === null ? null : stretch.bar + k, full: bar.to - bar.from === length });
    }
  }
  return bars;
}

/** A note within a bar as values: one where there is such a value, otherwise a quarter note's beats are shown. */
function divided(from: number, to: number, barline: number): { at: number; value: NoteValue }[] {
  const length = to - from;
  const value = VALUES.find((value) => value.length <= length)!;
  if (value.length === length) return [{ at: from, value }];
  // Beats are counted back from the barline, so that those of an upbeat are right.
  const toBeat = modulo(barline - from, PER_QUARTER);
  const cut = toBeat > 0 && toBeat < length ? toBeat : value.length;
  return [...divided(from, from + cut, barline), ...divided(from + cut, to, barline)];
}
