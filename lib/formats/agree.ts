/**
 * What holds from each tick on, where every part says it for itself: what most say, of as many what the upper says.
 *
 * @param said What the parts say, in any order.
 * @returns By tick, without what only says again what holds; and where parts said different things.
 */
export function agree<T extends object>(
  said: readonly { tick: number; part: number; value: T }[],
): { held: ({ tick: number } & T)[]; differ: number[] } {
  const byTick = new Map<number, Map<string, { value: T; count: number }>>();
  for (const { tick, value } of said.toSorted((a, b) => a.part - b.part)) {
    const key = JSON.stringify(value);
    const here = byTick.get(tick) ?? new Map();
    byTick.set(tick, here);
    const known = here.get(key);
    if (known) known.count++;
    else here.set(key, { value, count: 1 });
  }
  const held: ({ tick: number } & T)[] = [], differ: number[] = [];
  let before = "";
  for (const [tick, here] of [...byTick].sort(([a], [b]) => a - b)) {
    if (here.size > 1) differ.push(tick);
    const [key, { value }] = [...here].reduce((best, each) => each[1].count > best[1].count ? each : best);
    if (key !== before) held.push({ tick, ...value });
    before = key;
  }
  return { held, differ };
}

/** What is warned of where parts said different things, as {@linkcode agree} found them; nothing where they did not. */
export function disagreement(what: string, ticks: readonly number[], ticksPerQuarter: number): string[] {
  if (ticks.length === 0) return [];
  const [first] = ticks, more = ticks.length > 1 ? ` and ${ticks.length - 1} more places` : "";
  const where = `quarter ${Number((first / ticksPerQuarter).toFixed(4))}`;
  return [`The parts have different ${what} at ${where}${more}: what most of them have was taken.`];
}
