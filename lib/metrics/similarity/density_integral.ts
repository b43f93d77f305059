import { gaussianKde, varies } from "./gaussian_kde.ts";
import { sortedValues } from "./sorted_values.ts";

/**
 * How far a density is followed beyond its outermost values, in bandwidths: a kernel has 1e-15 of its mass out there.
 */
const REACH = 8;
/** Intervals of the grid to a bandwidth. */
const FINENESS = 32;

/**
 * The integral of a function of two densities, estimated from two sets of
 * numbers, over the line, on one grid for both: it reaches 8 bandwidths beyond the values of each, and its intervals
 * are a thirty-second of the smaller bandwidth, where the density with it is
 * followed, else of the other. Simpson's rule.
 *
 * @param f Given the natural logarithms of both densities at a place.
 * @returns NaN where `a` or `b` has fewer than two different numbers, rounding aside: no density then.
 * @throws {RangeError} If a number is NaN or infinite.
 */
export function densityIntegral(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  f: (logA: number, logB: number) => number,
): number {
  const sets = [a, b].map((values) => sortedValues(values, "compare densities"));
  if (!sets.every(varies)) return NaN;
  const [densityA, densityB] = sets.map(gaussianKde);
  const reaches = [densityA, densityB].map(({ bandwidth, range: [least, greatest] }) => ({
    from: least - REACH * bandwidth,
    to: greatest + REACH * bandwidth,
    width: bandwidth / FINENESS,
  }));
  const ends = reaches.flatMap(({ from, to }) => [from, to]).sort((x, y) => x - y);
  let integral = 0;
  for (let i = 1; i < ends.length; i++) {
    const [from, to] = [ends[i - 1], ends[i]];
    const widths = reaches.filter((reach) => reach.from <= from && to <= reach.to).map(({ width }) => width);
    // Between two densities that do not meet there is nothing to add.
    if (widths.length === 0 || from === to) continue;
    const pairs = Math.ceil((to - from) / Math.min(...widths) / 2);
    const step = (to - from) / pairs / 2;
    const at = (k: number) => f(densityA.logDensity(from + k * step), densityB.logDensity(from + k * step));
    let sum = at(0) + at(2 * pairs);
    for (let k = 1; k < 2 * pairs; k++) sum += at(k) * (k % 2 === 1 ? 4 : 2);
    integral += sum * step / 3;
  }
  return integral;
}
