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
 * @throws {SyntaxError} If it is no JSON.
 */
export function parse(text: string): unknown {
  return JSON.parse(text, (_, x) => x === INFINITE ? Infinity : x);
}
