import { assertEquals, assertThrows } from "@std/assert";
import { counterpoint, COUNTERPOINT_KINDS } from "../../../lib/metrics/mod.ts";

// A parallel octave of soprano and bass, a parallel fifth of alto and bass; then the alto under the tenor.
const FRAMES = [[72, 67, 64, 48], [74, 69, 65, 50], [74, 62, 65, 50]];

Deno.test("counterpoint() counts each kind for each pair", () => {
  const { pairs } = counterpoint(FRAMES);
  assertEquals(pairs.columns, ["upper", "lower", "motions", ...COUNTERPOINT_KINDS]);
  assertEquals(pairs.select("upper", "lower").rows(), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
  assertEquals(pairs.getColumn("motions").toArray(), [1, 1, 1, 1, 1, 1]);
  assertEquals(pairs.getColumn("parallel octave").toArray(), [0, 0, 1, 0, 0, 0]);
  assertEquals(pairs.getColumn("parallel fifth").toArray(), [0, 0, 0, 0, 1, 0]);
  assertEquals(pairs.getColumn("crossing").toArray(), [0, 0, 0, 1, 0, 0]);
});

Deno.test("counterpoint() lists every place, by frame", () => {
  const { places } = counterpoint(FRAMES);
  const columns = ["kind", "frame", "upper", "lower", "upperBefore", "lowerBefore", "upperAfter", "lowerAfter"];
  assertEquals(places.columns, columns);
  assertEquals<unknown>(places.rows(), [
    ["parallel octave", 1, 0, 3, 72, 48, 74, 50],
    ["parallel fifth", 1, 1, 3, 67, 48, 69, 50],
    ["crossing", 2, 1, 2, null, null, 62, 65],
  ]);
});

Deno.test("counterpoint() tells exposed from other hidden perfects, and finds wide spacings", () => {
  // F over G over A leaps to G over C over C: a fifth above the alto, a fifth above the bass, an octave between these.
  const { places } = counterpoint([[65, 55, 45], [79, 60, 48]]);
  const kinds = ["hidden fifth", "exposed fifth", "hidden octave", "wide spacing"];
  assertEquals(places.getColumn("kind").toArray(), kinds);
});

Deno.test("counterpoint() places them in seconds and bars where it is told", () => {
  const place = (bar: number) => ({ start: bar, quarter: bar * 4, bar, beat: 1 });
  const { places } = counterpoint(FRAMES, [place(1), place(2), place(3)]);
  assertEquals(places.getColumn("bar").toArray(), [2, 2, 3]);
  assertEquals(places.getColumn("start").toArray(), [2, 2, 3]);
  assertThrows(() => counterpoint(FRAMES, [place(1)]), RangeError, "there are 3 frames, and places of 1");
});

Deno.test("counterpoint() of nothing, of one voice and of silence finds nothing", () => {
  for (const frames of [[], [[60], [62]], [[-1, -1], [-1, -1]]]) {
    const { pairs, places } = counterpoint(frames);
    assertEquals(places.height, 0);
    assertEquals(places.columns.length, 8);
    assertEquals(pairs.columns.length, 13);
  }
});
