/**
 * The last of some things that does not begin after a moment, found by halving.
 *
 * @param things By time; of several that begin together the last one counts.
 * @param at The moment, in the unit in which they begin.
 * @param begins When one begins.
 * @returns `undefined` where all begin later.
 */
export function lastUpTo<T>(things: readonly T[], at: number, begins: (thing: T) => number): T | undefined {
  let [low, high] = [0, things.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begins(things[middle]) <= at) low = middle + 1;
    else high = middle;
  }
  return things[low - 1];
}
