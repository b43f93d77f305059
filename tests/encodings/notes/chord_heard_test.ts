import { assertEquals } from "@std/assert";
import {
  CHORD_QUALITIES,
  chordHeard,
  chordOf,
  type ChordQuality,
  encodeWhole,
  featureEncoding,
} from "../../../lib/encodings/mod.ts";

/** Chords over C, each with its name, in positions of their own. */
const NAMED: [pitches: number[], root: number, quality: ChordQuality][] = [
  [[60, 64, 67], 0, "major"],
  [[64, 67, 72], 0, "major"],
  [[43, 60, 64], 0, "major"],
  [[60, 63, 67, 72], 0, "minor"],
  [[62, 65, 68], 2, "diminished"],
  [[60, 64, 68], 0, "augmented"],
  [[55, 60, 62], 7, "suspended"],
  [[55, 59, 62, 65], 7, "dominant seventh"],
  [[59, 62, 65, 67], 7, "dominant seventh"],
  [[60, 64, 67, 71], 0, "major seventh"],
  [[57, 60, 64, 67], 9, "minor seventh"],
  [[59, 62, 65, 69], 11, "half-diminished seventh"],
  [[59, 62, 65, 68], 11, "diminished seventh"],
  [[48, 55, 67], 0, "fifth"],
  [[60, 64], 0, "major"],
  [[60, 63], 0, "minor"],
  [[60, 72], 0, "note"],
  [[60, 62], 0, "other"],
  [[60, 61, 62, 63], 0, "other"],
];

Deno.test("chordOf() names what a harmony book names, in every position and key", () => {
  for (const [pitches, root, quality] of NAMED) {
    for (let up = 0; up < 12; up++) {
      const moved = pitches.map((pitch) => pitch + up);
      assertEquals(chordOf(moved.toReversed()), { root: (root + up) % 12, quality }, `${moved}`);
    }
  }
  assertEquals(chordOf([]), { quality: "none" });
});

Deno.test("chordHeard hears what sounds at the last onset, and knows what sounds on at the next", () => {
  const encoding = featureEncoding([chordHeard]);
  // C and E together, G a quarter of a second later, and D when all but the G has ended.
  const notes = [[60, 0, 0.5], [64, 0, 0.5], [67, 0.25, 1], [62, 0.5, 0.5]]
    .map(([pitch, step, duration]) => ({ pitch, step, duration }));
  const { heard, known } = encodeWhole(encoding, [notes]);
  const quality = (name: ChordQuality) => CHORD_QUALITIES.indexOf(name);
  assertEquals(heard.chordRoot, Int32Array.of(0, 0, 0, 7));
  assertEquals(heard.chordQuality, Int32Array.from((["note", "major", "major", "fifth"] as const).map(quality)));
  assertEquals(known.chordOnQuality[0], quality("none"));
  assertEquals([known.chordOnRoot[2], known.chordOnQuality[2]], [0, quality("major")]);
  assertEquals([known.chordOnRoot[3], known.chordOnQuality[3]], [7, quality("note")]);
});
