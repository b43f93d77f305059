/** JSON has no Infinity, and `maxSeconds`, `patience` and `clipNorm` may be it. */
const INFINITE = "Infinity";

/**
 * Settings, or anything with settings in it, as JSON on several lines: Infinity, which JSON lacks, is the string
 * `"Infinity"`.
 */
export function stringify(value: unknown): string {
  return JSON.stringify(value, (_, x) => x === Infinity ? INFINITE : x, 2);
}

/**
 * What {@linkcode stringify} has written, with Infinity where it was.
 *
 * @throws {SyntaxError} If it is no JSON, or lists stand in lists without end.
 */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, x) => x === INFINITE ? Infinity : x);
  } catch (error) {
    // Reading reaches any depth, but going through what was read does not.
    if (error instanceof RangeError) throw new SyntaxError("it is nested too deeply");
    throw error;
  }
}
