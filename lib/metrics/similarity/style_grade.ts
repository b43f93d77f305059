/** How often each category of a feature was counted: 0 or more, in any unit. */
export type FeatureCounts = ReadonlyMap<string | number, number>;

/** A feature of a piece beside the same feature of the music that it should be like. */
export interface GradedFeature {
  /** Counted in the piece. */
  piece: FeatureCounts;
  /** Counted in all reference pieces together. */
  reference: FeatureCounts;
  /**
   * Notes that both counts are out of, for a feature that counts faults: its distance is then multiplied by the piece's
   * faults per note over the reference's. A piece without faults has 0.
   *
   * @default undefined The feature is no fault.
   */
  notes?: { piece: number; reference: number };
}

/** What {@linkcode styleGrade} says: lower is more alike. */
export interface StyleGrade {
  /** The sum of the features' distances. */
  grade: number;
  /** Each feature's share in it. */
  features: Record<string, number>;
}

/**
 * How far the counts of a piece are from a reference's, in ranks: the
 * Wasserstein-1 distance after the categories have been put on a line by how
 * often the reference has them, the commonest first.
 *
 * So it needs no distance between the categories themselves, and what the piece has of the reference's rarest costs
 * most. Categories that the reference lacks stand behind all others, the piece's rarest first. Of equally frequent
 * categories the smaller stands first, numbers before texts. From 0, the same shares, to the number of categories less
 * 1. Not symmetric.
 *
 * As in Fang, Liu, Seetharaman and Pardo, "Bach or Mock? A Grading Function for Chorales in the Style of J.S. Bach"
 * (2020), and their program, where ties stand in the order in which they were counted.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rankWasserstein } from "../mod.ts";
 *
 * const bach = new Map([["quarter", 6], ["eighth", 3], ["half", 1]]);
 * assertEquals(rankWasserstein(bach, bach), 0);
 * assertEquals(rankWasserstein(new Map([["eighth", 5]]), new Map([["quarter", 1]])), 1);
 * ```
 *
 * @param piece Counts of the piece.
 * @param reference Counts of the reference.
 * @returns NaN where nothing was counted in one of them.
 * @throws {RangeError} If a count is negative, NaN or infinite.
 */
export function rankWasserstein(piece: FeatureCounts, reference: FeatureCounts): number {
  const [a, b] = [total(piece), total(reference)];
  if (a === 0 || b === 0) return NaN;
  const known = ranked(reference, -1);
  const foreign = ranked(piece, 1).filter((category) => !(reference.get(category)! > 0));
  let [carried, distance] = [0, 0];
  for (const category of [...known, ...foreign].slice(0, -1)) {
    carried += (piece.get(category) ?? 0) / a - (reference.get(category) ?? 0) / b;
    distance += Math.abs(carried);
  }
  return distance;
}

/**
 * The grade of a piece after "Bach or Mock?" (Fang, Liu, Seetharaman and Pardo,
 * 2020): the sum of {@linkcode rankWasserstein} over features, each fault's
 * multiplied by how much oftener than in the reference it happens. 0 or more;
 * lower is more alike.
 *
 * The paper's features are notes in the key, harmonic qualities and intervals of each voice, held against the chorales of
 * the piece's own mode, and durations, parallels and repeated passages, held against all; here the caller counts, whatever
 * and among whatever. The paper's table has a grade where lower is better; the authors' later program
 * takes the log-likelihood of the features under a normal distribution fitted to Bach's, where higher is better. This
 * one is the plain sum, every feature with weight 1, so that each one's part can be read off.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { styleGrade } from "../mod.ts";
 *
 * const intervals = { piece: new Map([[1, 2], [2, 2]]), reference: new Map([[2, 9], [1, 1]]) };
 * const parallels = {
 *   piece: new Map([["fifth", 4]]),
 *   reference: new Map([["octave", 3], ["fifth", 1]]),
 *   notes: { piece: 100, reference: 200 },
 * };
 * // Intervals: 0.9 - 0.5 goes one rank. Parallels: 3/4 one rank, times (4 / 100) / (4 / 200).
 * assertEquals(styleGrade({ intervals, parallels }), { grade: 1.9, features: { intervals: 0.4, parallels: 1.5 } });
 * ```
 *
 * @param features Features by name.
 * @returns A grade of NaN where a feature is NaN: nothing was counted in the piece or the reference, faults of the
 * piece aside.
 * @throws {RangeError} If there are no features, a count is negative, NaN or infinite, or notes are not above 0.
 */
export function styleGrade(features: Readonly<Record<string, GradedFeature>>): StyleGrade {
  const entries = Object.entries(features);
  if (entries.length === 0) throw new RangeError("Cannot grade: there are no features");
  const grades = entries.map(([name, feature]) => [name, featureGrade(name, feature)] as const);
  return {
    grade: grades.reduce((sum, [, grade]) => sum + grade, 0),
    features: Object.fromEntries(grades),
  };
}

function featureGrade(name: string, { piece, reference, notes }: GradedFeature): number {
  if (!notes) return rankWasserstein(piece, reference);
  if (!(notes.piece > 0 && notes.reference > 0)) {
    throw new RangeError(
      `Cannot grade: "${name}" must be counted among more than 0 notes, got ${notes.piece} and ${notes.reference}`,
    );
  }
  const faults = total(piece);
  if (faults === 0) return 0;
  return rankWasserstein(piece, reference) * (faults / notes.piece) / (total(reference) / notes.reference);
}

function total(counts: FeatureCounts): number {
  let sum = 0;
  for (const [category, count] of counts) {
    if (!(count >= 0 && count < Infinity)) {
      throw new RangeError(`Cannot compare counts: "${category}" must be counted 0 times or more, got ${count}`);
    }
    sum += count;
  }
  return sum;
}

/** Categories that were counted, by count: the commonest first where `direction` is -1, the rarest where it is 1. */
function ranked(counts: FeatureCounts, direction: 1 | -1): (string | number)[] {
  const found = [...counts].filter(([, count]) => count > 0);
  found.sort(([a, countA], [b, countB]) => direction * (countA - countB) || inOrder(a, b));
  return found.map(([category]) => category);
}

function inOrder(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : 1;
}
