/** What plays the notes: a plucked string, or a pipe of an organ: a principal chorus, a flute, a reed. */
export type Instrument = "pluck" | "organ" | "flute" | "reed";

/** How an instrument sounds. */
export interface Sound {
  /** Seconds from silence to the full sound. */
  attack: number;
  /** Seconds from the end of a note to silence. */
  release: number;
  /** Longest that one note sounds, in seconds. */
  longest: number;
  /** Partials of the fundamental and their strengths; null for a string, which makes its own. */
  partials: readonly (readonly [partial: number, strength: number])[] | null;
}

/** Longest piece in seconds: half an hour at 22,050 samples a second takes 160 MB. */
export const LONGEST_PIECE = 1800;
/** Shortest that one note sounds, in seconds, so that generated notes without length are heard. */
export const SHORTEST_NOTE = 0.06;

/** The instruments: all that they differ in. */
export const INSTRUMENTS: Readonly<Record<Instrument, Sound>> = {
  // By then it has died away.
  pluck: { attack: 0.002, release: 0.09, longest: 8, partials: null },
  // The stops 8', 4', 2 2/3', 2', 1 1/3', 1'.
  organ: {
    attack: 0.03,
    release: 0.08,
    longest: LONGEST_PIECE,
    partials: [[1, 1], [2, 0.45], [3, 0.2], [4, 0.14], [6, 0.05], [8, 0.03]],
  },
  flute: { attack: 0.05, release: 0.08, longest: LONGEST_PIECE, partials: [[1, 1], [2, 0.12], [3, 0.06]] },
  // Half as long as its pitch, and so almost without even partials, as a Krummhorn is.
  reed: {
    attack: 0.02,
    release: 0.06,
    longest: LONGEST_PIECE,
    partials: [[1, 1], [2, 0.04], [3, 0.7], [5, 0.45], [7, 0.3], [9, 0.2], [11, 0.1]],
  },
};
