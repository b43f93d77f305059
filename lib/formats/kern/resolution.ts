import { commonMultiple, MOST_TICKS, usualTicks } from "../ticks.ts";
import { KernError, quote } from "./kern_error.ts";
import type { Page } from "./page.ts";
import type { Repairs } from "./repairs.ts";
import type { Field } from "./spines.ts";
import type { Fraction } from "./tokens.ts";

/** The largest resolution in which the rhythms are proved: a million quarter notes of it are exact. */
const FINEST_TICKS = 2 ** 33;

/**
 * Ticks per quarter note in which every duration is a whole number of them.
 *
 * @returns `rounded`, where that are more than MIDI can state: the ticks to which the result is to be rounded.
 * @throws {KernError} If there are none, or if they are to be rounded and the reading is strict.
 */
export function chooseResolution(
  durations: Iterable<[Fraction, Field]>,
  repairs: Repairs,
): { ticksPerQuarter: number; rounded?: number } {
  const counts = new Map<number, number>();
  let least = 1;
  let first: Field | undefined;
  for (const [{ under }, field] of durations) {
    counts.set(under, (counts.get(under) ?? 0) + 1);
    least = commonMultiple(least, under);
    if (least > MOST_TICKS) first ??= field;
    if (least > FINEST_TICKS) throw new KernError(noUnit(field), field);
  }
  if (!first) return { ticksPerQuarter: usualTicks(least) };
  // What is most frequent stays exact.
  let rounded = 1;
  for (const [under] of [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
    if (commonMultiple(rounded, under) <= MOST_TICKS) rounded = commonMultiple(rounded, under);
  }
  rounded = usualTicks(rounded);
  rounded *= Math.floor(MOST_TICKS / rounded);
  repairs.mend(first, noUnit(first), `${noUnit(first)}: times are rounded to 1/${rounded} quarter note`);
  return { ticksPerQuarter: least, rounded };
}

function noUnit({ text }: Field): string {
  const what = `${quote(text)}: the durations up to here have no common unit`;
  return `${what} of at least 1/${MOST_TICKS} quarter note, as MIDI needs`;
}

/** Puts all times of a page to a coarser resolution; notes that meet still meet. */
export function roundTicks(page: Page, ticksPerQuarter: number): void {
  const round = (tick: number) => Math.round(tick * (ticksPerQuarter / page.ticksPerQuarter));
  for (const head of page.heads) {
    const tick = round(head.tick);
    head.length = Math.max(1, round(head.tick + head.length) - tick);
    head.tick = tick;
  }
  const { repeatSigns, bars, tempos, metres, signatures, designations, labels } = page;
  for (const events of [repeatSigns, bars, tempos, metres, signatures, designations, labels]) {
    for (const event of events) event.tick = round(event.tick);
  }
  page.endTick = page.heads.reduce((end, { tick, length }) => Math.max(end, tick + length), round(page.endTick));
  page.ticksPerQuarter = ticksPerQuarter;
}
