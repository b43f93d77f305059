import type { DataFrame } from "nodejs-polars";
import { findKey, type Key, type KeyProfileName, withoutDrums } from "../../notes/mod.ts";
import { keyCurve } from "./key_curve.ts";
import { remembered } from "../remembered.ts";
import type { Tension } from "./tension.ts";
import { tonalTension } from "./tonal_tension.ts";

/**
 * The tonic of the key that a profile finds (`findKey`): its pitch class, 0 for C to 11 for B.
 *
 * @param table A table of notes with the columns `pitch` and `duration` (seconds); drums do not count.
 * @param profile Which profile.
 * @returns NaN where no key can be told: in silence, or where all pitch classes sound equally long.
 * @throws {TypeError} If a column is missing or does not hold numbers, or the profile has another name.
 * @throws {RangeError} If a value is missing or out of range.
 */
export function keyTonic(table: DataFrame, profile: KeyProfileName): number {
  return knownKey(table, profile)?.tonic ?? NaN;
}

/**
 * The mode of the key that a profile finds (`findKey`) as a number: 0 for major, 1 for minor. Its mean over pieces is
 * the share of those in minor.
 *
 * @param table A table of notes with the columns `pitch` and `duration` (seconds); drums do not count.
 * @param profile Which profile.
 * @returns NaN where no key can be told, as of {@linkcode keyTonic}.
 * @throws {TypeError} If a column is missing or does not hold numbers, or the profile has another name.
 * @throws {RangeError} If a value is missing or out of range.
 */
export function keyMode(table: DataFrame, profile: KeyProfileName): number {
  const key = knownKey(table, profile);
  return key ? Number(key.mode === "minor") : NaN;
}

/**
 * How well the key that a profile finds (`findKey`) fits: Pearson's correlation of the profile with how long each pitch
 * class sounds, up to 1.
 *
 * @param table A table of notes with the columns `pitch` and `duration` (seconds); drums do not count.
 * @param profile Which profile.
 * @returns NaN where no key can be told, as of {@linkcode keyTonic}.
 * @throws {TypeError} If a column is missing or does not hold numbers, or the profile has another name.
 * @throws {RangeError} If a value is missing or out of range.
 */
export function keyCorrelation(table: DataFrame, profile: KeyProfileName): number {
  return knownKey(table, profile)?.correlation ?? NaN;
}

/**
 * How well keys fit along a piece: the mean, over windows of four bars that begin with each bar, of the correlation of
 * the best key in the window (`keyCurve`, by Krumhansl and Schmuckler's profile), up to 1. Music that modulates keeps
 * it high, music without a key does not. Windows in which no key can be told are left out.
 *
 * @param table A table of the notes of one piece, with the columns `pitch`, `start` and `end` (seconds); drums do not
 * count. Without `quarter`, `bar` and `beat`, bars are two seconds long.
 * @returns NaN where no window has a key.
 * @throws {TypeError} If a column is missing or does not hold numbers.
 * @throws {RangeError} If a value is out of range, or the table holds several pieces or more than 100,000 beats.
 */
export function keyFit(table: DataFrame): number {
  const { curve } = keyCurve(withoutDrums(table));
  const keys = curve.getColumn("key").toArray();
  const fits = [...curve.getColumn("correlation").toArray() as number[]].filter((_, i) => keys[i] !== null);
  return fits.reduce((sum, fit) => sum + fit, 0) / fits.length;
}

/**
 * The tonal tension of a piece beat by beat, on average: cloud diameter, cloud momentum and tensile strain, in radii of
 * the spiral array, from the key that `findKey` finds (`tonalTension`).
 *
 * Pitches are spelled as textbooks write the chromatic scale. midi-miner's spelling makes a dominant chord in minor
 * twice as wide as in major: it is there to compare with midi-miner's numbers, but would tell pieces in minor from
 * those in major where nothing is more dissonant.
 *
 * @param table A table of the notes of one piece, with the columns `pitch`, `start` and `end` (seconds); drums do not
 * count. Without `quarter`, a beat is half a second.
 * @returns NaN where there is no note that sounds.
 * @throws {TypeError} If a column is missing or does not hold numbers.
 * @throws {RangeError} If a value is out of range, or the table holds several pieces or more than 100,000 beats.
 */
export const meanTension: (table: DataFrame) => Tension = remembered((table: DataFrame) =>
  tonalTension(withoutDrums(table), { window: "beat", spelling: "chromatic" }).mean
);

function knownKey(table: DataFrame, profile: KeyProfileName): Key | undefined {
  const key = findKey(table, { profile });
  return key.correlation === 0 ? undefined : key;
}
