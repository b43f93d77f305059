import { barQuarters } from "../../score/mod.ts";
import { commonDivisor, FINE_TICKS, MOST_TICKS, usualTicks } from "../ticks.ts";
import { UNIT } from "./durations.ts";
import { type Mending, MusicXmlError } from "./musicxml_error.ts";
import { type At, type Head, LONGEST_PIECE, type Page } from "./page.ts";

/** Units by which a bar may miss its metre where the file rounds its durations. */
const NEARLY_FULL = UNIT / 32;

/** Where everything on a page stands in time. */
export interface TimeLine {
  /** Ticks per quarter note. */
  ticksPerQuarter: number;
  /** Where each bar begins, in ticks. */
  barTicks: number[];
  /** End of the last bar, in ticks. */
  endTick: number;
  /** The tick of a moment, or of one that comes so many units after it. */
  tickOf(at: At, later?: number): number;
  /** Where a tie from a head leads: its end, or the next barline where rounding alone keeps it from that. */
  tieTick(head: Head): number;
}

/**
 * Puts the bars of a page in a row, for all parts together. A bar is as long as what stands in the part that has most in
 * it: the others wait there. Parts that only rest do not make it longer than its metre, nor an upbeat any longer: rests of
 * a whole bar are often written with a wrong duration. One in which nothing stands is as long as its metre says.
 *
 * @throws {MusicXmlError} If the piece is longer than 100,000 quarter notes, or, strictly, if parts differ in a bar.
 */
export function layOut(page: Page, mending: Mending): TimeLine {
  const starts: number[] = [];
  const metres = page.metres.toSorted((a, b) => a.bar - b.bar);
  let now = 0, metre = 0;
  let barUnits = 4 * UNIT;
  for (const [i, { number, implicit, lengths }] of page.bars.entries()) {
    starts.push(now);
    for (; metres[metre]?.bar === i; metre++) barUnits = Math.round(barQuarters(metres[metre].value) * UNIT);
    const most = (sounds: boolean) =>
      lengths.reduce((most, each) => each.sounds === sounds ? Math.max(most, each.units) : most, 0);
    const sounding = most(true), resting = Math.min(most(false), barUnits);
    const written = sounding > 0 && implicit ? sounding : Math.max(sounding, resting) || barUnits;
    const length = Math.abs(written - barUnits) < NEARLY_FULL ? barUnits : written;
    for (const { part, units, sounds, line } of lengths) {
      if (!sounds || Math.abs(units - length) < NEARLY_FULL) continue;
      const { name, id } = page.parts[part];
      const quarters = (units: number) => Number((units / UNIT).toFixed(4));
      const wrong = `The part has ${quarters(units)} quarter notes in this bar, others have ${quarters(length)}`;
      mending.mend({ line, bar: number, part: name || id }, wrong, "it waits for the others");
    }
    now += length;
    if (now > LONGEST_PIECE * UNIT) {
      const place = { line: lengths[0].line, bar: number };
      throw new MusicXmlError(`The piece is longer than ${LONGEST_PIECE} quarter notes up to here`, place);
    }
  }
  // A note may be longer than its bar.
  for (const { bar, at, length, line } of page.heads) {
    if (starts[bar] + at + length <= LONGEST_PIECE * UNIT) continue;
    const place = { line, bar: page.bars[bar].number };
    throw new MusicXmlError(`The note ends after ${LONGEST_PIECE} quarter notes, and no piece is longer`, place);
  }
  const moments = [...page.metres, ...page.keys, ...page.tempos];
  let divisor = commonDivisor(UNIT, now);
  for (const start of starts) divisor = commonDivisor(divisor, start);
  for (const { at } of moments) divisor = commonDivisor(divisor, at);
  for (const { at, length } of page.heads) divisor = commonDivisor(commonDivisor(divisor, at), length);
  const least = UNIT / divisor;
  const ticksPerQuarter = least <= MOST_TICKS ? usualTicks(least) : FINE_TICKS;
  if (least > MOST_TICKS) {
    const wrong = "The durations have no common unit that MIDI could state";
    mending.mend({ line: 1 }, wrong, `all were rounded to 1/${FINE_TICKS} quarter note`);
  }
  const ticks = (units: number) => Math.round(units / UNIT * ticksPerQuarter);
  const tickOf = ({ bar, at }: At, later = 0) => ticks(starts[bar] + at + later);
  return {
    ticksPerQuarter,
    barTicks: starts.map(ticks),
    endTick: ticks(now),
    tickOf,
    tieTick({ bar, at, length }) {
      const next = starts[bar + 1] ?? now, end = starts[bar] + at + length;
      return ticks(Math.abs(next - end) < NEARLY_FULL ? next : end);
    },
  };
}
