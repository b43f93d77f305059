import type { DataFrame } from "nodejs-polars";
import type { Score } from "../score/mod.ts";
import type { MusicalPlace } from "./place_columns.ts";

/** A stretch of music with one length of bar. Times are in quarter notes. */
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

/** Music without a time signature goes in bars of four quarter notes, as in pretty_midi. */
const PLAIN: Stretch = { from: 0, barline: 0, bar: null, barLength: 4, beatLength: 1, unit: 1 };

/** Where a score's bars are: by its time signatures, with the numbers that `barPositions` gives. */
export function metresOfScore(score: Score): Stretch[] {
  const { metres, ticksPerQuarter, upbeatTicks = 0 } = score;
  const stretches: Stretch[] = metres.length > 0 && metres[0].tick === 0 ? [] : [PLAIN];
  let last: Stretch | undefined;
  for (const { tick, numerator, denominator } of metres) {
    if (!(numerator > 0) || !(denominator > 0)) {
      throw new RangeError(`Cannot count bars: the time signature at tick ${tick} is ${numerator}/${denominator}`);
    }
    const from = tick / ticksPerQuarter;
    const unit = 4 / denominator;
    const barLength = numerator * unit;
    const upbeat = last ? 0 : upbeatTicks / ticksPerQuarter;
    const barline = upbeat > 0 ? from + upbeat - barLength : from;
    const bar: number = last ? last.bar! + Math.ceil((from - last.barline) / last.barLength) : barline < from ? 0 : 1;
    last = { from, barline, bar, barLength, beatLength: beatLength(numerator, unit), unit };
    stretches.push(last);
  }
  return stretches;
}

/**
 * Where a table's bars are: each begins `beat - 1` before one of its notes. A bar without an onset, or
 * with one that does not tell, is put evenly between its neighbours, and the last one is as long as the one before.
 */
export function metresOfTable(table: DataFrame, quarter: Float64Array): Stretch[] {
  if (!["bar", "beat"].every((name) => table.columns.includes(name))) return [PLAIN];
  const [bars, beats] = ["bar", "beat"].map((name) => table.getColumn(name).toArray() as (number | null)[]);
  const places = new Map<number, { quarter: number; beat: number }[]>();
  for (const [row, bar] of bars.entries()) {
    const beat = beats[row];
    if (bar === null || beat === null || !Number.isFinite(bar + beat)) continue;
    if (!places.has(bar)) places.set(bar, []);
    places.get(bar)!.push({ quarter: quarter[row], beat });
  }
  const known = [...places].sort(([a], [b]) => a - b).map(([bar, notes]) => ({ bar, notes, unit: unitOf(notes) }));
  if (known.length === 0) return [PLAIN];
  let unit = known.find((each) => each.unit !== undefined)?.unit ?? 1;
  const begun = known.map(({ bar, notes: [first], unit: own }) => {
    unit = own ?? unit;
    const certain = own !== undefined || first.beat === 1;
    return { bar, unit, barline: first.quarter - (first.beat - 1) * unit, certain };
    // A lone note late in a bar of a new metre was counted back in the old one's beats.
  }).filter(({ barline, certain }, i, all) => certain || i === 0 || barline > all[i - 1].barline);
  let barLength = 4 * unit;
  const stretches = begun.map(({ bar, unit, barline }, i): Stretch => {
    const next = begun[i + 1];
    if (next) barLength = (next.barline - barline) / (next.bar - bar);
    if (!(barLength > 0)) {
      throw new RangeError(`Cannot count bars: bar ${next.bar} of the table does not begin after bar ${bar}`);
    }
    const from = Math.max(0, barline);
    return { from, barline, bar, barLength, beatLength: beatLength(barLength / unit, unit), unit };
  });
  return stretches[0].from > 0 ? [PLAIN, ...stretches] : stretches;
}

/** Bar and beat of a moment in quarter notes, as `barPositions` counts them; both `null` where no time signature holds. */
export function metricPlace(stretches: readonly Stretch[], quarter: number): Pick<MusicalPlace, "bar" | "beat"> {
  const { barline, bar, barLength, unit } = stretches.findLast(({ from }) => from <= quarter) ?? stretches[0];
  if (bar === null) return { bar, beat: null };
  const full = Math.floor((quarter - barline) / barLength);
  return { bar: bar + full, beat: 1 + (quarter - barline - full * barLength) / unit };
}

/** Quarter notes that a beat of a bar takes, by two of its notes; unknown where all begin together. */
function unitOf(notes: readonly { quarter: number; beat: number }[]): number | undefined {
  const other = notes.find((note) => note.beat > notes[0].beat);
  return other && (other.quarter - notes[0].quarter) / (other.beat - notes[0].beat);
}

function beatLength(numerator: number, unit: number): number {
  const rounded = Math.round(numerator);
  const compound = Math.abs(numerator - rounded) < 1e-6 && rounded > 3 && rounded % 3 === 0;
  return compound ? 3 * unit : unit;
}
