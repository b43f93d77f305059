import { KEY_PROFILES } from "../../notes/mod.ts";
import type { Column, Values } from "../encoding.ts";
import { turningPitchClasses } from "../transposing.ts";
import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";

/** How much of a note's weight is left after the next one: over about 50 notes, and over about 7. */
const LONG = 0.98, SHORT = 0.85;
/** Anchors whose degree in the key is told once the step is drawn. */
const DEGREES = ["ended", "place", "low"] as const;
const NONE = 12;
/** What brings the histograms' shares, about a twelfth each, near to the other inputs. */
const SCALE = 4;

/** Profiles of the 24 keys, C major to B minor, each with mean 0 and length 1. */
const PROFILES = (["major", "minor"] as const).flatMap((mode) => {
  const weights = KEY_PROFILES["krumhansl-schmuckler"][mode];
  const mean = weights.reduce((a, b) => a + b) / 12;
  const length = Math.hypot(...weights.map((weight) => weight - mean));
  return Array.from(
    { length: 12 },
    (_, tonic) =>
      Float64Array.from({ length: 12 }, (_, pitchClass) => (weights[(pitchClass - tonic + 12) % 12] - mean) / length),
  );
});

/**
 * The key that the notes so far are in, by how often each pitch class was heard
 * (what was heard 50 notes ago counts a third) and Krumhansl's and Schmuckler's
 * profiles: its tonic, an anchor for logits of scale degrees; the degree of the
 * last two notes, of three anchors once the step is drawn, and of the pitch once that is; and two histograms of
 * pitch classes, of about 50 and about 7 notes, turned so that the tonic stands first.
 */
export const keyHeard: NoteFeature = {
  name: "key",
  hears: [
    { name: "tonic", size: 12, transposing: turningPitchClasses, serves: { head: "pitch", as: "anchor" } },
    { name: "degree", size: 24 },
    { name: "degreeBefore", size: 24 },
    { name: "scale", width: 24 },
  ],
  knows: [
    ...DEGREES.map((name): Column => ({ name: `${name}Degree`, size: NONE + 1, after: ["step"] })),
    { name: "nextDegree", size: NONE + 1, after: ["pitch"] },
  ],
  listen: () => listening(new Float64Array(12), new Float64Array(12), 0),
};

function listening(long: Float64Array, short: Float64Array, key: number): NoteFeatureListener {
  return {
    hear(past) {
      const at = past.length - 1, pitch = past.pitches[at], before = past.pitches[Math.max(0, at - 1)];
      for (let i = 0; i < 12; i++) {
        long[i] *= LONG;
        short[i] *= SHORT;
      }
      long[pitch % 12]++;
      short[pitch % 12]++;
      const fits = PROFILES.map((profile) => profile.reduce((sum, weight, i) => sum + weight * long[i], 0));
      key = fits.indexOf(Math.max(...fits));
      const tonic = key % 12, minor = key < 12 ? 0 : 12;
      return {
        tonic,
        degree: (pitch - tonic + 12) % 12 + minor,
        degreeBefore: (before - tonic + 12) % 12 + minor,
        scale: [long, short].flatMap((histogram) => {
          const all = histogram.reduce((a, b) => a + b);
          return Array.from(histogram, (_, i) => SCALE * histogram[(i + tonic) % 12] / all);
        }),
      };
    },
    know(past, { step, pitch }) {
      // Before the first note there is no key.
      const degreeOf = (pitch: number) => past.length === 0 ? NONE : (pitch - key % 12 + 12) % 12;
      const next: Values = pitch === undefined ? {} : { nextDegree: degreeOf(pitch) };
      if (step === undefined) return next;
      const { ended, around, place } = past.meet(step);
      const pitches = {
        ended: past.pitches[ended[0]],
        place: past.pitches[place],
        low: around.length > 0 ? Math.min(...around) : undefined,
      };
      const degrees = DEGREES.map((name) => {
        const pitch = pitches[name];
        return [`${name}Degree`, pitch === undefined ? NONE : degreeOf(pitch)];
      });
      return { ...next, ...Object.fromEntries(degrees) };
    },
    fork: () => listening(long.slice(), short.slice(), key),
  };
}
