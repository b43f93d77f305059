import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import {
  beatsOf,
  soundingHistogram,
  soundingHistograms,
  soundingSlices,
  timelineOf,
} from "../../../lib/metrics/tonality/timeline.ts";
import { readKern } from "../../../lib/formats/mod.ts";
import type { Metre } from "../../../lib/score/mod.ts";
import { toNoteTable } from "../../../lib/notes/mod.ts";
import { barPositions } from "../../../lib/score/mod.ts";
import { part, score } from "../../notes/scores.ts";

/** Beats of a score of so many quarter notes as `quarter|bar.beat`, a downbeat in brackets, and the end. */
function written(metres: Metre[], quarters: number, changes = {}): string {
  const music = score([part([[60, 0, quarters]])], { metres, ...changes });
  return beatsOf(timelineOf(music))
    .map(({ quarter, bar, beat, downbeat }) => downbeat ? `(${quarter}|${bar}.${beat})` : `${quarter}|${bar}.${beat}`)
    .join(" ");
}

Deno.test("beatsOf() goes by the time signature, with one more beat where the last one ends", () => {
  assertEquals(
    written([{ tick: 0, numerator: 3, denominator: 4 }], 3.5),
    "(0|1.1) 1|1.2 2|1.3 (3|2.1) 4|2.2",
  );
  assertEquals(written([{ tick: 0, numerator: 2, denominator: 2 }], 4), "(0|1.1) 2|1.2 (4|2.1)");
});

Deno.test("beatsOf() counts dotted beats in 6/8 and the like, but not in 3/8", () => {
  assertEquals(written([{ tick: 0, numerator: 6, denominator: 8 }], 4), "(0|1.1) 1.5|1.4 (3|2.1) 4.5|2.4");
  assertEquals(written([{ tick: 0, numerator: 3, denominator: 8 }], 2), "(0|1.1) 0.5|1.2 1|1.3 (1.5|2.1) 2|2.2");
});

Deno.test("beatsOf() begins with an upbeat, and anew with each time signature", () => {
  const metres = [{ tick: 0, numerator: 3, denominator: 4 }, { tick: 5 * 480, numerator: 2, denominator: 4 }];
  assertEquals(
    written(metres, 7, { upbeatTicks: 720 }),
    "(0|0.2.5) 0.5|0.3 (1.5|1.1) 2.5|1.2 3.5|1.3 (4.5|2.1) (5|3.1) 6|3.2 (7|4.1)",
  );
});

Deno.test("beatsOf() without a time signature counts bars of four quarter notes, without numbers", () => {
  assertEquals(written([], 5), "(0|null.null) 1|null.null 2|null.null 3|null.null (4|null.null) 5|null.null");
  assertEquals(
    written([{ tick: 480, numerator: 2, denominator: 4 }], 3),
    "(0|null.null) (1|1.1) 2|1.2 (3|2.1)",
  );
});

Deno.test("beatsOf() of silence is the one beat at which it ends", () => {
  for (const music of [score([]), toNoteTable(score([])), score([part([[38, 0, 4]], { drum: true })])]) {
    assertEquals(beatsOf(timelineOf(music)).map(({ start }) => start), [0]);
  }
});

Deno.test("beatsOf() finds the same beats in a sample piece's table as in its score, and the bars that barPositions() counts", () => {
  const folder = new URL("../../../data/sample/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".krn"));
  assertEquals(files.length, 14);
  for (const file of files) {
    const music = readKern(Deno.readTextFileSync(new URL(file, folder)));
    const positionAt = barPositions(music);
    const beats = beatsOf(timelineOf(music));
    const ofTable = beatsOf(timelineOf(toNoteTable(music)));
    assertEquals(ofTable.length, beats.length, file);
    beats.forEach(({ start, quarter, bar, beat, downbeat }, i) => {
      assertAlmostEquals(ofTable[i].start, start, 1e-9, file);
      assertAlmostEquals(ofTable[i].quarter, quarter, 1e-9, file);
      assertEquals([ofTable[i].bar, ofTable[i].beat, ofTable[i].downbeat], [bar, beat, downbeat], file);
      assertEquals({ bar, beat }, positionAt(quarter * music.ticksPerQuarter) as unknown, file);
    });
  }
});

Deno.test("beatsOf() takes a table without beats at 120 quarter notes a minute", () => {
  const table = pl.DataFrame({ pitch: [60, 62], start: [0.3, 1.1], end: [0.9, 2.2] });
  assertEquals(beatsOf(timelineOf(table)).map(({ start }) => start), [0, 0.5, 1, 1.5, 2, 2.5]);
  assertEquals(beatsOf(timelineOf(table)).map(({ downbeat }) => downbeat), [true, false, false, false, true, false]);
});

Deno.test("beatsOf() follows a table's tempo from onset to onset", () => {
  const table = pl.DataFrame({ pitch: [60, 62, 64], start: [0, 1, 3], end: [1, 3, 5], quarter: [0, 2, 4] });
  assertEquals(beatsOf(timelineOf(table)).map(({ start }) => start), [0, 0.5, 1, 2, 3, 4, 5]);
});

Deno.test("beatsOf() of a table puts a bar that does not tell where it begins between its neighbours", () => {
  // 3/4 in beats of a quarter note; the one note of bar 2 would put its beginning before that of bar 1.
  const bars = { quarter: [0, 1, 4, 6], bar: [1, 1, 2, 3], beat: [1, 2, 7, 1] };
  const table = pl.DataFrame({ pitch: [60, 60, 60, 60], start: bars.quarter, end: [1, 2, 5, 7], ...bars });
  const downbeats = beatsOf(timelineOf(table)).filter(({ downbeat }) => downbeat);
  assertEquals(downbeats.map(({ bar, quarter }) => [bar, quarter]), [[1, 0], [2, 3], [3, 6]]);
});

Deno.test("timelineOf() refuses what cannot be laid out in time", () => {
  const row = { pitch: [60, 62], start: [0, 1], end: [1, 2], quarter: [0, 2] };
  assertThrows(() => timelineOf(pl.DataFrame({ ...row, end: [1, 0.5] })), RangeError, "from 1 to 0.5 seconds");
  assertThrows(() => timelineOf(pl.DataFrame({ ...row, start: [-1, 1] })), RangeError, "from -1 to 1 seconds");
  assertThrows(() => timelineOf(pl.DataFrame({ ...row, start: [1, 0] })), RangeError, "quarter note 2 is at 0 seconds");
  assertThrows(() => timelineOf(pl.DataFrame({ ...row, piece: ["a", "b"] })), RangeError, "holds 2 pieces");
  assertThrows(() => timelineOf(score([part([[128, 0, 1]])])), RangeError, "pitch 128");
  assertThrows(() => timelineOf(pl.DataFrame({ pitch: [60], start: [0] })), TypeError, 'no column "end"');
  const bars = pl.DataFrame({ ...row, bar: [2, 1], beat: [1, 1] });
  assertThrows(() => timelineOf(bars), RangeError, "bar 2 of the table does not begin after bar 1");
  assertThrows(() => written([{ tick: 0, numerator: 0, denominator: 4 }], 1), RangeError, "at tick 0 is 0/4");
});

Deno.test("beatsOf() gives up on pieces that no one has played, and on bars of no length", () => {
  const endless = pl.DataFrame({ pitch: [60], start: [0], end: [1e9] });
  assertThrows(() => beatsOf(timelineOf(endless)), RangeError, "more than 100000 in the piece's 1000000000 seconds");
  assertThrows(() => written([{ tick: 0, numerator: 1, denominator: 2 ** 30 }], 1), RangeError, "Cannot count beats");
});

Deno.test("beatsOf() does not look for the end of bars of no length, nor of an upbeat of a million beats", () => {
  const short = { stretches: [{ from: 0, barline: 0, bar: 1, barLength: 1e-7, beatLength: 1, unit: 1 }] };
  const upbeat = { stretches: [{ from: 1e6, barline: 0, bar: 0, barLength: 2e6, beatLength: 1, unit: 1 }] };
  for (const stretches of [short, upbeat]) {
    const timeline = { notes: [], end: 1, secondsAt: (quarter: number) => quarter, quarterAt: (at: number) => at };
    assertThrows(() => beatsOf({ ...timeline, ...stretches }), RangeError, "Cannot count beats");
  }
});

Deno.test("soundingHistograms() hears in each window what soundingHistogram() hears, and stops where that is endless", () => {
  const notes = Array.from(
    { length: 200 },
    (_, i) => ({ pitch: i % 128, start: i / 10, end: i / 10 + (i * 7) % 13 / 3 }),
  );
  const windows = Array.from({ length: 40 }, (_, i) => ({ start: i / 2, end: i / 2 + 2 }));
  assertEquals(
    soundingHistograms(notes, windows),
    windows.map(({ start, end }) => soundingHistogram(notes, start, end)),
  );
  const chord = Array.from({ length: 2000 }, () => ({ pitch: 60, start: 0, end: 1e6 }));
  const many = Array.from({ length: 100_000 }, (_, i) => ({ start: i, end: i + 1 }));
  assertThrows(() => soundingHistograms(chord, many), RangeError, "more than 10000000 notes sound in 100000 windows");
});

Deno.test("soundingSlices() hears a pitch that is struck again and again no more than once a slice", () => {
  const edges = Array.from({ length: 20_001 }, (_, i) => i);
  const notes = Array.from({ length: 5000 }, (_, i) => ({ pitch: 60, start: i, end: 20_000 }));
  assertEquals(soundingSlices(notes, edges), Array(20_000).fill([60]));
  const chord = Array.from({ length: 128 }, (_, pitch) => ({ pitch, start: 0, end: 100_000 }));
  const slices = Array.from({ length: 100_001 }, (_, i) => i);
  assertThrows(() => soundingSlices(chord, slices), RangeError, "more than 10000000 pitches sound in 100000 of them");
});
