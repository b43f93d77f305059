/**
 * Music for the tests of the figures: the opening of Bach's C major prelude (BWV 846), and a cadence in four voices.
 */

import pl from "nodejs-polars";
import { seeded } from "../../lib/random/mod.ts";

interface Row {
  pitch: number;
  part: number;
  quarter: number;
  length: number;
}

/** Onset and length in quarter notes to a table of notes in 4/4, at 72 quarter notes a minute. */
function table(rows: Row[], piece: string): pl.DataFrame {
  const sorted = rows.toSorted((a, b) => a.quarter - b.quarter || a.pitch - b.pitch);
  const seconds = (quarters: number) => (quarters * 60) / 72;
  return pl.DataFrame({
    piece: sorted.map(() => piece),
    part: sorted.map((row) => row.part),
    pitch: sorted.map((row) => row.pitch),
    start: sorted.map((row) => seconds(row.quarter)),
    end: sorted.map((row) => seconds(row.quarter + row.length)),
    step: sorted.map((row, i) => seconds(row.quarter - (sorted[i - 1]?.quarter ?? row.quarter))),
    duration: sorted.map((row) => seconds(row.length)),
    velocity: sorted.map(() => 64),
    bar: sorted.map((row) => Math.floor(row.quarter / 4) + 1),
    beat: sorted.map((row) => (row.quarter % 4) + 1),
  });
}

/** The first eight bars of the prelude: five notes of a chord a half bar, twice, in three voices. */
export function prelude(): pl.DataFrame {
  const chords = [
    [60, 64, 67, 72, 76],
    [60, 62, 69, 74, 77],
    [59, 62, 67, 74, 77],
    [60, 64, 67, 72, 76],
    [60, 64, 69, 76, 81],
    [60, 62, 66, 69, 74],
    [59, 62, 67, 74, 79],
    [59, 60, 64, 67, 72],
  ];
  const rows = chords.flatMap(([bass, tenor, ...upper], bar) =>
    [0, 2].flatMap((half) => {
      const at = bar * 4 + half;
      return [
        { pitch: bass, part: 2, quarter: at, length: 2 },
        { pitch: tenor, part: 1, quarter: at + 0.25, length: 1.75 },
        ...[0, 1, 2, 0, 1, 2].map((which, i) => ({
          pitch: upper[which],
          part: 0,
          quarter: at + 0.5 + i * 0.25,
          length: 0.25,
        })),
      ];
    })
  );
  return table(rows, "bwv846-prelude.krn");
}

/** A cadence in G major in four voices, as a table and as `**kern`. */
export const CADENCE = [
  "**kern\t**kern\t**kern\t**kern",
  "*Ibass\t*Itenor\t*Ialto\t*Isoprn",
  "*clefF4\t*clefGv2\t*clefG2\t*clefG2",
  "*k[f#]\t*k[f#]\t*k[f#]\t*k[f#]",
  "*G:\t*G:\t*G:\t*G:",
  "*M4/4\t*M4/4\t*M4/4\t*M4/4",
  "*MM72\t*MM72\t*MM72\t*MM72",
  "4GG\t4d\t4g\t4b",
  "=1\t=1\t=1\t=1",
  "4G\t4d\t4g\t4b",
  "4F#\t4d\t4a\t8dd",
  ".\t.\t.\t8cc",
  "4E\t4e\t4g\t4b",
  "4D\t4f#\t4a\t[4a",
  "=2\t=2\t=2\t=2",
  "4C\t4e\t4g\t4a]",
  "4D\t8d\t4f#\t4a",
  ".\t8c\t.\t.",
  "2GG;\t2B;\t2d;\t2g;",
  "==\t==\t==\t==",
  "*-\t*-\t*-\t*-",
].join("\n");

/** Notes as a model may make them: pitches in a heap, most steps 0, some durations long. */
export function generated(count = 120): pl.DataFrame {
  const prng = seeded(7);
  const pitch = Array.from({ length: count }, () => 40 + Math.floor(20 * prng() + 20 * prng()));
  const step = Array.from({ length: count }, () => prng() < 0.9 ? 0 : prng() * 0.4);
  const duration = Array.from({ length: count }, () => 0.05 + 0.3 * prng() + (prng() < 0.02 ? 3 : 0));
  let now = 0;
  const start = step.map((each) => now += each);
  return pl.DataFrame({
    piece: pitch.map(() => "generated"),
    part: pitch.map(() => 0),
    pitch,
    start,
    end: start.map((each, i) => each + duration[i]),
    step,
    duration,
    velocity: pitch.map(() => 80),
  });
}
