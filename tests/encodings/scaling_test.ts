import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  anchors,
  chordHeard,
  classesOfTempo,
  type Column,
  type Columns,
  encodeWhole,
  type Encoding,
  featureEncoding,
  habits,
  keyHeard,
  metreHeard,
  noteClasses,
  type NoteEvent,
  ownPast,
  paperEncoding,
  recentNotes,
  scalingDurations,
  scalingLogs,
  scalingSeconds,
  scalingSteps,
} from "../../lib/encodings/mod.ts";
import { CLASS_WIDTH, durationClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

/** Notes of several voices, none near the ends of the classes. */
function someNotes(count: number): NoteEvent[] {
  const prng = seeded(11);
  let at = 0;
  return Array.from({ length: count }, () => {
    const step = [0, 0, 0.125, 0.25, 0.5][Math.floor(5 * prng())];
    at += 2 * step;
    return {
      pitch: 50 + Math.floor(24 * prng()),
      step,
      duration: [0.1, 0.24, 0.5, 1.1][Math.floor(4 * prng())],
      place: { quarter: at % 3, bar: 3, beat: 1, number: 1 + Math.floor(at / 3), tempo: 2 },
    };
  });
}

Deno.test("classesOfTempo() are all factors in a range by which classes move, the times longer where the tempo is slower", () => {
  assertEquals(classesOfTempo([0.8, 1.25]), [-2, 2]);
  assertEquals(classesOfTempo([0.9, 1]), [0, 1]);
  assertEquals(classesOfTempo([1.09, 1.22]), [-2, -1]);
  assertAlmostEquals(Math.exp(CLASS_WIDTH), 1.0998, 1e-4);
  for (const range of [[0.95, 1.05], [1, 1], [1.01, 1.05]] as const) {
    assertThrows(() => classesOfTempo(range), RangeError, `from ${range[0]} to ${range[1]} there is no tempo`);
  }
});

Deno.test("classes of times move, but not notes together, what is missing, and the outermost classes", () => {
  const steps = Int32Array.of(-1, 0, 1, 2, 40, 63, 64);
  assertEquals(scalingSteps.room!(steps), [0, 0]);
  assertEquals(scalingSteps.room!(steps.subarray(0, 3)), [-Infinity, Infinity]);
  assertEquals(scalingSteps.room!(Int32Array.of(0, 12, 40, 64)), [-10, 23]);
  const some = Int32Array.of(-1, 0, 1, 12, 40, 64);
  scalingSteps.move(some, -3);
  assertEquals(some, Int32Array.of(-1, 0, 1, 9, 37, 64));
  const durations = Int32Array.of(-1, 0, 1, 62, 63);
  assertEquals(scalingDurations.room!(durations), [0, 0]);
  scalingDurations.move(durations.subarray(0, 3), 2);
  assertEquals(durations, Int32Array.of(-1, 0, 3, 62, 63));
});

Deno.test("scalingLogs() and scalingSeconds() move with the times", () => {
  const logs = Float32Array.from({ length: 2 * 64 }, (_, k) => -(k % 64));
  scalingLogs(durationClasses).move(logs, 2);
  assertEquals([...logs.subarray(64, 69)], [-0, -63, -63, -1, -2]);
  assertEquals([...logs.subarray(62, 64)], [-60, -63]);
  const seconds = Float32Array.of(9, 1, 4, 0.5, 2, 3.9);
  scalingSeconds({ most: 4, width: 3, from: 1 }).move(seconds, 1);
  const factor = Math.fround(Math.exp(CLASS_WIDTH));
  [9, factor, 4, 0.5, 2 * factor, 4].forEach((value, i) => assertAlmostEquals(seconds[i], value, 1e-6));
});

/** Compares columns, moved, with those of the music played slower. */
function assertScales(
  encoding: Encoding<NoteEvent>,
  classes: number,
  tolerance: (name: string, row: number) => number,
) {
  const notes = someNotes(120), factor = Math.exp(classes * CLASS_WIDTH);
  const slower = notes.map(({ pitch, step, duration, place }): NoteEvent => ({
    pitch,
    step: step * factor,
    duration: duration * factor,
    place: { ...place!, tempo: 2 / factor },
  }));
  const [here, there] = [notes, slower].map((piece) => encodeWhole(encoding, [piece]));
  const compare = (columns: readonly Column[], from: Columns, to: Columns) => {
    for (const { name, width = 1, scaling } of columns) {
      const moved = from[name].slice();
      scaling?.move(moved, classes);
      moved.forEach((value, i) => {
        assertAlmostEquals(value, to[name][i], tolerance(name, Math.floor(i / width)), `${name} at ${i}`);
      });
    }
  };
  compare(encoding.hears, here.heard, there.heard);
  compare(encoding.knows ?? [], here.known, there.known);
  compare(encoding.says, here.said, there.said);
}

Deno.test("columns of times are those of the same music played slower or faster", () => {
  const features = featureEncoding([recentNotes, anchors, keyHeard, habits, ownPast(), chordHeard, metreHeard]);
  for (const classes of [-3, 2]) {
    for (const encoding of [paperEncoding(), noteClasses]) assertScales(encoding, classes, () => 1e-5);
    // The usual step begins at 0.2 seconds in any tempo, and that is forgotten.
    assertScales(featureEncoding([recentNotes], { times: "seconds" }), classes, (name) => name === "times" ? 1 : 1e-5);
    assertScales(features, classes, (name, row) => name !== "times" ? 1e-4 : row < 80 ? 0.5 : 0.01);
  }
});
