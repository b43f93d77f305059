import type { KeySignature } from "../../score/mod.ts";
import { commonDivisor } from "../ticks.ts";
import { mostFrequent } from "./clock.ts";
import { quote } from "./kern_error.ts";
import type { Repairs } from "./repairs.ts";
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
  /** Spine -> by how many fifths its written key lies above the one that sounds, from `*ITrd1c2`; 0 or none: by none. */
  transpositions: Map<number, number>;
}

/** The sharps in their order; the flats have the opposite. */
const FIFTHS = "fcgdaeb";

/** What a signature says; `undefined` for one that MIDI does not have. */
function readSignature(field: Field, repairs: Repairs): number | undefined {
  const list = /^\*k\[((?:[a-g](?:##?|--?|n))*)\]$/.exec(field.text);
  if (!list || /##|--/.test(list[1])) {
    const what = `Cannot read the key signature ${quote(field.text)}`;
    repairs.mend(field, `${what}: write it as *k[f#c#]`, `${what}: it is left out`);
    return undefined;
  }
  const signs = list[1].replace(/[a-g]n/g, "");
  const count = signs.length / 2;
  for (const [order, sign, direction] of [[FIFTHS, "#", 1], [[...FIFTHS].reverse().join(""), "-", -1]] as const) {
    if (signs === [...order.slice(0, count)].map((letter) => letter + sign).join("")) return count * direction || 0;
  }
  repairs.remark(field.line, `the key signature ${quote(field.text)} is left out: MIDI has no such one`);
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

/** A bar's length where the beat is no power of two: `3/0` are three breves, `3/3%2` three times two thirds of a whole note. */
function unusualMetre(text: string): Interpretations["metres"][number]["value"] | undefined {
  const found = /^\*M(\d{1,2})\/(0{1,3}|\d{1,3}(?:%(\d{1,2}))?)$/.exec(text);
  if (!found) return undefined;
  const [, beats, beat, multiple = "1"] = found;
  const wholes = /^0+$/.test(beat) ? 2 ** beat.length : Number(multiple);
  const [over, under] = [Number(beats) * wholes, /^0+$/.test(beat) ? 1 : parseInt(beat)];
  const divisor = commonDivisor(over, under);
  const metre = { numerator: over / divisor, denominator: under / divisor };
  return isMetre(metre) ? metre : undefined;
}

function isMetre({ numerator, denominator }: Interpretations["metres"][number]["value"]): boolean {
  return numerator >= 1 && numerator <= 255 && Number.isInteger(Math.log2(denominator));
}

function readMetre(field: Field, repairs: Repairs): Interpretations["metres"][number]["value"] | undefined {
  const found = /^\*M(\d{1,2}(?:\+\d{1,2})*)\/(\d{1,3})$/.exec(field.text);
  const numerator = found ? found[1].split("+").reduce((sum, beats) => sum + Number(beats), 0) : 0;
  const usual = { numerator, denominator: Number(found?.[2]) };
  if (isMetre(usual)) return usual;
  const what = `Cannot read the metre ${quote(field.text)}`;
  const unusual = unusualMetre(field.text);
  const done = unusual
    ? `The metre ${quote(field.text)} is read as ${unusual.numerator}/${unusual.denominator}`
    : `${what}: it is left out`;
  repairs.mend(field, `${what}: write it as *M3/4, the lower number a power of two`, done);
  return unusual;
}

function readTempo(field: Field, repairs: Repairs): number | undefined {
  // MIDI stores the microseconds per quarter note in three bytes.
  const isTempo = (tempo: number) => tempo > 60e6 / 0xffffff && tempo < 1e7;
  const exact = /^\*MM\d{1,6}(\.\d{1,6})?$/.test(field.text) ? Number(field.text.slice(3)) : 0;
  if (isTempo(exact)) return exact;
  const what = `Cannot read the tempo ${quote(field.text)}`;
  const numbers = (field.text.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const isRange = /^\*MM[~c.=]*\d+(\.\d+)?(-\d+(\.\d+)?)?[^\d-]*$/.test(field.text) && isTempo(mean);
  const done = isRange ? `The tempo ${quote(field.text)} is read as ${mean}` : `${what}: it is left out`;
  repairs.mend(field, `${what}: write quarter notes a minute, at least 4, such as *MM72`, done);
  return isRange ? mean : undefined;
}

/** Puts in what most spines say; a minority is remarked upon. */
function vote<T>(
  into: Timed<T>[],
  said: { value: T; field: Field }[],
  tick: number,
  repairs: Repairs,
  what: string,
): void {
  if (said.length === 0) return;
  const keys = said.map(({ value }) => JSON.stringify(value) ?? "undefined");
  const winner = mostFrequent(keys);
  if (keys.some((key) => key !== winner)) {
    repairs.remark(said[0].field.line, `the spines have different ${what}; kept is what most have`);
  }
  into.push({ tick, value: said[keys.indexOf(winner)].value });
}

/** The one thing that the spines of a line say, or else what most say. */
function agree(fields: readonly Field[], what: string, repairs: Repairs): Field {
  const other = fields.find((field) => field.text !== fields[0].text);
  if (!other) return fields[0];
  const most = mostFrequent(fields.map(({ text }) => text));
  const error = `The spines have different ${what}: ${quote(fields[0].text)} and ${quote(other.text)}`;
  repairs.mend(other, error, `${error}; kept is ${quote(most)}`);
  return fields.find(({ text }) => text === most)!;
}

function readSections(fields: readonly Field[], tick: number, into: Interpretations, repairs: Repairs): void {
  const field = agree(fields, "sections", repairs);
  const { text, line } = field;
  const list = /^\*>([^[\],]*)\[([^[\]]+)\]$/.exec(text);
  if (list) into.lists.set(list[1], { names: list[2].split(","), line });
  else if (/^\*>[^[\],]+$/.test(text)) into.labels.push({ tick, name: text.slice(2), line });
  else {
    const what = `Cannot read the section label ${quote(text)}`;
    repairs.mend(field, `${what}: write *>A or *>[A,A,B]`, `${what}: it is left out`);
  }
}

/** By how many fifths the key that `*ITrd1c2` has a player read lies above the one that sounds. */
function readTransposition(text: string): number | undefined {
  const found = /^\*ITrd(-?\d{1,2})c(-?\d{1,2})$/.exec(text);
  // A fifth is 4 steps and 7 semitones, an octave 7 and 12.
  return found ? 7 * Number(found[2]) - 12 * Number(found[1]) : undefined;
}

/** The transposition with which each spine begins, which may stand below its key. */
export function firstTranspositions(lines: readonly { kern: readonly Field[] }[]): Map<number, number> {
  const first = new Map<number, number>();
  for (const { kern } of lines) {
    for (const { text, sub } of kern) {
      const fifths = text.startsWith("*ITr") && !first.has(sub.spine) ? readTransposition(text) : undefined;
      if (fifths !== undefined) first.set(sub.spine, fifths);
    }
  }
  return first;
}

/** A signature so many fifths lower; beyond seven flats or sharps, the one that sounds the same. */
function lowered(signature: number, fifths: number): number {
  const low = signature - fifths;
  return Math.abs(low) <= 7 ? low : low - 12 * Math.round(low / 12);
}

/**
 * What the spines say of the key, as it sounds. A transposing part has the key that its player reads, though the notes
 * stand at concert pitch; where a part that does not transpose says the key too, that one counts.
 */
function sounding<T>(
  said: { value: T; field: Field }[],
  transpositions: ReadonlyMap<number, number>,
  lower: (value: T, fifths: number) => T,
): { value: T; field: Field }[] {
  const fifthsOf = ({ field }: { field: Field }) => transpositions.get(field.sub.spine) ?? 0;
  const concert = said.filter((each) => fifthsOf(each) === 0);
  return concert.length > 0 ? concert : said.map((each) => ({ ...each, value: lower(each.value, fifthsOf(each)) }));
}

/**
 * Reads a record of interpretations of the `**kern` spines. What is not about pitch, time, names or sections (clefs,
 * staves, `*met(c)`, tempo words such as `*MM[Largo]`) is passed over.
 *
 * @param tick The time of the record.
 */
export function readInterpretations(
  fields: readonly Field[],
  tick: number,
  into: Interpretations,
  repairs: Repairs,
): void {
  for (const { text, sub } of fields) {
    if (text.startsWith('*I"')) into.names.set(sub.spine, text.slice(3).trim());
    else if (text.startsWith("*ITr")) into.transpositions.set(sub.spine, readTransposition(text) ?? 0);
    else if (/^\*I[a-z]/.test(text)) into.instruments.set(sub.spine, text.slice(2));
  }
  const pick = (pattern: RegExp) => fields.filter((field) => pattern.test(field.text));
  const tempos = pick(/^\*MM[^[]/);
  const tempo = tempos.length > 0 ? readTempo(agree(tempos, "tempi", repairs), repairs) : undefined;
  if (tempo !== undefined) into.tempos.push({ tick, value: tempo });
  const metres = pick(/^\*M\d/);
  const metre = metres.length > 0 ? readMetre(agree(metres, "metres", repairs), repairs) : undefined;
  if (metre) into.metres.push({ tick, value: metre });
  const signatures = pick(/^\*k\[/).map((field) => ({ field, value: readSignature(field, repairs) }));
  const lowerSignature = (value: number | undefined, fifths: number) =>
    value === undefined ? undefined : lowered(value, fifths);
  vote(into.signatures, sounding(signatures, into.transpositions, lowerSignature), tick, repairs, "key signatures");
  const designations = pick(/^\*[a-gA-G][#-]*:/).map((field) => ({ field, value: readDesignation(field) }));
  const lowerKey = (value: ReturnType<typeof readDesignation>, fifths: number) =>
    value && { ...value, fifths: lowered(value.fifths, fifths) };
  vote(into.designations, sounding(designations, into.transpositions, lowerKey), tick, repairs, "keys");
  const sections = pick(/^\*>/);
  if (sections.length > 0) readSections(sections, tick, into, repairs);
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
  const said = { signature: lastByTick(signatures), key: lastByTick(designations) };
  const ticks = [...new Set([...said.signature.keys(), ...said.key.keys()])].sort((a, b) => a - b);
  const keys: Timed<Omit<KeySignature, "tick">>[] = [];
  let fifths: number | undefined;
  for (const tick of ticks) {
    const signature = said.signature.get(tick);
    const key = said.key.get(tick)?.value;
    fifths = signature?.value ?? fifths ?? (signatures.length === 0 ? key?.fifths : undefined);
    if (fifths === undefined) continue;
    const fits = key?.fifths === fifths;
    if (signature?.value !== undefined || fits) keys.push({ tick, value: { fifths, ...(fits && { mode: key.mode }) } });
  }
  return keys;
}

function lastByTick<T>(states: readonly Timed<T>[]): Map<number, Timed<T>> {
  return new Map(states.map((state) => [state.tick, state]));
}
