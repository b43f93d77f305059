import type { Key } from "../../notes/mod.ts";
import {
  centreOfEffect,
  distance,
  keyPosition,
  meanPoint,
  type Spelling,
  spellInKey,
  type SpiralPoint,
  spiralPosition,
} from "./spiral_array.ts";

/**
 * The cloud diameter: the largest distance between two pitches of a cloud on the spiral array, in radii. A consonant
 * chord is small, a dissonant one large; from 0 (fewer than two pitches) upwards (Herremans and Chew, "Tension ribbons:
 * Quantifying and visualising tonal tension", 2016).
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { cloudDiameter } from "../mod.ts";
 *
 * assertAlmostEquals(cloudDiameter([0, 1, 4]), 1.8547, 1e-4); // C, G, E
 * assertAlmostEquals(cloudDiameter([0, -6]), 3.1241, 1e-4); // C, G flat
 * ```
 *
 * @param fifths Pitches, in fifths above C.
 * @throws {RangeError} If a pitch is not an integer.
 */
export function cloudDiameter(fifths: readonly number[]): number {
  const points = [...new Set(fifths)].map(spiralPosition);
  return points.reduce((widest, a) => Math.max(widest, ...points.map((b) => distance(a, b))), 0);
}

/**
 * The cloud momentum: how far the centre of effect moves from one cloud of pitches to the next on the spiral array, in
 * radii. 0 or more (Herremans and Chew 2016).
 *
 * @param before Pitches, in fifths above C.
 * @param after The pitches that follow. The centre of no pitches is the origin.
 * @throws {RangeError} If a pitch is not an integer.
 */
export function cloudMomentum(before: readonly number[], after: readonly number[]): number {
  return distance(centreOfEffect(before), centreOfEffect(after));
}

/**
 * The tensile strain: how far the centre of effect of a cloud of pitches is from the key on the spiral array, in radii.
 * 0 or more; 0 for silence (Herremans and Chew 2016).
 *
 * @param fifths Pitches, in fifths above C.
 * @param tonic The key's tonic, in fifths above C.
 * @param mode The key's mode.
 * @throws {RangeError} If a pitch or the tonic is not an integer.
 */
export function tensileStrain(fifths: readonly number[], tonic: number, mode: Key["mode"]): number {
  return fifths.length === 0 ? 0 : distance(centreOfEffect(fifths), keyPosition(tonic, mode));
}

/** Tension of one window; all in radii of the spiral. */
export interface Tension {
  /** How wide its chords are: see {@linkcode cloudDiameter}. */
  diameter: number;
  /** How far it has moved from the window before, 0 in the first: see {@linkcode cloudMomentum}. */
  momentum: number;
  /** How far it is from the key: see {@linkcode tensileStrain}. */
  strain: number;
}

/** A window whose centre is closer than this to the origin counts as silent, in midi-miner and here. */
const SILENT = 0.1;

/**
 * Tension over windows of short slices of music, as midi-miner averages it (Guo et al., "A variational autoencoder for
 * music generation controlled by tonal tension", 2020).
 *
 * Each slice has its centre of effect, the origin where it is silent, and its diameter; a window has the means of both
 * over its slices. Momentum is the distance of its centre from that of the window before, strain the distance from
 * the key. Where the centre is less than 0.1 from the origin, the window counts as silent: diameter and strain are 0.
 *
 * Agrees with midi-miner to 1e-9, given the same slices, windows and key, and its spelling.
 *
 * @param slices The pitches (MIDI numbers) that sound in each slice; octaves count apart.
 * @param edges Where the windows begin, as indices of slices, and where the last one ends: one more than windows.
 * @param key The key of the piece.
 * @param spelling How pitches are spelled around it: see `spellInKey`.
 * @throws {RangeError} If the edges do not ascend within the slices, or a pitch is not an integer.
 * @throws {TypeError} If the spelling has another name.
 */
export function windowTension(
  slices: readonly (readonly number[])[],
  edges: readonly number[],
  key: Pick<Key, "tonic" | "mode">,
  spelling: Spelling = "midi-miner",
): Tension[] {
  edges.forEach((edge, i) => {
    if (!Number.isInteger(edge) || edge < 0 || edge > slices.length || (i > 0 && edge <= edges[i - 1])) {
      throw new RangeError(
        `Cannot measure tension: edge ${i} of the windows must be an integer above the one before, ` +
          `up to ${slices.length}, got ${edge}`,
      );
    }
  });
  const home = keyPosition(key.mode === "major" ? 0 : 3, key.mode);
  let before: SpiralPoint | undefined;
  return edges.slice(1).map((end, i) => {
    const clouds = slices.slice(edges[i], end).map((pitches) =>
      pitches.map((pitch) => spellInKey(pitch, key, spelling))
    );
    const centre = meanPoint(clouds.map(centreOfEffect));
    const silent = Math.hypot(...centre) < SILENT;
    const tension = {
      diameter: silent ? 0 : clouds.reduce((sum, cloud) => sum + cloudDiameter(cloud), 0) / clouds.length,
      momentum: before ? distance(centre, before) : 0,
      strain: silent ? 0 : distance(centre, home),
    };
    before = centre;
    return tension;
  });
}
