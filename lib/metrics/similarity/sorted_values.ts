/**
 * Numbers in ascending order.
 *
 * @throws {RangeError} If one is NaN or infinite; the message begins with `task`.
 */
export function sortedValues(values: ArrayLike<number>, task: string): Float64Array {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`Cannot ${task}: value ${i} must be a finite number, got ${values[i]}`);
    }
  }
  return Float64Array.from(values).sort();
}
