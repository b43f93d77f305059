import { lastUpTo } from "./last_up_to.ts";
import type { Metre, Score } from "./score.ts";

/** A stretch of music with one length of bar. All times are in one unit: quarter notes, or another. */
export interface Stretch {
  /** Where it begins. */
  from: number;
  /** Where its first bar begins: before `from` where the music begins with an upbeat. */
  barline: number;
  /** Number of its first bar; `null` where no time signature holds. */
  bar: number | null;
  /** Length of a bar. */
  barLength: number;
  /** Length of a beat as a conductor has it: dotted in 6/8, 9/8, 12/8 and so on, as in pretty_midi. */
  beatLength: number;
  /** Length of the time signature's note value, in which beats are numbered. */
  unit: number;
}

/** Where a note stands in its bar. */
export interface BarPosition {
  /** Number of the bar, from 1; 0 is the upbeat. */
  bar: number;
  /** Beats from the beginning of the bar, from 1, in the note value of the time signature's denominator. */
  beat: number;
}

/** A moment in a piece, in seconds, in quarter notes, and in the metre where one holds. */
export interface MusicalPlace {
  /** In seconds. */
  start: number;
  /** In quarter notes. */
  quarter: number;
  /** Number of the bar, `null` where no time signature holds. */
  bar: number | null;
  /** Beat in the bar from 1, in the time signature's note value, `null` as `bar`. */
  beat: number | null;
}

/** What of a score says where its bars are. */
export type Metred = Pick<Score, "metres" | "ticksPerQuarter" | "upbeatTicks">;

/** Music without a time signature goes in bars of four quarter notes, as in pretty_midi, which have no number. */
export const UNMETRED: Readonly<Stretch> = { from: 0, barline: 0, bar: null, barLength: 4, beatLength: 1, unit: 1 };

/**
 * Where a score's bars are, in quarter notes.
 *
 * Bars are counted from the first time signature; a new one begins a new bar,
 * even where the bar before is not full. An upbeat fills the end of bar 0, so
 * that in 4/4 an upbeat of a quarter note is beat 4.
 *
 * @param score A score with its time signatures and, where it has one, its upbeat.
 * @returns By time; the first begins at 0, {@linkcode UNMETRED} where no time signature holds yet.
 * @throws {RangeError} If a time signature has no beats, or its note value is not positive.
 */
export function stretchesOf(score: Metred): Stretch[] {
  const stretches = countBars(score, score.ticksPerQuarter);
  return stretches[0]?.from === 0 ? stretches : [UNMETRED, ...stretches];
}

/**
 * Makes the function that says at which bar and beat a tick stands, as {@linkcode stretchesOf} counts them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { barPositions } from "./mod.ts";
 *
 * const at = barPositions({ ticksPerQuarter: 480, metres: [{ tick: 0, numerator: 3, denominator: 4 }] });
 * assertEquals(at(480 * 4), { bar: 2, beat: 2 });
 * ```
 *
 * @param score A score with its time signatures and, where it has one, its upbeat.
 * @returns A function from ticks to the position, `undefined` where no time signature holds yet.
 * @throws {RangeError} If a time signature has no beats, or its note value is not positive.
 */
export function barPositions(score: Metred): (tick: number) => BarPosition | undefined {
  const stretches = countBars(score, 1);
  return (tick) => barPosition(stretches, tick);
}

/** Bar and beat of a moment, in the unit of the stretches; `undefined` where no time signature holds. */
export function barPosition(stretches: readonly Stretch[], at: number): BarPosition | undefined {
  const stretch = lastUpTo(stretches, at, ({ from }) => from);
  if (!stretch || stretch.bar === null) return undefined;
  const { barline, bar, barLength, unit } = stretch;
  const full = Math.floor((at - barline) / barLength);
  return { bar: bar + full, beat: 1 + (at - barline - full * barLength) / unit };
}

/** Length of a bar in quarter notes: 3 in 6/8. */
export function barQuarters({ numerator, denominator }: Pick<Metre, "numerator" | "denominator">): number {
  return 4 * numerator / denominator;
}

/** Length of a beat as a conductor has it, in a bar of so many units; three of them where the bar is a compound one. */
export function beatLength(numerator: number, unit: number): number {
  const rounded = Math.round(numerator);
  const compound = Math.abs(numerator - rounded) < 1e-6 && rounded > 3 && rounded % 3 === 0;
  return compound ? 3 * unit : unit;
}

/** The stretches of a score's time signatures, in a unit of so many ticks. */
function countBars({ metres, ticksPerQuarter, upbeatTicks = 0 }: Metred, ticks: number): Stretch[] {
  const quarter = ticksPerQuarter / ticks;
  let last: Stretch & { bar: number } | undefined;
  return metres.map(({ tick, numerator, denominator }) => {
    if (!(numerator > 0) || !(denominator > 0)) {
      throw new RangeError(`Cannot count bars: the time signature at tick ${tick} is ${numerator}/${denominator}`);
    }
    const from = tick / ticks;
    const unit = quarter * 4 / denominator;
    const barLength = unit * numerator;
    const upbeat = last ? 0 : upbeatTicks / ticks;
    const barline = upbeat > 0 ? from + upbeat - barLength : from;
    const bar = last ? last.bar + Math.ceil((from - last.barline) / last.barLength) : barline < from ? 0 : 1;
    return last = { from, barline, bar, barLength, beatLength: beatLength(numerator, unit), unit };
  });
}
