/** A bar line: the number of the bar that begins here, and when. */
export interface BarLine {
  /** Bar number as the table has it. */
  bar: number;
  /** Time in seconds. */
  time: number;
}

/** What is known of a note's place in the metre. */
export interface MetricPlace {
  /** Onset in seconds. */
  start: number;
  /** Bar number, `null` where unknown. */
  bar: number | null;
  /** Beat in the bar, from 1, `null` where unknown. */
  beat: number | null;
}

/**
 * Where the bars begin, by the notes on their first beats. A bar that begins with a tie or a rest has none; its line
 * is put evenly between its neighbours.
 */
export function barLines(places: readonly MetricPlace[]): BarLine[] {
  const known = new Map<number, number>();
  for (const { start, bar, beat } of places) {
    if (bar !== null && beat === 1 && !known.has(bar)) known.set(bar, start);
  }
  const anchors = [...known].map(([bar, time]) => ({ bar, time })).sort((a, b) => a.bar - b.bar);
  return anchors.flatMap((anchor, i) => {
    const next = anchors[i + 1];
    if (!next) return [anchor];
    const bars = next.bar - anchor.bar;
    return Array.from({ length: bars }, (_, k) => ({
      bar: anchor.bar + k,
      time: anchor.time + (k / bars) * (next.time - anchor.time),
    }));
  });
}

/** The bar lines that get a number, so that numbers keep `distance` seconds apart: every one, or every 2nd, 4th, 8th, … */
export function numbered(lines: readonly BarLine[], distance: number): BarLine[] {
  let every = 1;
  const chosen = () => lines.filter((line) => (line.bar - 1) % every === 0);
  const crowded = (some: BarLine[]) => some.some((line, i) => i > 0 && line.time - some[i - 1].time < distance);
  while (crowded(chosen()) && every < lines.length) every *= 2;
  return chosen();
}
