/** A bar in which the text we typed and the reading of the same movement in the corpus differ, and why. */
export interface Difference {
  /** The bar as played: a repeat counts on. */
  bar: number;
  /** The voice, by the name of the part. */
  voice: string;
  /**
   * What stands in our text alone: onset, in quarter notes from the barline, and pitch; with `for`, the note stands in
   * both, and the duration in quarter notes is what differs.
   */
  typed: string;
  /** What stands in the reading alone. */
  reading: string;
  /** Why it differs, and why we keep ours. */
  because: string;
}

/** One shake of a thirty-second a note, from `first` on. */
const shake = (notes: number, lower: string, upper: string) =>
  Array.from({ length: notes }, (_, i) => `${i / 8} ${i % 2 ? upper : lower}`).join(", ");

/** The bars of one voice; the explanation comes last, as it does to the reader. */
const inVoice = (voice: string, bars: [bar: number, typed: string, reading: string, because: string][]): Difference[] =>
  bars.map(([bar, typed, reading, because]) => ({ bar, voice, typed, reading, because }));

const MORDENT = "the file writes out the ornament on this note";
const TRILL = "the file writes out the trill, which we write as a trill sign over one tied note";
const RELEASE = "the file lets the last note ring on after the bar";
const TIE = "the file leaves out the sixteenth that the note is tied to; we tie as in the same figure elsewhere";
const ROLLED = "the chord is an arpeggio: the file breaks it, we write one chord";
const DETACHED = "the file plays these quarters a little short";
const OVERLAP = "the file overlaps the bass of this one bar, a player's touch";
const APPOGGIATURA = "the file writes out a trill or an appoggiatura on this note";

/** Every difference, by file, in the order of the voices, then of the bars. */
export const DIFFERENCES: Record<string, Difference[]> = {
  "bwv772-invention.krn": [
    ...inVoice("Right hand", [
      [1, "3 B4 for 0.5", "3 B4 for 0.125, 3.125 A4, 3.25 B4", MORDENT],
      [2, "3 F5 for 0.5", "3 F5 for 0.125, 3.125 E5, 3.25 F5", MORDENT],
      [5, "1 C5 for 0.75", "1 C5 for 0.125, 1.125 B4, 1.25 C5", MORDENT],
      [6, "3 B4 for 0.5", "3 B4 for 0.125, 3.125 C5, 3.25 B4", MORDENT],
      [12, "3 D5 for 1.25", "3 D5 for 1", `${TIE} (bars 4-5)`],
      [14, "3 C5 for 0.5", "3 C5 for 0.125, 3.125 D5, 3.25 C5", MORDENT],
      [16, "2 F5 for 2.25", "2 F5 for 2", `${TIE} (bars 15-16, 17-18)`],
      [20, "3 E5 for 0.5", "3 E5 for 0.125, 3.125 F5, 3.25 E5", MORDENT],
    ]),
    ...inVoice("Left hand", [
      [
        13,
        "1 D4 for 0.75, 1.75 E4",
        "1 D4 for 0.125, 1.125 C4, 1.25 D4",
        `${MORDENT}; the E that follows meets that of the right hand, and the file plays the unison once`,
      ],
    ]),
  ],
  "bwv775-invention.krn": [
    ...inVoice("Right hand", [
      [
        4,
        "0.5 C#5",
        "0.5 Bb4",
        "another reading or an error of the file: our source has the C sharp, as the left hand has it in bars 6 and 45",
      ],
      [17, "0.5 G4 for 0.75", "0.5 G4 for 0.125, 0.625 A4, 0.75 G4", MORDENT],
      [19, "0 C5 for 4.75", `0 C5 for 0.125, ${shake(12, "C5", "D5").slice(6)}`, TRILL],
      [20, "", shake(12, "C5", "D5"), TRILL],
      [21, "", shake(12, "C5", "D5"), TRILL],
      [22, "", shake(1, "C5", "D5"), TRILL],
      [37, "0.5 B4 for 0.75", "0.5 B4 for 0.125, 0.625 C5, 0.75 B4", MORDENT],
      [52, "0 D4 for 1.5", "0 D4 for 3", RELEASE],
    ]),
    ...inVoice("Left hand", [
      [29, "0 E3 for 8", `0 E3 for 0.125, ${shake(12, "E3", "F3").slice(6)}`, TRILL],
      [30, "", shake(12, "E3", "F3"), TRILL],
      [31, "", shake(12, "E3", "F3"), TRILL],
      [32, "", shake(12, "E3", "F3"), TRILL],
      [33, "", shake(12, "E3", "F3"), TRILL],
      [34, "", shake(1, "E3", "F3"), TRILL],
      [52, "0 D2 for 1.5", "0 D2 for 3", RELEASE],
    ]),
  ],
  "bwv784-invention.krn": [
    ...inVoice("Right hand", [[25, "3 A3 for 1", "3 A3 for 3", RELEASE]]),
    ...inVoice("Left hand", [
      [
        14,
        "3.5 F4",
        "3.5 F#4",
        "another reading: our source has no sharp, and the next bar has F; not settled against a facsimile",
      ],
      [25, "2 A2 for 2", "2 A2 for 4", RELEASE],
    ]),
  ],
  "bwv850-prelude.krn": [
    ...inVoice("Right hand", [
      [
        26,
        "2.5 C#5",
        "2.5 C5",
        "another reading: our source has the C sharp of the key; not settled against a facsimile",
      ],
      [32, "0.25 C#5", "0.25 C5", "an error of the file, we believe: the C sharp is the leading note over the bass A"],
      [33, "0 D4, 0 F4, 0 G#4, 0 B4, 0 D5", "0.125 D4, 0.25 F4, 0.25 G#4, 0.25 B4, 0.25 D5", ROLLED],
      [
        34,
        "0 C#4, 0 E4, 0 G4, 0 Bb4, 0 C#5, 0 E5, 0 G5, 0 Bb5, 1 D4, 1 F4, 1 G#4, 1 B4",
        "0.125 C#5, 0.125 E5, 0.25 G5, 0.25 Bb5",
        `${ROLLED}; the lower half of both chords is with the left hand in the file`,
      ],
    ]),
    ...inVoice("Left hand", [
      [
        26,
        "0 G2 for 0.5, 1 G3 for 0.5, 2 B2 for 0.5, 3 D4 for 0.5",
        "0 G2 for 0.625, 1 G3 for 0.875, 2 B2 for 0.75, 3 D4 for 0.75",
        OVERLAP,
      ],
      [33, "0 F3, 0 G#3, 0 B3", "0.125 F3, 0.125 G#3, 0.125 B3", ROLLED],
      [
        34,
        "",
        "0 C#4, 0.125 E4, 0.125 G4, 0.125 Bb4, 1 D4, 1 F4, 1 G#4, 1 B4",
        "the lower half of both chords, which we write in the right hand's staff as our source does",
      ],
      [35, "0 D3, 0 F#3, 0 A3", "0.125 D3, 0.125 F#3, 0.125 A3", ROLLED],
    ]),
  ],
  "bwv1007-menuet2.krn": inVoice("Violoncello", [
    ...[2, 6, 10, 14].map((bar): [number, string, string, string] => [
      bar,
      "1 A3 for 1, 2 D3 for 1",
      "1 A3 for 0.75, 2 D3 for 0.75",
      DETACHED,
    ]),
    ...[8, 16].map((bar): [number, string, string, string] => [bar, "1 F#3", "1 G3, 2 F#3", `${APPOGGIATURA} (bar 8)`]),
    ...[18, 34].map((
      bar,
    ): [number, string, string, string] => [bar, "2 G3", "2 A3, 2.5 G3", `${APPOGGIATURA} (bar 10)`]),
    ...[26, 42].map((
      bar,
    ): [number, string, string, string] => [bar, "2 Eb4", "2 D4, 2.5 Eb4", `${APPOGGIATURA} (bar 18)`]),
    ...[28, 44].map((
      bar,
    ): [number, string, string, string] => [bar, "2 D4", "2 C4, 2.5 D4", `${APPOGGIATURA} (bar 20)`]),
  ]).sort((a, b) => a.bar - b.bar),
  "bwv1007-prelude.krn": inVoice("Violoncello", [
    [
      11,
      "0.75 E3, 2.75 E3",
      "0.75 D3, 2.75 D3",
      "another reading or an error of the file: our source has d f e f in both halves; not settled against a facsimile",
    ],
    [
      42,
      "0 B3, 0 G4",
      "0.25 B3, 0.25 G4",
      "a cello breaks the chord of three notes; the file writes that out, we write one chord",
    ],
  ]),
};
