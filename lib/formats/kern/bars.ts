import { barQuarters } from "../../score/mod.ts";
import { readPage } from "./reading.ts";
import { Repairs } from "./repairs.ts";

/** One bar of a score as written. */
export interface Bar {
  /** Its number; a pickup has the one before the first barline's. */
  number: number;
  /** Line of the barline that begins it, from 1; for a pickup, the text's first record. */
  line: number;
  /** Where it begins, in quarter notes. */
  start: number;
  /** How long it is, in quarter notes. */
  duration: number;
  /** How long the metre says it should be, in quarter notes; `undefined` before any metre. */
  expected: number | undefined;
  /** Grace notes in it; they take no time. */
  graceNotes: number;
}

/**
 * Lists the bars of a `**kern` text as written, repeats not played, for
 * proof-reading: a bar whose `duration` is not `expected` is a pickup, the
 * rest of a bar that a repeat sign divides, or a mistake.
 *
 * A bar begins at a numbered barline (`=12`); in a text without numbers at any barline. Empty bars are left out.
 *
 * @throws {KernError} If the text cannot be read.
 * @throws {TypeError} If it is no text, such as the bytes of a file: see {@linkcode decodeText}.
 */
export function barsOf(text: string): Bar[] {
  const { bars, metres, ticksPerQuarter, endTick } = readPage(text, new Repairs({ strict: false }));
  const list: Bar[] = [];
  let metre = -1;
  for (const [i, { number, line, tick, graceNotes }] of bars.entries()) {
    const duration = ((bars[i + 1]?.tick ?? endTick) - tick) / ticksPerQuarter;
    while (metres[metre + 1]?.tick <= tick) metre++;
    const expected = metre < 0 ? undefined : barQuarters(metres[metre].value);
    if (duration > 0) list.push({ number, line, start: tick / ticksPerQuarter, duration, expected, graceNotes });
  }
  return list;
}
