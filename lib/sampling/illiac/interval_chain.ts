import { drawWeighted } from "../../heads/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import type { Prng } from "../../random/mod.ts";
import type { Score } from "../../score/mod.ts";
import { scoreOfLines, type WrittenNote } from "./written_lines.ts";

/**
 * How intervals are weighed: `harmonic` by how consonant they are, `proximity` by how near, `combined` by the sum of both.
 * Thirteen of them, from the unison to the octave, index by semitones.
 */
export const INTERVAL_WEIGHTS: Readonly<Record<"harmonic" | "proximity" | "combined", readonly number[]>> = (() => {
  // Unison, octave, fifth, fourth, thirds and sixths, seconds and sevenths, tritone.
  const consonant = [0, 12, 7, 5, 4, 8, 3, 9, 2, 10, 1, 11, 6];
  const harmonic = consonant.map((_, semitones) => 13 - consonant.indexOf(semitones));
  const proximity = consonant.map((_, semitones) => 13 - semitones);
  return Object.freeze({
    harmonic: Object.freeze(harmonic),
    proximity: Object.freeze(proximity),
    combined: Object.freeze(harmonic.map((weight, semitones) => weight + proximity[semitones])),
  });
})();

/** Options of {@linkcode intervalChain}. */
export interface IntervalChainOptions {
  /** Draws the intervals: the same state gives the same music. */
  prng: Prng;
  /**
   * Bars of 6/8, all in eighth notes.
   *
   * @default 12
   */
  bars?: number;
  /**
   * How intervals are weighed.
   *
   * @default "combined"
   */
  weights?: keyof typeof INTERVAL_WEIGHTS;
  /**
   * What an interval depends on: in a chain of order `"zeroth"` on nothing before; of `"first"` on the interval before, so that
   * a note goes well with the last two; of `"ith"` notes on the two beats of a bar are drawn from the first note of the
   * voice, wherever the melody has gone, and those between from the last one.
   *
   * @default "first"
   */
  order?: "zeroth" | "first" | "ith";
  /**
   * Whether the chain begins with the likeliest interval alone and is given one more after each two bars.
   *
   * @default false
   */
  growing?: boolean;
}

/** What {@linkcode intervalChain} wrote. */
export interface IntervalChain {
  /** Four strings, in 6/8. */
  readonly score: Score;
  /** How often each interval was drawn, from unison to octave, all voices together. */
  readonly drawn: readonly number[];
}

/** The first note of each string, from the top, and what it may span on either side. */
const FIRST = [72, 67, 60, 48];
const REACH = 12;

/**
 * Music by Markov chains, as in the fourth experiment of the Illiac Suite: each note lies an interval above or below
 * another one, the interval drawn by fixed weights. No rule rejects anything; style is in the weights alone. Where a
 * voice would go more than an octave from where it began, the interval is taken the other way.
 *
 * Hiller and Isaacson, "Experimental Music" (1959), chapter 5: a harmonic function, which orders thirteen intervals by
 * consonance, a proximity function, which orders them by size, and their sum; chains of zeroth, first and ith order;
 * weights of 13 to 1. We do not have the book's tables at hand: its order of intervals is from memory, and its
 * chain of first order may have transitions of its own, where here the weight of an interval is multiplied by that of
 * the interval which it makes with the note before the last.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seeded } from "../../random/mod.ts";
 * import { intervalChain } from "../mod.ts";
 *
 * const { score } = intervalChain({ bars: 2, prng: seeded(1) });
 * assertEquals(score.parts.map(({ notes }) => notes.length), [12, 12, 12, 12]);
 * ```
 *
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range.
 */
export function intervalChain(options: IntervalChainOptions): IntervalChain {
  const { prng, bars = 12, weights = "combined", order = "first", growing = false } = checkOptions(
    "write by intervals",
    options,
    {
      prng: kinds.prng as Kind<Prng>,
      bars: optional(kinds.positiveInteger),
      weights: optional(kinds.oneOf("harmonic", "proximity", "combined")),
      order: optional(kinds.oneOf("zeroth", "first", "ith")),
      growing: optional(kinds.boolean),
    },
  );
  const drawn = Array<number>(13).fill(0);
  const lines = FIRST.map((first): WrittenNote[] => {
    const pitches = [first];
    for (let i = 1; i < 6 * bars; i++) {
      const now = growing ? begun(INTERVAL_WEIGHTS[weights], Math.floor(i / 12) + 1) : INTERVAL_WEIGHTS[weights];
      const from = order === "ith" && i % 3 === 0 ? first : pitches[i - 1];
      const ways = [-1, 1].flatMap((way) =>
        now.map((weight, interval) => ({ weight, interval, pitch: from + way * interval }))
      ).filter(({ pitch }) => Math.abs(pitch - first) <= REACH);
      const weighed = Float64Array.from(
        ways,
        ({ weight, pitch }) => order === "first" && i > 1 ? weight * now[intervalOf(pitch - pitches[i - 2])] : weight,
      );
      // A chain that has only just begun may know no interval that goes well with both.
      const known = weighed.some((weight) => weight > 0) ? weighed : Float64Array.from(ways, ({ weight }) => weight);
      const { pitch, interval } = ways[drawWeighted(known, prng)];
      drawn[interval]++;
      pitches.push(pitch);
    }
    return pitches.map((pitch) => ({ pitch, quarters: 0.5 }));
  });
  return { score: scoreOfLines(lines, { numerator: 6, denominator: 8 }), drawn };
}

/** The weights of a chain that knows so many intervals: the last has 1, the one before it 2, and so on. */
function begun(weights: readonly number[], known: number): readonly number[] {
  const ranks = [...weights.keys()].sort((a, b) => weights[b] - weights[a]);
  const now = Array<number>(weights.length).fill(0);
  for (const [rank, interval] of ranks.slice(0, known).entries()) now[interval] = Math.min(known, ranks.length) - rank;
  return now;
}

/** Within an octave; the octave itself stays one. */
function intervalOf(semitones: number): number {
  const size = Math.abs(semitones);
  return size > 12 ? size % 12 : size;
}
