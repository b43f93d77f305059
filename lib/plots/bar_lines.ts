import type { Stretch } from "../score/mod.ts";

/** A bar line: the number of the bar that begins here, and when. */
export interface BarLine {
  /** Bar number as the table has it. */
  bar: number;
  /** Time in seconds. */
  time: number;
}

/** Where bars begin, by stretches in seconds. An upbeat, which would have begun before the music, has no line. */
export function barLines(stretches: readonly Stretch[]): BarLine[] {
  const lines = stretches.flatMap(({ bar, barline, barLength }, i) => {
    if (bar === null) return [];
    const bars = (stretches[i + 1]?.bar ?? bar + 1) - bar;
    return Array.from({ length: bars }, (_, k) => ({ bar: bar + k, time: barline + k * barLength }));
  });
  return lines.filter(({ time }) => time >= 0);
}

/** The bar lines that get a number, so that numbers keep `distance` seconds apart: every one, or every 2nd, 4th, 8th, … */
export function numbered(lines: readonly BarLine[], distance: number): BarLine[] {
  let every = 1;
  const chosen = () => lines.filter((line) => (line.bar - 1) % every === 0);
  const crowded = (some: BarLine[]) => some.some((line, i) => i > 0 && line.time - some[i - 1].time < distance);
  while (crowded(chosen()) && every < lines.length) every *= 2;
  return chosen();
}
