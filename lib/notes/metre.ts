import type { Score } from "../score/mod.ts";

/** Where a note stands in its bar. */
export interface BarPosition {
  /** Number of the bar, from 1; 0 is the upbeat. */
  bar: number;
  /** Beats from the beginning of the bar, from 1, in the note value of the time signature's denominator. */
  beat: number;
}

/**
 * Makes the function that says at which bar and beat a tick stands.
 *
 * Bars are counted from the first time signature; a new one begins a new bar,
 * even where the bar before is not full. An upbeat fills the end of bar 0, so
 * that in 4/4 an upbeat of a quarter note is beat 4.
 *
 * @param score A score with its time signatures and, where it has one, its upbeat.
 * @returns A function from ticks to the position, `undefined` where no time signature holds yet.
 * @throws {RangeError} If a time signature has no beats, or its note value is not positive.
 */
export function barPositions(
  score: Pick<Score, "metres" | "ticksPerQuarter" | "upbeatTicks">,
): (tick: number) => BarPosition | undefined {
  const { metres, ticksPerQuarter, upbeatTicks = 0 } = score;
  const sections: { tick: number; barline: number; bar: number; barTicks: number; beatTicks: number }[] = [];
  for (const { tick, numerator, denominator } of metres) {
    if (!(numerator > 0) || !(denominator > 0)) {
      throw new RangeError(`Cannot count bars: the time signature at tick ${tick} is ${numerator}/${denominator}`);
    }
    const beatTicks = ticksPerQuarter * 4 / denominator;
    const barTicks = beatTicks * numerator;
    const last = sections.at(-1);
    const barline = last || upbeatTicks === 0 ? tick : tick + upbeatTicks - barTicks;
    const bar = last ? last.bar + Math.ceil((tick - last.barline) / last.barTicks) : barline < tick ? 0 : 1;
    sections.push({ tick, barline, bar, barTicks, beatTicks });
  }
  return (tick) => {
    const section = sections.findLast((candidate) => candidate.tick <= tick);
    if (!section) return undefined;
    const full = Math.floor((tick - section.barline) / section.barTicks);
    const within = tick - section.barline - full * section.barTicks;
    return { bar: section.bar + full, beat: 1 + within / section.beatTicks };
  };
}
