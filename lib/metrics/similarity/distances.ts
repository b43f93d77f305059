/** A distance for each pair of items of a set, `n * (n - 1) / 2`. */
export function distancesWithin<T>(set: readonly T[], distance: (a: T, b: T) => number): Float64Array {
  return Float64Array.from(set.flatMap((a, i) => set.slice(i + 1).map((b) => distance(a, b))));
}

/** A distance for each item of one set with each of another. */
export function distancesBetween<T>(
  a: readonly T[],
  b: readonly T[],
  distance: (a: T, b: T) => number,
): Float64Array {
  return Float64Array.from(a.flatMap((one) => b.map((other) => distance(one, other))));
}
