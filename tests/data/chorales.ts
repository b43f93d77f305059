/** The parts, from the top. */
export const VOICES = ["Soprano", "Alto", "Tenor", "Bass"] as const;
/** One of them. */
export type Voice = typeof VOICES[number];

/** A bar of one voice that differs from the reference reading, and why. */
export interface Difference {
  /** 0 is the upbeat. */
  bar: number;
  voice: Voice;
  /** What stands in our text alone: beat, pitch, duration in quarter notes, fermata. */
  typed: string;
  /** What stands in the reference alone. */
  reading: string;
  /** Why it differs, and why we keep ours. */
  because: string;
}

/** What a chorale of the sample must have. */
export interface Chorale {
  /** Its number in Breitkopf's edition of 1784-1787, which is Riemenschneider's; the reference files have it too. */
  number: number;
  bars: number;
  /** Notes per voice, ties joined, soprano first; `played` with the repeat. */
  notes: number[];
  played: number[];
  /** Lowest and highest MIDI number of each voice. */
  ranges: [number, number][];
  /** Phrases, each ending with a fermata in all four voices. */
  phrases: number;
  /** The bass's last note. */
  final: number;
  /** Where the upper of two neighbouring voices lies below the lower, as in the reference: bar.beat. */
  crossings: string[];
  differences: Difference[];
}

/** The chorales of the sample, by file. */
export const CHORALES: Record<string, Chorale> = {
  "bwv269-chorale.krn": {
    number: 1,
    bars: 21,
    notes: [46, 58, 59, 60],
    played: [62, 77, 81, 80],
    ranges: [[67, 74], [59, 69], [54, 64], [42, 55]],
    phrases: 6,
    final: 43,
    crossings: [],
    differences: [],
  },
  "bwv227-1-chorale.krn": {
    number: 263,
    bars: 13,
    notes: [41, 47, 52, 50],
    played: [59, 70, 76, 74],
    ranges: [[64, 79], [59, 71], [54, 69], [43, 60]],
    phrases: 6,
    final: 52,
    crossings: ["Alto under Tenor 11.4.5", "Alto under Tenor 12.1"],
    differences: [],
  },
  "bwv244-46-chorale.krn": {
    number: 105,
    bars: 11,
    notes: [43, 48, 46, 49],
    played: [43, 48, 46, 49],
    ranges: [[66, 79], [59, 73], [52, 67], [47, 62]],
    phrases: 4,
    final: 47,
    crossings: ["Alto under Tenor 2.1"],
    differences: [],
  },
  "bwv248-5-chorale.krn": {
    number: 345,
    bars: 12,
    notes: [45, 58, 60, 56],
    played: [60, 78, 78, 74],
    ranges: [[62, 74], [53, 69], [53, 65], [36, 57]],
    phrases: 6,
    final: 40,
    crossings: [
      "Soprano under Alto 10.4",
      "Soprano under Alto 10.4.5",
      "Alto under Tenor 7.2",
      "Alto under Tenor 7.2.5",
      "Alto under Tenor 7.3",
      "Alto under Tenor 7.3.5",
      "Alto under Tenor 7.4",
      "Alto under Tenor 11.3",
      "Alto under Tenor 11.3.5",
    ],
    differences: [],
  },
  "bwv368-chorale.krn": {
    number: 143,
    bars: 32,
    notes: [65, 75, 78, 94],
    played: [65, 75, 78, 94],
    ranges: [[62, 74], [57, 67], [52, 64], [36, 58]],
    phrases: 8,
    final: 41,
    crossings: ["Soprano under Alto 15.2.5", "Alto under Tenor 12.1"],
    differences: [{
      bar: 31,
      voice: "Soprano",
      typed: "1 F4 for 6 with fermata",
      reading: "1 F4 for 6",
      because:
        "the fermata stands over the second of the two tied notes, and the reference keeps the first's signs only",
    }],
  },
};
