/** What an option must be. */
export interface Kind<Value> {
  /** In words, as they follow "must be". */
  readonly words: string;
  /** Whether a value has the type; one that does not is a `TypeError`. */
  readonly hasType: (value: unknown) => boolean;
  /** Whether a value of the type is one that is meant; one that is not is a `RangeError`, or a `TypeError` of words. */
  readonly isMeant?: (value: Value) => boolean;
  /** Whether it may be left out. */
  readonly optional?: true;
  /** What the entries of an object must be, by name. */
  readonly entries?: Readonly<Record<string, Kind<never>>>;
  /** What each item of a list must be, or each entry of an object, by whatever name. */
  readonly items?: Kind<never>;
}

/** The ends of a range. */
export interface Range {
  /** The lowest number. */
  from?: number;
  /** Below all numbers. */
  above?: number;
  /** The highest number. */
  to?: number;
  /** Above all numbers. */
  below?: number;
}

/** A finite number in a range. */
export function number(range: Range = {}): Kind<number> {
  return { words: inWords("a number", range), hasType: isNumber, isMeant: (x) => Number.isFinite(x) && isIn(range, x) };
}

/** A whole number in a range. */
export function integer(range: Range = {}): Kind<number> {
  return {
    words: inWords("an integer", range),
    hasType: isNumber,
    isMeant: (x) => Number.isInteger(x) && isIn(range, x),
  };
}

/** A number of a kind, or Infinity, which sets no bound. */
export function orInfinity({ words, isMeant }: Kind<number>): Kind<number> {
  return { words: `${words} or Infinity`, hasType: isNumber, isMeant: (x) => x === Infinity || isMeant!(x) };
}

const isNumber = (value: unknown) => typeof value === "number";

function isIn({ from, above, to, below }: Range, x: number): boolean {
  return !(x < from! || x <= above! || x > to! || x >= below!);
}

function inWords(noun: string, { from, above, to, below }: Range): string {
  if (from !== undefined && to !== undefined) return `${noun} from ${from} to ${to}`;
  const ends = [
    from !== undefined && `of ${from} or more`,
    above !== undefined && `above ${above}`,
    to !== undefined && `at most ${to}`,
    below !== undefined && `below ${below}`,
  ];
  return [noun, ends.filter(Boolean).join(" and ")].join(" ").trim();
}

/** 1, 2, 3 and so on. */
export const positiveInteger: Kind<number> = { ...integer({ from: 1 }), words: "a positive integer" };

/** A finite number above 0. */
export const positiveNumber: Kind<number> = { ...number({ above: 0 }), words: "a positive number" };

/** True or false. */
export const boolean: Kind<boolean> = { words: "true or false", hasType: (value) => typeof value === "boolean" };

/** One of these values, words as a rule. */
export function oneOf<const Value extends string | boolean>(...values: Value[]): Kind<Value> {
  const written = values.map((value) => JSON.stringify(value));
  return {
    words: `${written.slice(0, -1).join(", ")} or ${written.at(-1)}`,
    hasType: (value) => (values as unknown[]).includes(value),
  };
}

/** A string, which may be empty. */
export const text: Kind<string> = { words: "a string", hasType: (value) => typeof value === "string" };

/** A string that says something. */
export const name: Kind<string> = {
  words: "a string that is not empty",
  hasType: (value) => typeof value === "string",
  isMeant: (value) => value !== "",
};

/** Where something lies. */
export const path: Kind<string | URL> = {
  words: "a path or a URL",
  hasType: (value) => (typeof value === "string" && value !== "") || value instanceof URL,
};

/** What draws random numbers. */
export const prng: Kind<unknown> = {
  words: "a generator of random numbers, such as seeded(42)",
  hasType: (value) => typeof value === "function",
};

/** What draws random numbers, and can be stopped and gone on with. */
export const seededPrng: Kind<unknown> = {
  words: "a generator that a seed decides, such as seeded(42)",
  hasType: (value) => typeof value === "function" && "getState" in value && "setState" in value,
};

/** What is called. */
export const callback: Kind<unknown> = { words: "a function", hasType: (value) => typeof value === "function" };

/** What stops work from outside. */
export const signal: Kind<unknown> = {
  words: "an AbortSignal",
  hasType: (value) => value instanceof AbortSignal,
};

/** Anything else that is made of named parts; `words` say what. */
export function object(words: string): Kind<unknown> {
  return { words, hasType: (value) => typeof value === "object" && value !== null && !Array.isArray(value) };
}

/** An object with these entries and no others. */
export function entries<Value extends object>(kinds: Kinds<Value>): Kind<Value> {
  const words = `an object with ${Object.keys(kinds).join(", ")}`;
  return { ...object(words), entries: kinds as unknown as Record<string, Kind<never>> };
}

/** An object with entries of one kind, by any names; `words` say what it is. */
export function record<Value>(words: string, items: Kind<Value>): Kind<Readonly<Record<string, Value>>> {
  return { ...object(words), items };
}

/** A list of values of a kind; `words` say of what. */
export function list<Value>(words: string, items: Kind<Value>): Kind<readonly Value[]> {
  return { words: `a list of ${words}`, hasType: Array.isArray, items };
}

/** Two values of a kind; `words` say of what. */
export function pair<Value>(words: string, items: Kind<Value>): Kind<readonly [Value, Value]> {
  return {
    words: `a pair of ${words}`,
    hasType: (value) => Array.isArray(value) && value.length === 2,
    items: items as Kind<never>,
  };
}

/** Numbers in an array of any kind. */
export const numbers: Kind<unknown> = {
  words: "an array of numbers",
  hasType: (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value),
};

/** What may be left out. */
export function optional<Value>(kind: Kind<Value>): Kind<Value | undefined> {
  return { ...kind as Kind<Value | undefined>, optional: true };
}

/** What each option of a function must be. */
export type Kinds<Options> = { readonly [Name in keyof Options]-?: Kind<Options[Name]> };
