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
 * Where the bars begin, by the notes on their first beats. In a bar that begins with a tie or a rest, two notes further
 * on tell where its first beat was; where there are none, its line is put evenly between its neighbours. An upbeat has
 * no line.
 */
export function barLines(places: readonly MetricPlace[]): BarLine[] {
  const bars = new Map<number, { start: number; beat: number }[]>();
  for (const { start, bar, beat } of places) {
    if (bar === null || beat === null) continue;
    const onsets = bars.get(bar);
    if (onsets) onsets.push({ start, beat });
    else bars.set(bar, [{ start, beat }]);
  }
  const anchors = [...bars].sort(([a], [b]) => a - b).flatMap(([bar, onsets]) => {
    const time = firstBeat(onsets, bar > 0);
    return time === undefined ? [] : [{ bar, time }];
  });
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

/** When a bar's first beat was; `undefined` where no note is on it, and none tell or may tell where it was. */
function firstBeat(onsets: { start: number; beat: number }[], reckon: boolean): number | undefined {
  const first = onsets.reduce((a, b) => b.beat < a.beat ? b : a);
  if (first.beat === 1) return first.start;
  const next = onsets.filter(({ beat }) => beat > first.beat);
  if (!reckon || next.length === 0) return undefined;
  const { start, beat } = next.reduce((a, b) => b.beat < a.beat ? b : a);
  return Math.max(0, first.start - (first.beat - 1) * (start - first.start) / (beat - first.beat));
}

/** The bar lines that get a number, so that numbers keep `distance` seconds apart: every one, or every 2nd, 4th, 8th, … */
export function numbered(lines: readonly BarLine[], distance: number): BarLine[] {
  let every = 1;
  const chosen = () => lines.filter((line) => (line.bar - 1) % every === 0);
  const crowded = (some: BarLine[]) => some.some((line, i) => i > 0 && line.time - some[i - 1].time < distance);
  while (crowded(chosen()) && every < lines.length) every *= 2;
  return chosen();
}
