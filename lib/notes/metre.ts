import type { DataFrame } from "nodejs-polars";
import { beatLength, type Stretch, UNMETRED } from "../score/mod.ts";

/**
 * Where a table's bars are, by its columns `bar` and `beat`: each begins `beat - 1` before one of its notes. A bar
 * without an onset, or with one that does not tell, is put evenly between its neighbours, and the last one is as long as
 * the one before.
 *
 * @param table A table of notes.
 * @param onset When each row begins, in quarter notes; or in seconds, and all that is returned is, too.
 * @returns By time; the first begins at 0, {@linkcode UNMETRED} where the table knows no bars.
 * @throws {RangeError} If a bar does not begin after the one before.
 */
export function stretchesOfTable(table: DataFrame, onset: Float64Array): Stretch[] {
  if (!["bar", "beat"].every((name) => table.columns.includes(name))) return [UNMETRED];
  const [bars, beats] = ["bar", "beat"].map((name) => table.getColumn(name).toArray() as (number | null)[]);
  const places = new Map<number, { onset: number; beat: number }[]>();
  for (const [row, bar] of bars.entries()) {
    const beat = beats[row];
    if (bar === null || beat === null || !Number.isFinite(bar + beat)) continue;
    if (!places.has(bar)) places.set(bar, []);
    places.get(bar)!.push({ onset: onset[row], beat });
  }
  const known = [...places].sort(([a], [b]) => a - b).map(([bar, notes]) => ({ bar, notes, unit: unitOf(notes) }));
  if (known.length === 0) return [UNMETRED];
  let unit = known.find((each) => each.unit !== undefined)?.unit ?? 1;
  const begun = known.map(({ bar, notes: [first], unit: own }) => {
    unit = own ?? unit;
    const certain = own !== undefined || first.beat === 1;
    return { bar, unit, barline: first.onset - (first.beat - 1) * unit, certain };
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
  return stretches[0].from > 0 ? [UNMETRED, ...stretches] : stretches;
}

/** How long a beat of a bar is, by two of its notes; unknown where all begin together. */
function unitOf(notes: readonly { onset: number; beat: number }[]): number | undefined {
  const other = notes.find((note) => note.beat > notes[0].beat);
  return other && (other.onset - notes[0].onset) / (other.beat - notes[0].beat);
}
