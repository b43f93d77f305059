import { assertEquals, assertThrows } from "@std/assert";
import { checkArgument, checkOptions, type Kind, kinds, optional } from "../../lib/options/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

/** What is said of a value. */
function said(value: unknown, kind: Kind<never>): string {
  try {
    checkArgument("play", "tempo", value as never, kind);
    return "";
  } catch (error) {
    return `${(error as Error).name} ${(error as Error).message}`;
  }
}

Deno.test("checkOptions() gives the options back", () => {
  const options = { bars: 8 };
  assertEquals(
    checkOptions<{ bars: number; beats?: number }>("count", options, {
      bars: kinds.positiveInteger,
      beats: optional(kinds.positiveInteger),
    }),
    options,
  );
});

Deno.test("checkOptions() says what is missing, also where there are no options at all", () => {
  for (const options of [undefined, {}, { bars: undefined }]) {
    assertThrows(
      () => checkOptions("count", options as { bars: number } | undefined, { bars: kinds.positiveInteger }),
      TypeError,
      "Cannot count: bars is missing, it must be a positive integer",
    );
  }
  for (const [options, shown] of [[null, "null"], [8, "8"], [[8], "[8]"]] as const) {
    assertThrows(
      () => checkOptions("count", options as unknown as { bars: number }, { bars: kinds.positiveInteger }),
      TypeError,
      `Cannot count: the options must be an object, current value is ${shown}`,
    );
  }
});

Deno.test("checkOptions() names the nearest of the options where one is unknown", () => {
  const checks = { bars: optional(kinds.positiveInteger), beats: optional(kinds.positiveInteger) };
  assertThrows(
    () => checkOptions("count", { beat: 3 } as { bars?: number; beats?: number }, checks),
    TypeError,
    'Cannot count: there is no option "beat", the nearest is "beats"',
  );
  assertThrows(() => checkOptions("rest", { bars: 3 }, {} as never), TypeError, 'there is no option "bars"');
  checkOptions("count", { bars: 3, tempo: 90 } as { bars?: number; beats?: number }, checks, ["tempo"]);
});

Deno.test("checkOptions() looks into objects and lists", () => {
  const checks = {
    weights: kinds.entries({ pitch: kinds.number({ from: 0 }) }),
    parts: kinds.list("names", kinds.name),
  };
  const check = (options: object) => () => checkOptions("weigh", options as never, checks as never);
  check({ weights: { pitch: 1 }, parts: [] })();
  assertThrows(
    check({ weights: { pitch: -1 }, parts: [] }),
    RangeError,
    "Cannot weigh: weights.pitch must be a number of 0 or more, current value is -1",
  );
  assertThrows(
    check({ weights: { picth: 1 }, parts: [] }),
    TypeError,
    'there is no option "weights.picth", the nearest is "weights.pitch"',
  );
  assertThrows(check({ weights: 1, parts: [] }), TypeError, "weights must be an object with pitch, current value is 1");
  assertThrows(
    check({ weights: { pitch: 1 }, parts: ["alto", 7] }),
    TypeError,
    "parts[1] must be a string that is not empty, current value is 7",
  );
  const ranges = kinds.record("an object with a number for each voice", kinds.number({ from: 0 }));
  const range = (value: object) => () => checkOptions("weigh", { ranges: value } as never, { ranges } as never);
  range({ alto: 1, bass: 0 })();
  assertThrows(range([1]), TypeError, "ranges must be an object with a number for each voice, current value is [1]");
  assertThrows(range({ alto: 1, bass: -1 }), RangeError, "ranges.bass must be a number of 0 or more");
  assertThrows(range({ alto: undefined }), TypeError, "ranges.alto is missing");
});

Deno.test("checkArgument() tells types from ranges, and shows strings in quotes", () => {
  assertEquals(said(10, kinds.positiveInteger), "");
  assertEquals(
    said("10", kinds.positiveInteger),
    'TypeError Cannot play: tempo must be a positive integer, current value is "10"',
  );
  for (const value of [0, 2.5, NaN, Infinity]) {
    assertEquals(
      said(value, kinds.positiveInteger),
      `RangeError Cannot play: tempo must be a positive integer, current value is ${value}`,
    );
  }
  const shown = [
    [null, "null"],
    [Math.random, "a function"],
    [new Map(), "an object (Map)"],
    [Object.create(null), "an object (without a class)"],
    [["a", 1], '["a", 1]'],
    [Array(9).fill(0), "a list of 9"],
    ["x".repeat(80), `"${"x".repeat(60)}…"`],
    [3n, "3n"],
    [true, "true"],
  ] as const;
  for (const [value, expected] of shown) {
    assertEquals(
      said(value, kinds.number()),
      `TypeError Cannot play: tempo must be a number, current value is ${expected}`,
    );
  }
});

Deno.test("kinds say in words what is meant, and take nothing else", () => {
  const rows: [Kind<never>, string, unknown[], unknown[]][] = [
    [kinds.number(), "a number", [0, -2.5], [NaN, Infinity, "1"]],
    [kinds.number({ from: 0 }), "a number of 0 or more", [0, 1.5], [-1, Infinity]],
    [kinds.number({ from: 0, to: 1 }), "a number from 0 to 1", [0, 0.5, 1], [-0.1, 1.1, NaN]],
    [kinds.number({ above: 0, below: 1 }), "a number above 0 and below 1", [0.5], [0, 1]],
    [kinds.number({ above: 0, to: 1 }), "a number above 0 and at most 1", [0.5, 1], [0, 1.1]],
    [kinds.positiveNumber, "a positive number", [1e-9], [0, Infinity]],
    [kinds.orInfinity(kinds.positiveNumber), "a positive number or Infinity", [1, Infinity], [0, NaN, -Infinity]],
    [kinds.integer({ from: 0, to: 11 }), "an integer from 0 to 11", [0, 11], [-1, 12, 0.5]],
    [kinds.integer({ from: -3 }), "an integer of -3 or more", [-3], [-4]],
    [kinds.orInfinity(kinds.positiveInteger), "a positive integer or Infinity", [1, Infinity], [0, 1.5]],
    [kinds.boolean, "true or false", [true, false], [0, "true", null]],
    [kinds.oneOf("bar", "beat"), '"bar" or "beat"', ["bar"], ["bars", 1]],
    [kinds.text, "a string", ["", "a"], [1]],
    [kinds.name, "a string that is not empty", ["a"], ["", 1]],
    [kinds.path, "a path or a URL", ["a", new URL("file:///a")], ["", 1]],
    [kinds.prng, "a generator of random numbers, such as seeded(42)", [Math.random, seeded(1)], [42]],
    [kinds.seededPrng, "a generator that a seed decides, such as seeded(42)", [seeded(1)], [Math.random, 42]],
    [kinds.callback, "a function", [() => {}], ["onStep"]],
    [kinds.signal, "an AbortSignal", [AbortSignal.abort()], [new AbortController()]],
  ];
  for (const [kind, words, right, wrong] of rows) {
    assertEquals(kind.words, words);
    for (const value of right) assertEquals(said(value, kind), "");
    for (const value of wrong) {
      assertEquals(said(value, kind).includes(`tempo must be ${words}, current value is`), true, `${words}: ${value}`);
    }
    assertEquals(said(undefined, kind), `TypeError Cannot play: tempo is missing, it must be ${words}`);
    assertEquals(said(undefined, optional(kind) as Kind<never>), "");
  }
});
