import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import type { Prng } from "../../random/mod.ts";
import { type Frame, isBlackKey } from "../../score/mod.ts";
import { EXPERIMENT_TWO, type StrictRule } from "./strict_rules.ts";

/** Options of {@linkcode strictCounterpoint}. */
export interface StrictCounterpointOptions {
  /** Draws the notes: the same state gives the same music. */
  prng: Prng;
  /**
   * How many voices; 1 is a cantus firmus.
   *
   * @default 4
   */
  voices?: 1 | 2 | 4;
  /**
   * Chords, or notes of a cantus firmus; the suite's have 3 to 12.
   *
   * @default 12
   */
  length?: number;
  /**
   * What a note has to keep to, in the order in which it is asked.
   *
   * @default EXPERIMENT_TWO
   */
  rules?: readonly StrictRule[];
  /**
   * Draws for one note before everything is erased and begun anew.
   *
   * @default 50
   */
  tries?: number;
}

/** What {@linkcode strictCounterpoint} wrote, and what that took. */
export interface StrictCounterpoint {
  /** Its chords, voices from the top. */
  readonly frames: readonly Frame[];
  /** Notes that were drawn in all. */
  readonly draws: number;
  /** How often all was erased. */
  readonly beginnings: number;
  /** Of each rule, how many notes it rejected: each counts for the first rule that it breaks. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** Two octaves of white notes for each voice, from the top: how far the book's reached is not known to us. */
const COMPASSES: Readonly<Record<1 | 2 | 4, readonly (readonly [lowest: number, highest: number])[]>> = {
  1: [[48, 72]],
  2: [[60, 84], [48, 72]],
  4: [[60, 84], [53, 77], [48, 72], [36, 60]],
};

/** Draws after which rules are taken for contradictory: some minutes. */
const MOST_DRAWS = 100_000_000;

/**
 * Writes counterpoint in the first species, note against note, as the computer ILLIAC wrote the first two movements of
 * its suite: draws a white note, asks one rule after the other, takes it or draws another; after 50 in vain
 * everything is erased and begun anew. Nobody chooses the better of two notes: what passes stands.
 *
 * The chords are written one after the other, each from its lowest voice up. Hiller and Isaacson, "Experimental Music:
 * Composition with an Electronic Computer" (1959), chapters 4 and 5; the order of voices and their compasses are ours.
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { seeded } from "../../random/mod.ts";
 * import { strictCounterpoint } from "../mod.ts";
 *
 * const { frames, draws, rejected } = strictCounterpoint({ voices: 1, length: 8, prng: seeded(42) });
 * assertEquals(frames.length, 8);
 * assert([frames[0][0], frames[7][0]].every((pitch) => pitch % 12 === 0));
 * assert(draws - 8 >= Object.values(rejected).reduce((a, b) => a + b));
 * ```
 *
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} If the rules leave nothing to write.
 */
export function strictCounterpoint(options: StrictCounterpointOptions): StrictCounterpoint {
  const { prng, voices = 4, length = 12, rules = EXPERIMENT_TWO, tries = 50 } = checkOptions(
    "write counterpoint",
    options,
    {
      prng: kinds.prng as Kind<Prng>,
      voices: optional({
        ...kinds.positiveInteger,
        words: "1, 2 or 4",
        isMeant: (count: number) => count in COMPASSES,
      } as Kind<1 | 2 | 4 | undefined>),
      length: optional(kinds.integer({ from: 3 })),
      rules: optional(kinds.list("rules", kinds.object("a rule of strict counterpoint") as Kind<StrictRule>)),
      tries: optional(kinds.positiveInteger),
    },
  );
  const whites = COMPASSES[voices].map(([lowest, highest]) =>
    Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i).filter((pitch) => !isBlackKey(pitch))
  );
  const rejected: Record<string, number> = Object.fromEntries(rules.map(({ name }) => [name, 0]));
  let draws = 0, beginnings = 1;
  const lines: number[][] = whites.map(() => []);
  /** Whether a note was found for a voice. */
  const write = (voice: number, at: number) => {
    for (let i = 0; i < tries; i++) {
      draws++;
      const pitch = whites[voice][Math.floor(prng() * whites[voice].length)];
      const broken = rules.find(({ breaks }) => breaks({ lines, voice, at, length, pitch }));
      if (!broken) {
        lines[voice].push(pitch);
        return true;
      }
      rejected[broken.name]++;
    }
    return false;
  };
  for (let at = 0; at < length;) {
    const chord = lines.every((_, i) => write(voices - 1 - i, at));
    if (chord) {
      at++;
      continue;
    }
    if (draws > MOST_DRAWS) {
      throw new Error(`Cannot write counterpoint: ${draws} notes were drawn, and the rules rejected too many`);
    }
    for (const line of lines) line.length = 0;
    beginnings++;
    at = 0;
  }
  return { frames: lines[0].map((_, at) => lines.map((line) => line[at])), draws, beginnings, rejected };
}
