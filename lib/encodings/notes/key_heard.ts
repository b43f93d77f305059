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
  listen: () => listening(new KeyFound(), new Float64Array(12)),
};

/** The key of the pitches heard so far. */
export class KeyFound {
  /** How often each pitch class was heard; what was heard 50 notes ago counts a third. */
  readonly heard: Float64Array;
  /** Pitch class of the tonic. */
  tonic = 0;
  /** Whether it is minor. */
  isMinor = false;

  /** A key of what was `heard`, how often each pitch class. */
  constructor(heard: Float64Array = new Float64Array(12)) {
    this.heard = heard;
  }

  /** Whether anything has been heard. */
  get isFound(): boolean {
    return this.heard.some((weight) => weight > 0);
  }

  /** Hears a pitch, or several at once. */
  hear(...pitches: readonly number[]): void {
    for (let i = 0; i < 12; i++) this.heard[i] *= LONG;
    for (const pitch of pitches) this.heard[pitch % 12]++;
    const fits = PROFILES.map((profile) => profile.reduce((sum, weight, i) => sum + weight * this.heard[i], 0));
    const key = fits.indexOf(Math.max(...fits));
    [this.tonic, this.isMinor] = [key % 12, key >= 12];
  }

  /** The same once more. */
  fork(): KeyFound {
    return Object.assign(new KeyFound(this.heard.slice()), { tonic: this.tonic, isMinor: this.isMinor });
  }
}

function listening(found: KeyFound, short: Float64Array): NoteFeatureListener {
  return {
    hear(past) {
      const at = past.length - 1, pitch = past.pitches[at], before = past.pitches[Math.max(0, at - 1)];
      found.hear(pitch);
      for (let i = 0; i < 12; i++) short[i] *= SHORT;
      short[pitch % 12]++;
      const { tonic } = found, minor = found.isMinor ? 12 : 0;
      return {
        tonic,
        degree: (pitch - tonic + 12) % 12 + minor,
        degreeBefore: (before - tonic + 12) % 12 + minor,
        scale: [found.heard, short].flatMap((histogram) => {
          const all = histogram.reduce((a, b) => a + b);
          return Array.from(histogram, (_, i) => SCALE * histogram[(i + tonic) % 12] / all);
        }),
      };
    },
    know(past, { step, pitch }) {
      // Before the first note there is no key.
      const degreeOf = (pitch: number) => past.length === 0 ? NONE : (pitch - found.tonic + 12) % 12;
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
    fork: () => listening(found.fork(), short.slice()),
  };
}
