import { child, childrenOf, numberOf, textOf, type XmlElement } from "./xml.ts";

/**
 * Units of a quarter note in which positions are counted while reading: all divisions in use are among its divisors
 * (2¹⁰ · 3³ · 5² · 7 · 11 · 13), and 100,000 quarter notes of them are still whole numbers to a `number`.
 */
export const UNIT = 691_891_200;

/** Quarter notes that a note of each type lasts. */
const TYPES: Readonly<Record<string, number>> = {
  maxima: 32,
  long: 16,
  breve: 8,
  whole: 4,
  half: 2,
  quarter: 1,
  eighth: 1 / 2,
  "16th": 1 / 4,
  "32nd": 1 / 8,
  "64th": 1 / 16,
  "128th": 1 / 32,
  "256th": 1 / 64,
  "512th": 1 / 128,
  "1024th": 1 / 256,
};

/** What a note's appearance says it lasts, in quarter notes; `undefined` where it has no type. */
export function lookOfNote(note: XmlElement): number | undefined {
  const type = TYPES[textOf(note, "type") ?? ""];
  if (type === undefined) return undefined;
  const tuplet = child(note, "time-modification");
  const [actual, normal] = [numberOf(tuplet, "actual-notes") ?? 1, numberOf(tuplet, "normal-notes") ?? 1];
  const dots = Math.min(childrenOf(note, "dot").length, 4);
  return type * (2 - 2 ** -dots) * (actual > 0 && normal > 0 ? normal / actual : 1);
}

/**
 * Quarter notes a minute that a metronome mark says; `undefined` for one that compares two note values.
 *
 * @returns The tempo, of a range its middle, and whether it was one.
 */
export function readMetronome(metronome: XmlElement): { tempo: number; range: boolean } | undefined {
  const text = textOf(metronome, "per-minute");
  const unit = TYPES[textOf(metronome, "beat-unit") ?? ""];
  const found = /(\d+(?:[.,]\d+)?)(?:\s*[-–—]\s*(\d+(?:[.,]\d+)?))?/.exec(text?.slice(0, 100) ?? "");
  if (!found || unit === undefined) return undefined;
  const [low, high] = found.slice(1).map((number) =>
    number === undefined ? undefined : Number(number.replace(",", "."))
  );
  const dots = Math.min(childrenOf(metronome, "beat-unit-dot").length, 4);
  const perMinute = high === undefined ? low! : (low! + high) / 2;
  return { tempo: perMinute * unit * (2 - 2 ** -dots), range: high !== undefined };
}

/** A time signature of MusicXML, `3+2` over 8 or several side by side, as one; `undefined` where it cannot be read. */
export function readMetre(time: XmlElement): { numerator: number; denominator: number } | undefined {
  const beats = childrenOf(time, "beats").map(({ text }) => text.trim());
  const types = childrenOf(time, "beat-type").map(({ text }) => Number(text));
  if (beats.length === 0 || beats.length !== types.length) return undefined;
  const denominator = Math.max(...types);
  if (!types.every((type) => Number.isInteger(Math.log2(type)) && type >= 1 && type <= 1024)) return undefined;
  if (!beats.every((sum) => /^\d{1,3}(\s*\+\s*\d{1,3})*$/.test(sum))) return undefined;
  const numerator = beats.reduce((all, sum, i) => {
    return all + sum.split("+").reduce((some, number) => some + Number(number), 0) * denominator / types[i];
  }, 0);
  return numerator >= 1 && numerator <= 255 ? { numerator, denominator } : undefined;
}
