import { type Chorale, REST } from "../../lib/score/mod.ts";
import { type Prng, seeded } from "../../lib/random/mod.ts";

/** Tonic, subdominant, dominant, as four voices have them. */
export const CHORDS = [[72, 67, 64, 48], [72, 69, 65, 53], [71, 67, 62, 43]];

/**
 * Chorales of three chords, a quarter note each, in notes that are struck or held: what one voice has, the others tell.
 * Bars of 4/4, a fermata on every fourth chord, no sharps.
 */
export function madeUpChorales(count: number, quarters = 8, prng: Prng = seeded(7)): Chorale[] {
  return Array.from({ length: count }, (_, piece) => {
    const chords = Array.from({ length: quarters }, () => CHORDS[Math.floor(prng() * CHORDS.length)]);
    const frames = chords.flatMap((chord) => Array.from({ length: 4 }, () => chord));
    frames[0] = [frames[0][0], REST, ...frames[0].slice(2)];
    return {
      name: `made up ${piece}`,
      frames,
      struck: frames.map((frame, t) =>
        frame.map((pitch, voice) => pitch !== REST && (t % 4 === 0 || (t === 1 && voice === 1)))
      ),
      notation: {
        fermata: frames.map((_, t) => Math.floor(t / 4) % 4 === 3),
        place: frames.map((_, t) => t % 16),
        bar: frames.map(() => 16),
        fifths: frames.map(() => 0),
      },
    };
  });
}

/** The pitches of {@linkcode madeUpChorales}. */
export const MADE_UP_RANGE = { lowest: 40, highest: 76 };
