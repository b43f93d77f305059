import type { Column } from "../encoding.ts";
import { turningPitchClasses } from "../transposing.ts";
import { type NoteFeature, pastFeature } from "./note_feature.ts";

/** Kinds of chords by their pitch classes above the root. */
const CHORDS: Readonly<Record<Exclude<ChordQuality, "other" | "none">, readonly number[]>> = {
  major: [0, 4, 7],
  minor: [0, 3, 7],
  diminished: [0, 3, 6],
  augmented: [0, 4, 8],
  suspended: [0, 5, 7],
  "dominant seventh": [0, 4, 7, 10],
  "major seventh": [0, 4, 7, 11],
  "minor seventh": [0, 3, 7, 10],
  "half-diminished seventh": [0, 3, 6, 10],
  "diminished seventh": [0, 3, 6, 9],
  fifth: [0, 7],
  note: [0],
};

/** What the notes that sound together can be called; `other` fits no chord, `none` is silence. */
export type ChordQuality =
  | "major"
  | "minor"
  | "diminished"
  | "augmented"
  | "suspended"
  | "dominant seventh"
  | "major seventh"
  | "minor seventh"
  | "half-diminished seventh"
  | "diminished seventh"
  | "fifth"
  | "note"
  | "other"
  | "none";

/** All names of chords, in the order of their classes. */
export const CHORD_QUALITIES: readonly ChordQuality[] = [
  ...Object.keys(CHORDS) as ChordQuality[],
  "other",
  "none",
];

/** What a chord costs for a pitch class that is not its own, and for one that it lacks. */
const FOREIGN = 1, MISSING = 0.5;
/** What speaks for a root that is the lowest pitch. */
const BASS = 0.25;
/** What fits less is no chord. */
const LEAST = 1.25;

/** A chord: its root as a pitch class, and what kind it is; without a root where nothing sounds. */
export interface Chord {
  /** From 0, C, to 11. */
  root?: number;
  /** What it is called. */
  quality: ChordQuality;
}

/**
 * Names the chord of some pitches. Of each pitch class that a chord has, one
 * counts for it; a foreign one costs 1, a missing one 0.5, but the root has to sound;
 * in the bass it is worth 0.25. What fits best is taken, if it comes to 1.25 or more; so that a third is a triad
 * without its fifth, and a second no chord. The root of `"other"` is the bass.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { chordOf } from "../mod.ts";
 *
 * assertEquals(chordOf([64, 67, 72]), { root: 0, quality: "major" });
 * assertEquals(chordOf([67, 71, 74, 77]), { root: 7, quality: "dominant seventh" });
 * assertEquals(chordOf([]), { quality: "none" });
 * ```
 *
 * @param pitches MIDI numbers, in any order.
 */
export function chordOf(pitches: readonly number[]): Chord {
  if (pitches.length === 0) return { quality: "none" };
  const bass = Math.min(...pitches) % 12;
  const above = new Set(pitches.map((pitch) => (pitch - bass + 12) % 12));
  let best: Chord = { root: bass, quality: "other" }, most = LEAST - 1e-9;
  if (above.size === 1) return { root: bass, quality: "note" };
  // Roots in the order of their distance from the bass, so that a tie falls alike in every key.
  for (let root = 0; root < 12; root++) {
    if (!above.has(root)) continue;
    for (const [quality, chord] of Object.entries(CHORDS)) {
      const shared = chord.filter((interval) => above.has((root + interval) % 12)).length;
      const fits = shared - FOREIGN * (above.size - shared) - MISSING * (chord.length - shared) +
        (root === 0 ? BASS : 0);
      if (fits > most) [best, most] = [{ root: (bass + root) % 12, quality: quality as ChordQuality }, fits];
    }
  }
  return best;
}

/** Class of a root where there is none. */
const NO_ROOT = 12;

/**
 * The chord that sounds: its root and its quality (`CHORD_QUALITIES`), of the
 * notes that begin or sound on at the last onset, those of this onset that have been heard. Known once the step is drawn:
 * the same of the notes that sound on when the next one begins. Both are of the past: no note is in
 * them that has not been heard.
 */
export const chordHeard: NoteFeature = pastFeature("chord", {
  hears: columns("chord"),
  knows: columns("chordOn").map((column) => ({ ...column, after: ["step"] })),
}, {
  hear: (past) => values("chord", [...new Set([...past.chord, ...past.sounding()])].map((i) => past.pitches[i])),
  know(past, { step }) {
    if (step === undefined) return {};
    return values("chordOn", past.meet(step).around);
  },
});

function columns(name: string): Column[] {
  return [
    { name: `${name}Root`, size: NO_ROOT + 1, transposing: turningPitchClasses },
    { name: `${name}Quality`, size: CHORD_QUALITIES.length },
  ];
}

function values(name: string, pitches: readonly number[]): Record<string, number> {
  const { root = NO_ROOT, quality } = chordOf(pitches);
  return { [`${name}Root`]: root, [`${name}Quality`]: CHORD_QUALITIES.indexOf(quality) };
}
