/** Beyond this many standard deviations there is less than a double can hold beside 1. */
const BEYOND = 8.3;
/** From here on the continued fraction is the shorter way. */
const FAR = 2;

/**
 * The probability that a standard normal number is below `z`, to 14 digits after the point.
 *
 * Below 2√2 by the series of the error function, above by the continued
 * fraction of its complement: M. Abramowitz and I. A. Stegun, "Handbook of
 * Mathematical Functions" (1964), 7.1.6 and 7.1.14.
 */
export function normalBelow(z: number): number {
  if (z < 0) return 1 - normalBelow(-z);
  if (z > BEYOND) return 1;
  const x = z / Math.SQRT2;
  if (x < FAR) {
    let term = x, sum = x;
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= 2 * x * x / (2 * n + 1);
    return 0.5 + Math.exp(-x * x) * sum / Math.sqrt(Math.PI);
  }
  let fraction = x;
  for (let n = Math.ceil(12 + 200 / (x * x)); n >= 1; n--) fraction = x + n / 2 / fraction;
  return 1 - Math.exp(-x * x) / (2 * fraction * Math.sqrt(Math.PI));
}
