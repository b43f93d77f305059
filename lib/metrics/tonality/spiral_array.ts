import { checkArgument, type Kind, kinds } from "../../options/mod.ts";
import type { Key } from "../../notes/mod.ts";

/** A point in the space of the spiral array; one radius is the unit. */
export type SpiralPoint = readonly [x: number, y: number, z: number];

/** How far the spiral rises with each fifth, in radii: 0.4, midi-miner's default, within Chew's bounds of √(2/15) and √(1/5). */
export const RISE = 0.4;

/** Shares of root, fifth and third in a triad, and of tonic, dominant and subdominant in a key: Chew's, as midi-miner has them. */
const SHARES = [0.536, 0.274, 0.19] as const;

/** How much of a minor key's dominant is major, and of its subdominant minor: Chew's, as midi-miner has it. */
const PREFERRED = 0.75;

/**
 * Where a pitch stands on the spiral array: `P(k) = (sin kπ/2, cos kπ/2, 0.4 k)`, a quarter turn further and a step
 * higher with each fifth (Chew, "Towards a Mathematical Model of Tonality", 2000).
 *
 * @param fifths Fifths above C: 0 is C, 1 is G, -1 is F, -3 is E♭.
 * @throws {RangeError} If `fifths` is not an integer.
 */
export function spiralPosition(fifths: number): SpiralPoint {
  checkArgument("place a pitch on the spiral", "fifths", fifths, kinds.integer());
  const quarterTurns = ((fifths % 4) + 4) % 4;
  return [[0, 1, 0, -1][quarterTurns], [1, 0, -1, 0][quarterTurns], RISE * fifths];
}

/**
 * The centre of a triad on the spiral array: its root, fifth and third, weighed 0.536, 0.274 and 0.19.
 *
 * @param fifths Its root, in fifths above C.
 * @param mode Major or minor.
 * @throws {RangeError} If `fifths` is not an integer.
 */
export function triadPosition(fifths: number, mode: Key["mode"]): SpiralPoint {
  const third = mode === "major" ? fifths + 4 : fifths - 3;
  return weighed(SHARES, [fifths, fifths + 1, third].map(spiralPosition));
}

/**
 * The centre of a key on the spiral array: its tonic, dominant and subdominant triads, weighed 0.536, 0.274 and 0.19.
 * Three quarters of a minor key's dominant are major, and of its subdominant minor.
 *
 * @param fifths Its tonic, in fifths above C.
 * @param mode Major or minor.
 * @throws {RangeError} If `fifths` is not an integer.
 */
export function keyPosition(fifths: number, mode: Key["mode"]): SpiralPoint {
  const triads = (
    root: number,
  ) => [triadPosition(root, mode), triadPosition(root, mode === "major" ? "minor" : "major")];
  const mixed = (root: number, own: number) => weighed([own, 1 - own], triads(root));
  const [dominant, subdominant] = mode === "major" ? [1, 1] : [1 - PREFERRED, PREFERRED];
  return weighed(SHARES, [
    triadPosition(fifths, mode),
    mixed(fifths + 1, dominant),
    mixed(fifths - 1, subdominant),
  ]);
}

/**
 * How pitches are spelled around a key, moved to C major or A minor.
 *
 * - `midi-miner`: as one of D♭, A♭, E♭, B♭, F, C, G, D, A, E, B and G♭, in major and in minor. The raised fourth of a
 *   major key is spelled as a flat, and so are the leading tone and the raised sixth of a minor one: twelve fifths from
 *   where they belong. A dominant chord in minor has a diameter of 3.87 for that, twice that of the same chord in major.
 * - `chromatic`: from five fifths below the tonic to six above, as textbooks write the chromatic scale: D♭ to F♯ around
 *   C major, B♭ to D♯ around A minor. A dominant chord is as wide in minor as in major.
 */
export type Spelling = "midi-miner" | "chromatic";

/** What an option of that type must be. */
export const SPELLING: Kind<Spelling> = kinds.oneOf("midi-miner", "chromatic");

/**
 * Spells a pitch as a number of fifths above C, with the key moved to C major or A minor: the tonic is 0 in major, and 3
 * in minor.
 *
 * @param pitch MIDI number.
 * @param key The key that the music is in.
 * @param spelling See {@linkcode Spelling}.
 * @throws {RangeError} If the pitch or the tonic is not an integer.
 * @throws {TypeError} If the spelling has another name.
 */
export function spellInKey(
  pitch: number,
  key: Pick<Key, "tonic" | "mode">,
  spelling: Spelling = "midi-miner",
): number {
  if (!Number.isInteger(pitch) || !Number.isInteger(key.tonic)) {
    throw new RangeError(`Cannot spell pitch ${pitch} with the tonic ${key.tonic}: both must be integers`);
  }
  checkArgument("spell", "spelling", spelling, SPELLING);
  const tonic = key.mode === "major" ? 0 : 3;
  // A semitone up is seven fifths up, but for octaves.
  const fifths = tonic + 7 * (pitch - key.tonic);
  return within(fifths, spelling === "midi-miner" ? -6 : tonic - 5);
}

/** The same pitch class as one of the twelve fifths from `lowest` up. */
function within(fifths: number, lowest: number): number {
  return ((((fifths - lowest) % 12) + 12) % 12) + lowest;
}

/**
 * The centre of effect of a cloud of pitches: the mean of their positions, each counted as often as it is given.
 *
 * @param fifths Pitches, in fifths above C.
 * @returns The origin where there is no pitch.
 * @throws {RangeError} If a pitch is not an integer.
 */
export function centreOfEffect(fifths: readonly number[]): SpiralPoint {
  return meanPoint(fifths.map(spiralPosition));
}

/** The mean of points; the origin where there is none. */
export function meanPoint(points: readonly SpiralPoint[]): SpiralPoint {
  return weighed(points.map(() => 1 / points.length), points);
}

/** The distance of two points, in radii. */
export function distance(a: SpiralPoint, b: SpiralPoint): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function weighed(weights: readonly number[], points: readonly SpiralPoint[]): SpiralPoint {
  let [x, y, z] = [0, 0, 0];
  points.forEach((point, i) => {
    x += weights[i] * point[0];
    y += weights[i] * point[1];
    z += weights[i] * point[2];
  });
  return [x, y, z];
}
