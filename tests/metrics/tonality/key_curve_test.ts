import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { keyCurve } from "../../../lib/metrics/mod.ts";
import { findKey, toNoteTable } from "../../../lib/notes/mod.ts";
import { part, score, type Written } from "../../notes/scores.ts";

/** A scale down an octave and its tonic triad, for two bars of four quarter notes. */
const bars = (tonic: number, from: number): Written[] =>
  [12, 11, 9, 7, 5, 4, 2, 0].map((step, i): Written => [tonic + step, from + i, 1]).concat(
    [0, 4, 7].map((step): Written => [tonic + step, from, 8]),
  );
/** Four bars in C, two in G, two in C. */
const modulating = () =>
  score([part([...bars(60, 0), ...bars(60, 8), ...bars(67, 16), ...bars(60, 24)])], {
    metres: [{ tick: 0, numerator: 4, denominator: 4 }],
  });

Deno.test("keyCurve() follows a modulation, and how well the piece's own key fits", () => {
  const { key, curve } = keyCurve(modulating(), { length: 2, hop: 2 });
  assertEquals(key.name, "C major");
  assertEquals(curve.columns, ["start", "quarter", "bar", "beat", "end", "key", "correlation", "home"]);
  assertEquals(curve.getColumn("bar").toArray(), [1, 3, 5, 7]);
  assertEquals(curve.getColumn("end").toArray(), [4, 8, 12, 16]);
  assertEquals(curve.getColumn("key").toArray(), ["C major", "C major", "G major", "C major"]);
  const [best, home] = ["correlation", "home"].map((name) => curve.getColumn(name).toArray() as number[]);
  assertEquals([home[0], home[1], home[3]], [best[0], best[1], best[3]]);
  assert(home[2] < best[2]);
});

Deno.test("keyCurve() hears each note for as long as it sounds within the window", () => {
  // C for 1.5 s and G for 0.5 s; within 1 s to 2 s, half a second of each.
  const music = score([part([[60, 0, 3], [67, 3, 1]])]);
  const { curve } = keyCurve(music, { unit: "seconds", length: 1, hop: 1, profile: "bellman-budge" });
  const [first, second] = curve.getColumn("correlation").toArray() as number[];
  const histogram = (c: number, g: number) => [c, 0, 0, 0, 0, 0, 0, g, 0, 0, 0, 0];
  assertAlmostEquals(first, findKey(histogram(1, 0), { profile: "bellman-budge" }).correlation, 1e-12);
  assertAlmostEquals(second, findKey(histogram(0.5, 0.5), { profile: "bellman-budge" }).correlation, 1e-12);
});

Deno.test("keyCurve() with one window over all is findKey(), for a score and its table", () => {
  for (const music of [modulating(), toNoteTable(modulating())]) {
    const expected = findKey(music);
    for (const unit of ["bars", "quarters", "seconds"] as const) {
      const { key, curve } = keyCurve(music, { unit, length: 100, hop: 100 });
      assertEquals([key.name, curve.height], [expected.name, 1]);
      assertAlmostEquals(key.correlation, expected.correlation, 1e-12);
      assertAlmostEquals(curve.getColumn("home").get(0), expected.correlation, 1e-12);
    }
  }
});

Deno.test("keyCurve() goes on until a window reaches the end", () => {
  const starts = (length: number, hop: number) =>
    keyCurve(modulating(), { unit: "quarters", length, hop }).curve.getColumn("quarter").toArray();
  assertEquals(starts(16, 8), [0, 8, 16]);
  assertEquals(starts(16, 12), [0, 12, 24]);
  assertEquals(starts(2, 16), [0, 16]);
  assertEquals(starts(40, 1), [0]);
});

Deno.test("keyCurve() tells no key of silence", () => {
  const rest = score([part([[60, 0, 4], [64, 8, 4]])]);
  const { curve } = keyCurve(rest, { unit: "quarters", length: 4, hop: 4 });
  assertEquals(curve.getColumn("key").toArray()[1] as string | null, null);
  assertEquals(curve.select("correlation", "home").row(1), [0, 0]);
  const silent = keyCurve(score([]));
  assertEquals([silent.curve.height, silent.key.correlation], [0, 0]);
});

Deno.test("keyCurve() refuses windows without length, of broken bars, or too many", () => {
  const music = modulating();
  assertThrows(
    () => keyCurve(music, { length: 0 }),
    RangeError,
    "length must be a positive integer, current value is 0",
  );
  assertThrows(() => keyCurve(music, { hop: 1.5 }), RangeError, "current value is 1.5");
  assertThrows(
    () => keyCurve(music, { unit: "seconds", hop: -1 }),
    RangeError,
    "hop must be a positive number, current value is -1",
  );
  assertThrows(() => keyCurve(music, { unit: "seconds", hop: 1e-5 }), RangeError, "choose a longer hop");
  // deno-lint-ignore no-explicit-any
  assertThrows(() => keyCurve(music, { unit: "beats" as any }), TypeError, 'current value is "beats"');
  // deno-lint-ignore no-explicit-any
  assertThrows(() => keyCurve(music, { profile: "mine" as any }), TypeError, 'current value is "mine"');
});
