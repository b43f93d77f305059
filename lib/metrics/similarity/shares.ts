/**
 * Two histograms as shares that add up to 1, or `undefined` where one of them is empty. Only their proportions count.
 *
 * @throws {RangeError} If they have no bins or not equally many, or a bin is negative, NaN or infinite.
 */
export function sharesOf(p: ArrayLike<number>, q: ArrayLike<number>): [Float64Array, Float64Array] | undefined {
  if (p.length !== q.length || p.length === 0) {
    throw new RangeError(
      `Cannot compare histograms: they must have equally many bins and at least one, got ${p.length} and ${q.length}`,
    );
  }
  const [a, b] = [normalised(p, "first"), normalised(q, "second")];
  return a && b && [a, b];
}

function normalised(histogram: ArrayLike<number>, which: string): Float64Array | undefined {
  let sum = 0;
  for (let i = 0; i < histogram.length; i++) {
    if (!(histogram[i] >= 0 && histogram[i] < Infinity)) {
      throw new RangeError(
        `Cannot compare histograms: bin ${i} of the ${which} must be 0 or more and finite, got ${histogram[i]}`,
      );
    }
    sum += histogram[i];
  }
  return sum > 0 ? Float64Array.from(histogram, (count) => count / sum) : undefined;
}
