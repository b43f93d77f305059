/** Tonal tension beside midi-miner's, on slices and on files. What `findKey` is compared with stands in tests/notes. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { DataFrame } from "nodejs-polars";
import { readMidi } from "../../../lib/formats/mod.ts";
import { soundingSlices } from "../../../lib/metrics/tonality/timeline.ts";
import {
  keyPosition,
  spiralPosition,
  type Tension,
  tonalTension,
  triadPosition,
  windowTension,
} from "../../../lib/metrics/mod.ts";
import { type Key, toNoteTable } from "../../../lib/notes/mod.ts";
import { corpusFiles, readSharedJson, sharedTest } from "../../shared.ts";

interface Curves {
  tensile: number[];
  diameter: number[];
  centroid_diff: number[];
  time: number[];
  mean: { tensile: number; diameter: number; centroid_diff: number };
}

interface Piece {
  file: string;
  activePitches: number[][];
  beatIndices: number[];
  downbeatIndices: number[];
  votedKey: string;
  perBar: Curves;
  perBeat: Curves;
}

type Points = Record<string, [number, number, number]>;

interface Reference {
  geometry: Record<"positions" | "majorTriad" | "minorTriad" | "majorKey" | "minorKey", Points>;
  pieces: Piece[];
}

const reference = () => readSharedJson<Reference>("reference/metrics/tension.json");

/** midi-miner's names of keys: `E- major` is E flat major. */
function keyOf({ votedKey }: Piece): Pick<Key, "tonic" | "mode"> {
  const [name, mode] = votedKey.split(" ");
  return {
    tonic: ["C", "D-", "D", "E-", "E", "F", "F#", "G", "A-", "A", "B-", "B"].indexOf(name),
    mode: mode as Key["mode"],
  };
}

function assertCurves(found: readonly Tension[], { tensile, diameter, centroid_diff }: Curves, windows: number): void {
  for (let i = 0; i < windows; i++) {
    assertAlmostEquals(found[i].strain, tensile[i], 1e-9, `strain of window ${i}`);
    assertAlmostEquals(found[i].diameter, diameter[i], 1e-9, `diameter of window ${i}`);
    assertAlmostEquals(found[i].momentum, centroid_diff[i], 1e-9, `momentum of window ${i}`);
  }
}

sharedTest("the spiral array has midi-miner's pitches, triads and keys where midi-miner has them", async () => {
  const { geometry } = await reference();
  const compare = (points: Points, position: (fifths: number) => readonly number[]) =>
    Object.entries(points).forEach(([fifths, point]) =>
      position(Number(fifths)).forEach((value, i) => assertAlmostEquals(value, point[i], 1e-12))
    );
  compare(geometry.positions, spiralPosition);
  compare(geometry.majorTriad, (fifths) => triadPosition(fifths, "major"));
  compare(geometry.minorTriad, (fifths) => triadPosition(fifths, "minor"));
  compare(geometry.majorKey, (fifths) => keyPosition(fifths, "major"));
  compare(geometry.minorKey, (fifths) => keyPosition(fifths, "minor"));
});

sharedTest(
  "windowTension() agrees with midi-miner on every bar and beat of its pieces, given what sounds",
  async () => {
    const { pieces } = await reference();
    let windows = 0;
    for (const piece of pieces) {
      const [bars, beats] = [piece.downbeatIndices, piece.beatIndices].map((edges) =>
        windowTension(piece.activePitches, edges, keyOf(piece))
      );
      for (const [found, curves] of [[bars, piece.perBar], [beats, piece.perBeat]] as const) {
        assertEquals(found.length, curves.tensile.length, piece.file);
        assertCurves(found, curves, found.length);
        const mean = (name: keyof Tension) => found.reduce((sum, each) => sum + each[name], 0) / found.length;
        assertAlmostEquals(mean("strain"), curves.mean.tensile, 1e-9);
        assertAlmostEquals(mean("diameter"), curves.mean.diameter, 1e-9);
        assertAlmostEquals(mean("momentum"), curves.mean.centroid_diff, 1e-9);
        windows += found.length;
      }
    }
    assertEquals([pieces.length, windows], [5, 1060]);
  },
);

sharedTest("soundingSlices() hears in five files what midi-miner hears, slice for slice", async () => {
  for (const { file, activePitches, perBeat } of (await reference()).pieces) {
    const { parts } = readMidi(corpusFiles().get(file)!);
    // Four slices a beat; midi-miner's last one has no length.
    const edges = perBeat.time.flatMap((start, i) => {
      const end = perBeat.time[i + 1];
      return end === undefined ? [start] : [0, 1, 2, 3].map((slice) => start + slice * (end - start) / 4);
    });
    const slices = soundingSlices(parts.flatMap(({ notes }) => notes), edges);
    assert(slices.length >= activePitches.length - 5, file);
    assertEquals(slices, activePitches.slice(0, slices.length), file);
  }
});

const rowsOf = (curve: DataFrame) => curve.toRecords() as unknown as (Tension & { start: number; bar: number })[];

/** Windows at the end in which we differ from midi-miner: it cuts the last bar, and counts on after the last note. */
const BARS_THAT_DIFFER = 1;
const BEATS_THAT_DIFFER = 1;

sharedTest("tonalTension() agrees with midi-miner from file to curve, but for the end of a piece", async () => {
  for (const piece of (await reference()).pieces) {
    const { file, perBar, perBeat } = piece;
    const music = readMidi(corpusFiles().get(file)!);
    const key = keyOf(piece);
    const beats = rowsOf(tonalTension(music, { window: "beat", key }).curve);
    const comparable = Math.min(beats.length, perBeat.tensile.length);
    assert(comparable >= perBeat.tensile.length - BEATS_THAT_DIFFER, file);
    assertCurves(beats, perBeat, comparable);
    beats.slice(0, comparable).forEach(({ start }, i) => assertAlmostEquals(start, perBeat.time[i], 1e-9));
    const bars = rowsOf(tonalTension(music, { key }).curve);
    assertEquals(bars.length, perBar.tensile.length, file);
    assertCurves(bars, perBar, bars.length - BARS_THAT_DIFFER);
    bars.forEach(({ start, bar }, i) => {
      assertAlmostEquals(start, perBar.time[i], 1e-9);
      assertEquals(bar, i + 1);
    });
  }
});

sharedTest(
  "tonalTension() of a table agrees with midi-miner where the tempo does not change between onsets",
  async () => {
    for (const piece of (await reference()).pieces) {
      const table = toNoteTable(readMidi(corpusFiles().get(piece.file)!));
      const bars = rowsOf(tonalTension(table, { key: keyOf(piece) }).curve);
      // jesu2 slows down in its last four bars, and more than once within a note.
      const slowing = piece.file === "cantatas/jesu2.mid" ? 4 : BARS_THAT_DIFFER;
      assertCurves(bars, piece.perBar, piece.perBar.tensile.length - slowing);
    }
  },
);
