/** Counterpoint beside the reference's counts and music21's verdicts, on the test chorales of JSB. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  counterpoint,
  crossings,
  hiddenPerfects,
  leadingTones,
  pairMotions,
  type Parallel,
  parallels,
  resolutionRate,
  wideSpacings,
} from "../../../lib/metrics/mod.ts";
import { findKey } from "../../../lib/notes/mod.ts";
import type { Frame } from "../../../lib/score/mod.ts";
import { readSharedJson, sharedTest } from "../../shared.ts";

type Event = [frame: number, pair: string, kind: string, b1: number, a1: number, b2: number, a2: number];
type ByPair = Record<string, number>;

interface Piece {
  frames: number;
  fullFrames: number;
  quartetsBothMove: number;
  parallelFifths: number;
  parallelOctaves: number;
  parallelByPair: { fifths: ByPair; octaves: ByPair };
  antiparallelFifths: number;
  antiparallelOctaves: number;
  crossingCells: number;
  crossingByPair: ByPair;
  crossingFrames: number;
  spacingCells: number;
  spacingByPair: ByPair;
  spacingFrames: number;
  events: Event[];
  antiEvents: Event[];
  music21: { parallelFifth: number; parallelUnisonOrOctave: number };
}

interface Quartet {
  q: [b1: number, a1: number, b2: number, a2: number];
  origin: string;
  definition: string | null;
  agrees: boolean;
  music21: { parallelFifth: boolean; parallelUnisonOrOctave: boolean; hiddenFifth: boolean; hiddenOctave: boolean };
}

interface Reference {
  pieces: Record<string, Piece>;
  quartets: { cases: Quartet[] };
}

const reference = () => readSharedJson<Reference>("reference/metrics/voiceleading.json");
const chorales = async () => (await readSharedJson<{ test: Frame[][] }>("corpus/jsb/Jsb16thSeparated.json")).test;

const VOICES = "SATB";
const nameOf = ({ upper, lower }: { upper: number; lower: number }) => VOICES[upper] + VOICES[lower];

function byPair(places: readonly { upper: number; lower: number }[], pairs: string[] = []): ByPair {
  const counts: ByPair = Object.fromEntries(pairs.map((pair) => [pair, 0]));
  for (const place of places) counts[nameOf(place)] = (counts[nameOf(place)] ?? 0) + 1;
  return counts;
}

const asEvent = (each: Parallel): Event => {
  const { frame, interval, before, after } = each;
  return [frame, nameOf(each), `${interval}s`, before[0], after[0], before[1], after[1]];
};
const framesOf = (places: readonly { frame: number }[]) => new Set(places.map(({ frame }) => frame)).size;

sharedTest(
  "parallels(), crossings() and wideSpacings() agree on 52 chorales, count for count and place for place",
  async () => {
    const { pieces } = await reference();
    const all = await chorales();
    for (const [index, piece] of Object.entries(pieces)) {
      const frames = all[Number(index)];
      const found = parallels(frames);
      const [parallel, anti] = [false, true].map((wanted) =>
        found.filter(({ antiparallel }) => antiparallel === wanted)
      );
      const fifths = (some: Parallel[]) => some.filter(({ interval }) => interval === "fifth");
      const octaves = (some: Parallel[]) => some.filter(({ interval }) => interval === "octave");
      const crossed = crossings(frames);
      const wide = wideSpacings(frames);
      const { music21, events, antiEvents, ...counts } = piece;
      assertEquals(
        {
          frames: frames.length,
          fullFrames: frames.filter((frame) => frame.every((pitch) => pitch >= 0)).length,
          quartetsBothMove: pairMotions(frames).length,
          parallelFifths: fifths(parallel).length,
          parallelOctaves: octaves(parallel).length,
          parallelByPair: { fifths: byPair(fifths(parallel)), octaves: byPair(octaves(parallel)) },
          antiparallelFifths: fifths(anti).length,
          antiparallelOctaves: octaves(anti).length,
          crossingCells: crossed.length,
          crossingByPair: byPair(crossed, ["SA", "AT", "TB"]),
          crossingFrames: framesOf(crossed),
          spacingCells: wide.length,
          spacingByPair: byPair(wide, ["SA", "AT"]),
          spacingFrames: framesOf(wide),
        },
        counts,
        `chorale ${index}`,
      );
      assertEquals([parallel.map(asEvent), anti.map(asEvent)], [events, antiEvents], `chorale ${index}`);
      // music21 counts antiparallels too; in these chorales no spelling comes between it and us.
      assertEquals(
        { parallelFifth: fifths(found).length, parallelUnisonOrOctave: octaves(found).length },
        { parallelFifth: music21.parallelFifth, parallelUnisonOrOctave: music21.parallelUnisonOrOctave },
        `chorale ${index}`,
      );
    }
    assertEquals(Object.keys(pieces).length, 52);
  },
);

const twoFrames = ({ q: [b1, a1, b2, a2] }: Quartet): Frame[] => [[b1, b2], [a1, a2]];

sharedTest("parallels() agrees with music21 on 165 of 170 movements, and with the definition on all", async () => {
  const { cases } = (await reference()).quartets;
  const differs: string[] = [];
  for (const quartet of cases) {
    const [found] = parallels(twoFrames(quartet));
    const verdict = found ? `${found.antiparallel ? "antiparallel" : "parallel"} ${found.interval}` : null;
    assertEquals(verdict, quartet.definition, `${quartet.q}`);
    const { parallelFifth, parallelUnisonOrOctave } = quartet.music21;
    const agrees = (found?.interval === "fifth") === parallelFifth &&
      (found?.interval === "octave") === parallelUnisonOrOctave;
    assertEquals(agrees, quartet.agrees, `${quartet.q}`);
    if (!agrees) differs.push(`${quartet.q}`);
  }
  assertEquals(cases.length, 170);
  assertEquals(differs, [
    // To music21 the black keys are C sharp, E flat, F sharp, G sharp and B flat: E flat over G sharp is a diminished sixth to it.
    "51,42,44,35",
    "67,75,60,56",
    "51,62,44,43",
    // An octave to a unison: other intervals to it, in similar motion.
    "68,54,56,54",
    "63,71,56,64",
  ]);
});

sharedTest("hiddenPerfects() agrees with music21 on 129 of 130 movements of chorales", async () => {
  const cases = (await reference()).quartets.cases.filter(({ origin }) => origin.startsWith("chorale"));
  const differs = cases.filter((quartet) => {
    const [found] = hiddenPerfects(twoFrames(quartet));
    const { hiddenFifth, hiddenOctave } = quartet.music21;
    return (found?.interval === "fifth") !== hiddenFifth || (found?.interval === "octave") !== hiddenOctave;
  });
  assertEquals(cases.length, 130);
  // F over B goes to E over A, a diminished fifth to a perfect one: parallel motion to music21, which hides nothing.
  assertEquals(differs.map(({ q }) => q), [[65, 64, 59, 57]]);
});

sharedTest("counterpoint() counts on the 77 test chorales what Bach allowed himself", async () => {
  const totals: Record<string, number> = {};
  let [frames, withParallels, crossingFrames] = [0, 0, 0];
  for (const chorale of await chorales()) {
    const { pairs } = counterpoint(chorale);
    for (const column of pairs.columns.slice(2)) totals[column] = (totals[column] ?? 0) + pairs.getColumn(column).sum();
    if (parallels(chorale).some(({ antiparallel }) => !antiparallel)) withParallels++;
    crossingFrames += framesOf(crossings(chorale));
    frames += chorale.length;
  }
  assertEquals([frames, withParallels, crossingFrames], [18_900, 14, 373]);
  assertEquals([totals["parallel fifth"], totals["parallel octave"], totals["wide spacing"]], [15, 6, 301]);
  // Nobody else has counted these: they are kept so that a change is noticed.
  const own = [
    "antiparallel fifth",
    "antiparallel octave",
    "hidden fifth",
    "hidden octave",
    "exposed fifth",
    "exposed octave",
  ];
  assertEquals(own.map((kind) => totals[kind]), [20, 2, 725, 589, 30, 6]);
});

sharedTest(
  "leadingTones() resolve in the soprano, and fall in inner voices, where Bach's bass goes from dominant to tonic",
  async () => {
    const authentic = (await chorales()).flatMap((chorale) => {
      const histogram = new Float64Array(12);
      for (const pitch of chorale.flat()) if (pitch >= 0) histogram[pitch % 12]++;
      const key = findKey(histogram, { profile: "temperley-kostka-payne" });
      return leadingTones(chorale, key).filter((each) => each.authentic);
    });
    const [soprano, inner] = [authentic.filter(({ voice }) => voice === 0), authentic.filter(({ voice }) => voice > 0)];
    assert(inner.every(({ voice }) => voice < 3), "the bass has the dominant");
    assertEquals([soprano.length, inner.length], [37, 228]);
    assertAlmostEquals(resolutionRate(soprano), 33 / 37, 1e-12);
    assertAlmostEquals(resolutionRate(inner), 83 / 228, 1e-12);
  },
);
