import type { Kind, Kinds } from "./kinds.ts";
import { nearest } from "./nearest.ts";

/**
 * Checks the options of a function at its door: each is there unless it may be left out, has the type and the range
 * that it must have, and none has a name that the function does not know.
 *
 * @param task What is not done otherwise, as in `Cannot train: …`.
 * @param options As a caller gives them; none are like an empty object.
 * @param kinds What each must be.
 * @param others Names that mean nothing here and are let through, because other functions take them along with these.
 * @returns The options.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If one is out of range.
 */
export function checkOptions<Options extends object>(
  task: string,
  options: Options | undefined,
  kinds: Kinds<Options>,
  others: readonly string[] = [],
): Options {
  const given: unknown = options === undefined ? {} : options;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`Cannot ${task}: the options must be an object, current value is ${shown(given)}`);
  }
  checkEntries(task, "", given as Record<string, unknown>, kinds as unknown as Record<string, Kind<never>>, others);
  return given as Options;
}

/**
 * Checks one argument at the door of a function.
 *
 * @param task What is not done otherwise, as in `Cannot train: …`.
 * @param name What the caller knows it by.
 * @param value As the caller gives it.
 * @param kind What it must be.
 * @throws {TypeError} If it is missing or of the wrong type.
 * @throws {RangeError} If it is out of range.
 */
export function checkArgument<Value>(task: string, name: string, value: Value, kind: Kind<Value>): void {
  if (value === undefined) {
    if (kind.optional) return;
    throw new TypeError(`Cannot ${task}: ${name} is missing, it must be ${kind.words}`);
  }
  const sentence = () => `Cannot ${task}: ${name} must be ${kind.words}, current value is ${shown(value)}`;
  if (!kind.hasType(value)) throw new TypeError(sentence());
  if (kind.isMeant?.(value) === false) throw new RangeError(sentence());
  if (kind.entries) checkEntries(task, `${name}.`, value as Record<string, unknown>, kind.entries, []);
  if (kind.items) {
    const place = (key: string) => Array.isArray(value) ? `${name}[${key}]` : `${name}.${key}`;
    for (const [key, item] of Object.entries(value as Record<string, never>)) {
      checkArgument(task, place(key), item, kind.items);
    }
  }
}

function checkEntries(
  task: string,
  prefix: string,
  given: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, Kind<never>>>,
  others: readonly string[],
): void {
  const known = [...Object.keys(kinds), ...others];
  const stray = Object.keys(given).find((name) => !known.includes(name));
  if (stray !== undefined) {
    const meant = nearest(stray, known);
    throw new TypeError(
      `Cannot ${task}: there is no option "${prefix}${stray}"` + (meant ? `, the nearest is "${prefix}${meant}"` : ""),
    );
  }
  for (const [name, kind] of Object.entries(kinds)) {
    checkArgument(task, `${prefix}${name}`, given[name] as never, kind);
  }
}

/** A value as a message shows it: strings in quotes, what is long or deep by its kind. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) {
    const isPlain = value.length <= 8 && !value.some((item) => Array.isArray(item));
    return isPlain ? `[${value.map(shown).join(", ")}]` : `a list of ${value.length}`;
  }
  if (typeof value === "object" && value !== null) return `an object (${value.constructor?.name ?? "without a class"})`;
  return typeof value === "bigint" ? `${value}n` : String(value);
}
