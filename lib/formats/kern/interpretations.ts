import type { KeySignature } from "../../score/mod.ts";
import { mostFrequent } from "./clock.ts";
import { KernError, quote } from "./kern_error.ts";
import type { Field } from "./spines.ts";

/** Something that holds from a time on. */
export interface Timed<T> {
  /** From when, in ticks. */
  tick: number;
  /** What. */
  value: T;
}

/** What the interpretations of a text say. */
export interface Interpretations {
  /** `*MM100`: quarter notes a minute. */
  tempos: Timed<number>[];
  /** `*M3/4`. */
  metres: Timed<{ numerator: number; denominator: number }>[];
  /** `*k[f#]`: sharps, or flats as negative numbers; `undefined` for an unusual one. */
  signatures: Timed<number | undefined>[];
  /** `*G:`: the signature that the key would have, and its mode; `undefined` for another mode. */
  designations: Timed<{ fifths: number; mode: "major" | "minor" } | undefined>[];
  /** `*>A`. */
  labels: { tick: number; name: string; line: number }[];
  /** `*>[A,A,B]` under the empty name, `*>norep[A,B]` under `norep`. */
  lists: Map<string, { names: string[]; line: number }>;
  /** Spine -> its name, from `*I"Soprano`. */
  names: Map<number, string>;
  /** Spine -> its instrument code, from `*Isoprn`. */
  instruments: Map<number, string>;
  /** What is left out or overruled, in words. */
  remarks: string[];
}

/** The sharps in their order; the flats have the opposite. */
const FIFTHS = "fcgdaeb";

function readSignature(field: Field): number | undefined {
  const list = /^\*k\[((?:[a-g](?:#|-|n))*)\]$/.exec(field.text);
  if (!list) throw new KernError(`Cannot read the key signature ${quote(field.text)}: write it as *k[f#c#]`, field);
  const signs = list[1].replace(/[a-g]n/g, "");
  const count = signs.length / 2;
  for (const [order, sign, direction] of [[FIFTHS, "#", 1], [[...FIFTHS].reverse().join(""), "-", -1]] as const) {
    if (signs === [...order.slice(0, count)].map((letter) => letter + sign).join("")) return count * direction || 0;
  }
  return undefined;
}

function readDesignation(field: Field): Interpretations["designations"][number]["value"] {
  const [, letter, accidental, otherMode] = /^\*([a-gA-G])([#-]*):(.*)$/.exec(field.text)!;
  const mode = letter === letter.toUpperCase() ? "major" : "minor";
  // F major has one flat; a minor key has three flats more than the major key on its tonic.
  const sharps = FIFTHS.indexOf(letter.toLowerCase()) - 1 - (mode === "minor" ? 3 : 0);
  const fifths = sharps + 7 * accidental.length * (accidental[0] === "-" ? -1 : 1);
  return otherMode === "" && Math.abs(fifths) <= 7 ? { fifths, mode } : undefined;
}

function readMetre(field: Field): Interpretations["metres"][number]["value"] {
  const found = /^\*M(\d{1,2}(?:\+\d{1,2})*)\/(\d{1,3})$/.exec(field.text);
  const numerator = found ? found[1].split("+").reduce((sum, beats) => sum + Number(beats), 0) : 0;
  const denominator = Number(found?.[2]);
  if (numerator < 1 || numerator > 255 || !Number.isInteger(Math.log2(denominator))) {
    throw new KernError(
      `Cannot read the metre ${quote(field.text)}: write it as *M3/4, the lower number a power of two`,
      field,
    );
  }
  return { numerator, denominator };
}

function readTempo(field: Field): number {
  const tempo = /^\*MM\d{1,6}(\.\d{1,6})?$/.test(field.text) ? Number(field.text.slice(3)) : 0;
  // MIDI stores the microseconds per quarter note in three bytes.
  if (!(tempo > 60e6 / 0xffffff)) {
    throw new KernError(
      `Cannot read the tempo ${quote(field.text)}: write quarter notes a minute, at least 4, such as *MM72`,
      field,
    );
  }
  return tempo;
}

/** Puts in what most spines say; a minority is remarked upon. */
function vote<T>(
  into: Timed<T>[],
  said: { value: T; field: Field }[],
  tick: number,
  remarks: string[],
  what: string,
): void {
  if (said.length === 0) return;
  const keys = said.map(({ value }) => JSON.stringify(value) ?? "undefined");
  const winner = mostFrequent(keys);
  if (keys.some((key) => key !== winner)) {
    remarks.push(`Line ${said[0].field.line}: the spines have different ${what}; kept is what most have`);
  }
  into.push({ tick, value: said[keys.indexOf(winner)].value });
}

/** The one thing that the spines of a line say. */
function agree(fields: readonly Field[], what: string): Field {
  const other = fields.find((field) => field.text !== fields[0].text);
  if (other) {
    throw new KernError(`The spines have different ${what}: ${quote(fields[0].text)} and ${quote(other.text)}`, other);
  }
  return fields[0];
}

function readSections(fields: readonly Field[], tick: number, into: Interpretations): void {
  const field = agree(fields, "sections");
  const { text, line } = field;
  const list = /^\*>([^[\],]*)\[([^[\]]+)\]$/.exec(text);
  if (list) into.lists.set(list[1], { names: list[2].split(","), line });
  else if (/^\*>[^[\],]+$/.test(text)) into.labels.push({ tick, name: text.slice(2), line });
  else throw new KernError(`Cannot read the section label ${quote(text)}: write *>A or *>[A,A,B]`, field);
}

/**
 * Reads a record of interpretations of the `**kern` spines. What is not about pitch, time, names or sections (clefs,
 * staves, `*met(c)`, tempo words such as `*MM[Largo]`) is passed over.
 *
 * @param tick The time of the record.
 */
export function readInterpretations(fields: readonly Field[], tick: number, into: Interpretations): void {
  const pick = (pattern: RegExp) => fields.filter((field) => pattern.test(field.text));
  const tempos = pick(/^\*MM[^[]/);
  if (tempos.length > 0) into.tempos.push({ tick, value: readTempo(agree(tempos, "tempi")) });
  const metres = pick(/^\*M\d/);
  if (metres.length > 0) into.metres.push({ tick, value: readMetre(agree(metres, "metres")) });
  const signatures = pick(/^\*k\[/).map((field) => ({ field, value: readSignature(field) }));
  vote(into.signatures, signatures, tick, into.remarks, "key signatures");
  const designations = pick(/^\*[a-gA-G][#-]*:/).map((field) => ({ field, value: readDesignation(field) }));
  vote(into.designations, designations, tick, into.remarks, "keys");
  const odd = signatures.find(({ value }) => value === undefined);
  if (odd) {
    into.remarks.push(
      `Line ${odd.field.line}: the key signature ${quote(odd.field.text)} is left out: MIDI has no such one`,
    );
  }
  const sections = pick(/^\*>/);
  if (sections.length > 0) readSections(sections, tick, into);
  for (const { text, sub } of fields) {
    if (text.startsWith('*I"')) into.names.set(sub.spine, text.slice(3).trim());
    else if (/^\*I[a-z]/.test(text)) into.instruments.set(sub.spine, text.slice(2));
  }
}

/**
 * Makes one list of the key signatures (`*k[f#]`) and the keys (`*e:`).
 *
 * The signature decides `fifths`. The key gives the mode only where it has this very signature: Bach's G minor with one
 * flat stays without a mode, for one flat and "minor" would say D minor. Where no signature is written at all, the
 * key's own is taken.
 */
export function readKeys(
  { signatures, designations }: Pick<Interpretations, "signatures" | "designations">,
): Timed<Omit<KeySignature, "tick">>[] {
  const ticks = [...new Set([...signatures, ...designations].map(({ tick }) => tick))].sort((a, b) => a - b);
  const keys: Timed<Omit<KeySignature, "tick">>[] = [];
  let fifths: number | undefined;
  for (const tick of ticks) {
    const signature = signatures.findLast((other) => other.tick === tick);
    const key = designations.findLast((other) => other.tick === tick)?.value;
    fifths = signature?.value ?? fifths ?? (signatures.length === 0 ? key?.fifths : undefined);
    if (fifths === undefined) continue;
    const fits = key?.fifths === fifths;
    if (signature?.value !== undefined || fits) keys.push({ tick, value: { fifths, ...(fits && { mode: key.mode }) } });
  }
  return keys;
}
