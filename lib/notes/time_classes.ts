/** Times in classes, for models that choose a time as they choose a pitch. */
export interface TimeClasses {
  /** How many classes there are. */
  readonly count: number;
  /** Where class k ends and class k + 1 begins, in seconds: `count - 1` numbers, rising. */
  readonly edges: Float64Array;
  /**
   * The class of a time.
   *
   * @param seconds Any time; one outside of the grid belongs to its first or last class.
   * @throws {RangeError} If it is NaN.
   */
  of(seconds: number): number;
  /**
   * The time that stands for a class, in seconds.
   *
   * @throws {RangeError} If there is no such class.
   */
  seconds(index: number): number;
}

const [SHORTEST, LONGEST, COUNT] = [0.01, 4, 64];
const [FIRST, LAST] = [Math.log(SHORTEST), Math.log(LONGEST)];
/** How far apart two neighbouring classes of times are on a scale of natural logarithms: a factor of 1.0998. */
export const CLASS_WIDTH = (LAST - FIRST) / (COUNT - 1);
/** A shorter step is none. */
const TOGETHER = 1e-4;

/**
 * The 64 classes of a duration: log-spaced from 0.01 to 4 seconds, each time in
 * the class that is nearest in log time. Neighbours differ by a tenth of their
 * length.
 *
 * The middle of the grid, and so the edge between the classes 31 and 32, is
 * 0.2 seconds, which is a common length: there the last bit of a time decides.
 * {@linkcode inNanoseconds} makes it the bit that the project's figures rest on.
 */
export const durationClasses: TimeClasses = {
  count: COUNT,
  edges: Float64Array.from({ length: COUNT - 1 }, (_, k) => Math.exp(FIRST + (k + 0.5) * CLASS_WIDTH)),
  of(seconds) {
    if (Number.isNaN(seconds)) throw new RangeError("Cannot find the class of a time: it is NaN");
    const nearest = Math.round((Math.log(Math.max(seconds, 0)) - FIRST) / CLASS_WIDTH);
    return Math.min(Math.max(nearest, 0), COUNT - 1);
  },
  seconds(index) {
    checkClass(index, COUNT);
    return Math.exp(FIRST + index * CLASS_WIDTH);
  },
};

/**
 * The 65 classes of a step: class 0 are notes that begin together (less than
 * 0.1 milliseconds apart), the others are those of {@linkcode durationClasses}.
 */
export const stepClasses: TimeClasses = {
  count: COUNT + 1,
  edges: Float64Array.of(TOGETHER, ...durationClasses.edges),
  of: (seconds) => seconds < TOGETHER ? 0 : 1 + durationClasses.of(seconds),
  seconds(index) {
    checkClass(index, COUNT + 1);
    return index === 0 ? 0 : durationClasses.seconds(index - 1);
  },
};

function checkClass(index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`Cannot say the time of class ${index}: there are ${count}, counted from 0`);
  }
}
