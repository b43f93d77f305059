/** The arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return total(values) / values.length;
}

/** The sample standard deviation (over n - 1); NaN of fewer than two values. */
export function sampleSd(values: ArrayLike<number>): number {
  if (values.length < 2) return NaN;
  const centre = mean(values);
  const squares = Float64Array.from(values, (value) => (value - centre) ** 2);
  return Math.sqrt(total(squares) / (values.length - 1));
}

/** The sum; 0 of nothing. */
export function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

/** Shannon's entropy in bits of a histogram; NaN where it is empty. */
export function entropyBits(counts: ArrayLike<number>): number {
  const all = total(counts);
  if (all === 0) return NaN;
  return total(Float64Array.from(counts, (count) => count === 0 ? 0 : count / all * Math.log2(all / count)));
}

/** Where a histogram is highest, the lowest such class on a tie; NaN where it is empty. */
export function mode(counts: ArrayLike<number>): number {
  let best = NaN;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] > (counts[best] ?? 0)) best = i;
  }
  return best;
}

/** What share of a histogram its highest class has, 0 to 1; NaN where it is empty. */
export function modeShare(counts: ArrayLike<number>): number {
  return (counts[mode(counts)] ?? NaN) / total(counts);
}
