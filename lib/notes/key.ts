import { checkArgument, checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import type { DataFrame } from "nodejs-polars";
import type { Score } from "../score/mod.ts";
import { drumColumn, pitchColumn, secondsColumn } from "./columns.ts";

/**
 * How strongly each degree of a key is expected, from the tonic up in
 * semitones.
 */
export interface KeyProfile {
  /** The twelve weights of a major key. */
  major: readonly number[];
  /** The twelve weights of a minor key. */
  minor: readonly number[];
}

/** Names of the profiles that {@linkcode findKey} can use. */
export type KeyProfileName = "krumhansl-schmuckler" | "aarden-essen" | "bellman-budge" | "temperley-kostka-payne";

/**
 * The profiles, with the weights that music21 10.5 has.
 *
 * - `krumhansl-schmuckler`: listeners' ratings of probe tones (Krumhansl and
 *   Kessler 1982), in the algorithm of Krumhansl, "Cognitive Foundations of Musical Pitch" (1990).
 * - `aarden-essen`: how often each degree occurs in the Essen folk songs (Aarden 2003).
 * - `bellman-budge`: in the chords of common-practice harmony (Budge 1943, Bellman 2005).
 * - `temperley-kostka-payne`: in Kostka and Payne's harmony workbook (Temperley, "Music and Probability", 2007).
 */
export const KEY_PROFILES: Readonly<Record<KeyProfileName, KeyProfile>> = {
  "krumhansl-schmuckler": {
    major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
    minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
  },
  "aarden-essen": {
    major: [
      17.7661,
      0.145624,
      14.9265,
      0.160186,
      19.8049,
      11.3587,
      0.291248,
      22.062,
      0.145624,
      8.15494,
      0.232998,
      4.95122,
    ],
    minor: [
      18.2648,
      0.737619,
      14.0499,
      16.8599,
      0.702494,
      14.4362,
      0.702494,
      18.6161,
      4.56621,
      1.93186,
      7.37619,
      1.75623,
    ],
  },
  "bellman-budge": {
    major: [16.8, 0.86, 12.95, 1.41, 13.49, 11.93, 1.25, 20.28, 1.8, 8.04, 0.62, 10.57],
    minor: [18.16, 0.69, 12.99, 13.34, 1.07, 11.15, 1.38, 21.07, 7.49, 1.53, 0.92, 10.21],
  },
  "temperley-kostka-payne": {
    major: [0.748, 0.06, 0.488, 0.082, 0.67, 0.46, 0.096, 0.715, 0.104, 0.366, 0.057, 0.4],
    minor: [0.712, 0.084, 0.474, 0.618, 0.049, 0.46, 0.105, 0.747, 0.404, 0.067, 0.133, 0.33],
  },
};

/** A key, and how well every key fits. */
export interface Key {
  /** Pitch class of the tonic, 0 to 11; 0 is C. */
  tonic: number;
  /** Major or minor. */
  mode: "major" | "minor";
  /** In words, as it is usually spelled: `"B♭ major"`. */
  name: string;
  /** Pearson's correlation of histogram and profile, -1 to 1; 0 where no key can be told from the histogram. */
  correlation: number;
  /** The correlations of all 24 keys, by tonic. */
  all: { major: number[]; minor: number[] };
}

/** Options for {@linkcode findKey}. */
export interface FindKeyOptions {
  /**
   * Which profile the histogram is compared with.
   *
   * @default "krumhansl-schmuckler"
   */
  profile?: KeyProfileName;
}

/** What tonic and mode of a key must be. */
export const KEY_KINDS: Kinds<Pick<Key, "tonic" | "mode">> = Object.freeze({
  tonic: kinds.integer({ from: 0, to: 11 }),
  mode: kinds.oneOf("major", "minor"),
});

/** What a profile must be. */
export const PROFILE: Kind<KeyProfileName> = kinds.oneOf(...Object.keys(KEY_PROFILES) as KeyProfileName[]);

const NAMES = {
  major: ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"],
  minor: ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B"],
};

/**
 * A key in words, as it is usually spelled: `"B♭ major"`, `"C♯ minor"`.
 *
 * @param tonic Its pitch class, 0 to 11; 0 is C.
 * @param mode Major or minor.
 * @throws {RangeError} If the tonic is not a pitch class.
 */
export function keyName(tonic: number, mode: Key["mode"]): string {
  checkArgument("name a key", "tonic", tonic, KEY_KINDS.tonic);
  checkArgument("name a key", "mode", mode, KEY_KINDS.mode);
  return `${NAMES[mode][tonic]} ${mode}`;
}

/**
 * For how many seconds each pitch class sounds: every note but those of drums
 * adds its duration to its class, 0 for C to 11 for B.
 *
 * @param music A score, or a table of notes.
 * @throws {TypeError} If a table has no numeric columns `pitch` and `duration`.
 * @throws {RangeError} If a value in them is missing or out of range.
 */
export function pitchClassHistogram(music: Score | DataFrame): Float64Array {
  const histogram = new Float64Array(12);
  if ("parts" in music) {
    for (const part of (music as Score).parts) {
      if (part.drum) continue;
      for (const { pitch, start, end } of part.notes) histogram[pitch % 12] += end - start;
    }
  } else {
    const duration = secondsColumn(music, "duration");
    const drum = drumColumn(music);
    pitchColumn(music).forEach((pitch, row) => histogram[pitch % 12] += drum[row] ? 0 : duration[row]);
  }
  return histogram;
}

/**
 * Finds the key: the one whose profile, with its first weight on the tonic,
 * correlates best with how long each pitch class sounds (Krumhansl 1990).
 *
 * Of keys that fit equally well (within 1e-12, so that rounding does not
 * decide) the one with the lower tonic wins, and major before minor. A
 * histogram without variance, such as that of silence, correlates with
 * nothing: all correlations are 0.
 *
 * @param music Twelve weights from C up, or a score, or a table of notes.
 * @param options The profile.
 * @throws {TypeError} If the profile has another name.
 * @throws {RangeError} If a histogram does not have twelve weights, or one is negative, NaN or infinite.
 */
export function findKey(music: ArrayLike<number> | Score | DataFrame, options: FindKeyOptions = {}): Key {
  const { profile = "krumhansl-schmuckler" } = checkOptions("find a key", options, { profile: optional(PROFILE) });
  const histogram = isHistogram(music) ? Array.from(music) : Array.from(pitchClassHistogram(music));
  if (histogram.length !== 12) {
    throw new RangeError(`Cannot find a key: a histogram has 12 pitch classes, got ${histogram.length}`);
  }
  const wrong = histogram.findIndex((weight) => !Number.isFinite(weight) || weight < 0);
  if (wrong >= 0) {
    throw new RangeError(`Cannot find a key: pitch class ${wrong} must weigh 0 or more, got ${histogram[wrong]}`);
  }
  const { major, minor } = KEY_PROFILES[profile];
  const all = { major: correlations(histogram, major), minor: correlations(histogram, minor) };
  const best = Math.max(...all.major, ...all.minor) - 1e-12;
  const tonic = all.major.findIndex((_, i) => Math.max(all.major[i], all.minor[i]) >= best);
  const mode = all.major[tonic] >= best ? "major" : "minor";
  return { tonic, mode, name: keyName(tonic, mode), correlation: all[mode][tonic], all };
}

function isHistogram(music: ArrayLike<number> | Score | DataFrame): music is ArrayLike<number> {
  return Array.isArray(music) || ArrayBuffer.isView(music);
}

function correlations(histogram: number[], profile: readonly number[]): number[] {
  // Compared, not computed: the variance of twelve equal weights may come out as 1e-33.
  if (histogram.every((weight) => weight === histogram[0])) return histogram.map(() => 0);
  const x = centred(histogram);
  const y = centred(profile);
  const scale = Math.hypot(...x) * Math.hypot(...y);
  return histogram.map((_, tonic) => {
    return x.reduce((sum, value, i) => sum + value * y[(i - tonic + 12) % 12], 0) / scale;
  });
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
