/** The density of the standard normal distribution. */
function normalDensity(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The standard normal distribution function, to 1e-15: `1/2 + phi(x) * (x + x^3/3 + x^5/15 + …)`
 * (Marsaglia, "Evaluating the normal distribution", 2004).
 */
export function normalCdf(x: number): number {
  // Beyond this nothing is left in double precision, and the series would grow too far before it shrinks.
  if (Math.abs(x) > 8.3) return x < 0 ? 0 : 1;
  let [term, sum] = [x, x];
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) sum += term *= x * x / i;
  return 0.5 + sum * normalDensity(x);
}

/**
 * The inverse of {@linkcode normalCdf}, by Newton's method from 0, which nears
 * it from one side because the curve bends one way there.
 *
 * @param p Above 0 and below 1; not nearer to them than 1e-13.
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let x = 0;
  for (;;) {
    const next = x - (normalCdf(x) - p) / normalDensity(x);
    if (!(next < x)) return x;
    x = next;
  }
}
