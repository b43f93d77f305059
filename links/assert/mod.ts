/**
 * A stand-in for `jsr:@std/assert`, for machines that cannot reach JSR: the
 * functions our tests use, with the names and the meaning of the original,
 * on top of `node:assert`. `"links"` in `deno.json` puts it in the place of
 * the real package; take that line out and the tests run on the original.
 *
 * @module
 */

import nodeAssert from "node:assert";

/** The error that every failed assertion throws. */
export class AssertionError extends Error {
  /** Makes an assertion error with the given message. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

function check(condition: boolean, message: string, hint?: string): asserts condition {
  if (!condition) throw new AssertionError(hint ? `${message}: ${hint}` : message);
}

/** Asserts that `condition` is truthy. */
export function assert(condition: unknown, message = "Expected a truthy value"): asserts condition {
  check(Boolean(condition), message);
}

/** Asserts that `condition` is falsy. */
export function assertFalse(condition: unknown, message = "Expected a falsy value"): void {
  check(!condition, message);
}

/** Fails always. */
export function fail(message = "Failed"): never {
  throw new AssertionError(message);
}

/** Asserts that two values are equal in structure; the message shows the difference. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  try {
    nodeAssert.deepStrictEqual(actual, expected);
  } catch (error) {
    throw new AssertionError(message ? `${message}: ${(error as Error).message}` : (error as Error).message);
  }
}

/** Asserts that two values differ in structure. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  try {
    nodeAssert.notDeepStrictEqual(actual, expected);
  } catch (error) {
    throw new AssertionError(message ? `${message}: ${(error as Error).message}` : (error as Error).message);
  }
}

/** Asserts that two values are the same by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  check(Object.is(actual, expected), `Expected ${String(actual)} to be ${String(expected)}`, message);
}

/** Asserts that two numbers differ by at most `tolerance` (default: 1e-7 of the expected value). */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, message?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const distance = Math.abs(actual - expected);
  check(
    distance <= allowed,
    `Expected ${actual} to be within ${allowed} of ${expected}, the distance is ${distance}`,
    message,
  );
}

/** Asserts that `actual` is greater than `expected`. */
export function assertGreater<T>(actual: T, expected: T, message?: string): void {
  check(actual > expected, `Expected ${actual} > ${expected}`, message);
}

/** Asserts that `actual` is greater than or equal to `expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void {
  check(actual >= expected, `Expected ${actual} >= ${expected}`, message);
}

/** Asserts that `actual` is less than `expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  check(actual < expected, `Expected ${actual} < ${expected}`, message);
}

/** Asserts that `actual` is less than or equal to `expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void {
  check(actual <= expected, `Expected ${actual} <= ${expected}`, message);
}

/** Asserts that a value is neither `null` nor `undefined`. */
export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  check(actual !== undefined && actual !== null, `Expected ${actual} to exist`, message);
}

/** Asserts that a string contains another. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  check(
    actual.includes(expected),
    `Expected ${JSON.stringify(actual)} to contain ${JSON.stringify(expected)}`,
    message,
  );
}

/** Asserts that a string matches a pattern. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  check(expected.test(actual), `Expected ${JSON.stringify(actual)} to match ${expected}`, message);
}

/** Asserts that a string does not match a pattern. */
export function assertNotMatch(actual: string, expected: RegExp, message?: string): void {
  check(!expected.test(actual), `Expected ${JSON.stringify(actual)} not to match ${expected}`, message);
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<T>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any
  expected: abstract new (...args: any[]) => T,
  message?: string,
): asserts actual is T {
  check(actual instanceof expected, `Expected ${String(actual)} to be an instance of ${expected.name}`, message);
}

function checkError<E extends Error>(error: unknown, expected?: ErrorClass<E>, includes?: string): E {
  if (expected) {
    check(error instanceof expected, `Expected an error of class ${expected.name}, got ${String(error)}`);
  }
  check(error instanceof Error, `Expected an Error to be thrown, got ${String(error)}`);
  if (includes !== undefined) {
    check(
      error.message.includes(includes),
      `Expected the error to say ${JSON.stringify(includes)}, it says ${JSON.stringify(error.message)}`,
    );
  }
  return error as E;
}

/** Asserts that `fn` throws, with an optional class and part of the message; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  expected?: ErrorClass<E>,
  includes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, expected, includes);
  }
  throw new AssertionError("Expected the function to throw");
}

/** Asserts that the promise of `fn` rejects, with an optional class and part of the message; returns the error. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  expected?: ErrorClass<E>,
  includes?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkError(error, expected, includes);
  }
  throw new AssertionError("Expected the promise to reject");
}
