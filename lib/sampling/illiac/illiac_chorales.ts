import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import type { Prng } from "../../random/mod.ts";
import type { Chorale } from "../../score/mod.ts";
import { strictCounterpoint } from "./strict_counterpoint.ts";

/** Options of {@linkcode illiacChorales}. */
export interface IlliacChoralesOptions {
  /** Draws the notes: the same state gives the same pieces. */
  prng: Prng;
  /**
   * How many pieces.
   *
   * @default 50
   */
  count?: number;
  /**
   * Phrases of a piece, each a piece of counterpoint of its own.
   *
   * @default 6
   */
  phrases?: number;
  /**
   * Chords of a phrase, at least 3.
   *
   * @default 10
   */
  chords?: number;
}

/** Sixteenths of a chord. */
const QUARTER = 4;

/**
 * Pieces of the second experiment of the Illiac Suite on the grid of the chorales, to be measured beside them: phrases of
 * strict counterpoint in four voices, each chord a quarter note long, with a fermata over the last of each phrase. By
 * default they have 240 sixteenths; the JSB chorales have 242 on average.
 *
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range.
 */
export function illiacChorales(options: IlliacChoralesOptions): Chorale[] {
  const { prng, count = 50, phrases = 6, chords = 10 } = checkOptions("write pieces of counterpoint", options, {
    prng: kinds.prng as Kind<Prng>,
    count: optional(kinds.positiveInteger),
    phrases: optional(kinds.positiveInteger),
    chords: optional(kinds.integer({ from: 3 })),
  });
  return Array.from({ length: count }, (_, i): Chorale => {
    const written = Array.from({ length: phrases }, () => strictCounterpoint({ prng, length: chords }).frames).flat();
    const sixteenths = written.flatMap((chord, t) =>
      Array.from({ length: QUARTER }, (_, part) => ({ chord, t, part }))
    );
    return {
      name: `illiac/${String(i).padStart(3, "0")}`,
      frames: sixteenths.map(({ chord }) => chord),
      struck: sixteenths.map(({ chord, part }) => chord.map(() => part === 0)),
      notation: {
        fermata: sixteenths.map(({ t }) => t % chords === chords - 1),
        place: sixteenths.map((_, s) => s % 16),
        bar: sixteenths.map(() => 16),
        fifths: sixteenths.map(() => 0),
        minor: sixteenths.map(() => false),
      },
    };
  });
}
