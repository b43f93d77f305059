import defer * as library from "abcjs";
import { lastUpTo } from "../../score/mod.ts";
import { AbcError, type Mending } from "./abc_error.ts";
import { isMusic, type Tune } from "./tunes.ts";
import {
  checkLengths,
  checkMusic,
  type Propagation,
  readUnparsed,
  type Unparsed,
  withoutImpossible,
} from "./unparsed.ts";

/** A notehead as abcjs gives it. */
export interface AbcHead {
  /** Steps above middle C. */
  pitch: number;
  /** The accidental that is written. */
  accidental?: string;
  /** A tie begins. */
  startTie?: unknown;
  /** Key of percussion that `%%MIDI drummap` gives it. */
  midipitch?: number;
}

/** Accidentals of a key signature as abcjs gives them. */
export interface AbcKey {
  /** Each step that is altered. */
  accidentals?: { acc: string; note: string }[];
  /** Its tonic; `none`, or `HP` of the pipes. */
  root: string;
  /** `m` is minor, nothing is major; others are modes. */
  mode: string;
}

/** A metre as abcjs gives it. */
export interface AbcMetre {
  /** `specified`, `common_time`, `cut_time`, or a mensuration. */
  type: string;
  /** Its fractions. */
  value?: { num: string; den?: string }[];
}

/** What abcjs finds in a voice; only what is used of it. */
export interface AbcElement extends Partial<AbcKey> {
  /** `note` (a rest, too), `bar`, `key`, `meter`, `tempo`, `clef`, …, and `overlay`, which abcjs does not give. */
  el_type: string;
  /** Where it begins in the tune, in characters. */
  startChar: number;
  /** Where it ends. */
  endChar: number;
  /** Whole notes, as written, without tuplets; of a tempo the notes that are counted. */
  duration?: number | number[];
  /** The noteheads of a note or a chord. */
  pitches?: AbcHead[];
  /** Grace notes before it. */
  gracenotes?: AbcHead[];
  /** What it is in place of notes. */
  rest?: { type: string; text?: number };
  /** Signs at it. */
  decoration?: string[];
  /** A tuplet begins, of so many notes. */
  tripletR?: number;
  /** By how much a tuplet is faster. */
  tripletMultiplier?: number;
  /** Kind of a metre or a clef, or an overlay's sign. */
  type?: string;
  /** Fractions of a metre. */
  value?: AbcMetre["value"];
  /** Semitones by which a clef transposes. */
  transpose?: number;
  /** Beats per minute. */
  bpm?: number;
  /** The tempo was said by a word alone. */
  suppressBpm?: boolean;
  /** What `%%MIDI` says in the middle of a tune: its name. */
  cmd?: string;
  /** Its numbers. */
  params?: number[];
}

/** What stands at the beginning of a line of a voice. */
export interface AbcLineStart {
  /** Marks it. */
  el_type: "line";
  /** Where its first element begins. */
  startChar: number;
  /** Where that is, again: it has no length. */
  endChar: number;
  /** The key that holds. */
  key?: AbcKey;
  /** The metre, where it is said anew. */
  meter?: AbcMetre;
  /** The clef. */
  clef?: { type?: string; transpose?: number };
}

/** A voice of a tune. */
export interface AbcVoice {
  /** As `V:` has it; empty where the tune has no voices. */
  id: string;
  /** Its name on the page, where it has one. */
  name: string;
  /** What stands in it, in the order of the text. */
  elements: (AbcElement | AbcLineStart)[];
}

/** What `%%MIDI` says, as far as it changes what sounds. */
export interface MidiDirectives {
  /** The program, behind a channel perhaps. */
  program?: number[];
  /** Semitones. */
  transpose?: number[];
  /** MIDI channel, from 1. */
  channel?: number[];
}

/** A tune, parsed. */
export interface ParsedTune {
  /** The text that was parsed, to which `startChar` points. */
  text: string;
  /** The voices, in the order in which they begin. */
  voices: AbcVoice[];
  /** Title; the first where there are several. */
  title?: string;
  /** What `%%MIDI` says in the head of the tune. */
  midi: MidiDirectives;
  /** How far its accidentals hold. */
  propagation: Propagation;
  /** How many letters of its music say nothing in ABC. */
  strangeLetters: number;
  /** The line of the file in which a character stands, from 1. */
  lineOf(at: number): number;
}

/** The shape of what abcjs returns, where we use it. */
interface LibraryTune {
  lines: {
    staff?: { voices: AbcElement[][]; title?: string[]; key?: AbcKey; meter?: AbcMetre; clef?: AbcLineStart["clef"] }[];
  }[];
  metaText: { title?: unknown; tempo?: AbcElement };
  formatting: { midi?: MidiDirectives };
  warnings?: string[];
}

/** Faults that abcjs finds and that change neither a pitch nor a time. */
const HARMLESS =
  /^(Duration not representable|Unknown (directive|macro)|Ignored header|.*while parsing grace note$|Unknown decoration: [\w().<>-]*$)/;
/** What was written as a decoration, but may be notes: old chords (`+ce+`), or what stands between two strays. */
const NOTES_ALONE = /^Unknown decoration: [A-Ga-gz\d\s|/,'^_=-]*$/;

/**
 * Lets abcjs parse a tune. It is loaded when the first tune comes. What it gives line by line, staff by staff, is put
 * together again by voices, in the order of the text: where a voice pauses for a line, abcjs moves those below it up.
 *
 * @throws {AbcError} If the tune is too long, or abcjs fails.
 */
export function parse(tune: Tune, mending: Mending): ParsedTune {
  const [first] = tune.lineNumbers;
  checkLengths(tune);
  const bare = withoutLayout(tune.lines);
  bare.forEach((line, i) => checkMusic(line, tune.lineNumbers[i]));
  const lines = withoutImpossible(tune, bare, mending), text = lines.join("\n") + "\n";
  const { overlays, metres, propagation } = readUnparsed(tune, lines, mending);
  let parsed: LibraryTune;
  try {
    // What a line that goes on nowhere had begun, abcjs would keep for the next tune: a tuplet, say.
    abcjs().parseOnly("X:1\nK:C\nC\n");
    [parsed] = abcjs().parseOnly(text) as unknown as LibraryTune[];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AbcError(`The tune cannot be parsed: abcjs says ${JSON.stringify(reason)}`, first);
  }
  let strangeLetters = 0;
  for (const warning of parsed.warnings ?? []) {
    const [, line, column, message = warning] = /^Music Line:(\d+):(\d+): (.*?): {2}/s.exec(warning) ?? [];
    if (HARMLESS.test(message) && !NOTES_ALONE.test(message)) continue;
    const character = lines[Number(line) - 1]?.[Number(column) - 1];
    if (message.startsWith("Unknown character") && /^[()*$\\\s]$/.test(character ?? "")) continue;
    if (message.startsWith("Unknown character") && /^[A-Za-z]$/.test(character ?? "")) strangeLetters++;
    const place = tune.lineNumbers[Number(line) - 1] ?? first;
    mending.mend(place, `${message}, in column ${column}`, "abcjs left it out");
  }
  const places: { at: number; line: number }[] = [];
  for (let at = 0, i = 0; i < lines.length; at += lines[i++].length + 1) places.push({ at, line: tune.lineNumbers[i] });
  const { title } = parsed.metaText;
  return {
    text,
    voices: voicesOf(parsed, voiceChanges(lines, places), { overlays, metres }),
    ...(typeof title === "string" && { title: title.split("\n")[0] }),
    midi: parsed.formatting.midi ?? {},
    propagation,
    strangeLetters,
    lineOf: (at) => lastUpTo(places, at, (place) => place.at)?.line ?? first,
  };
}

/** The library, loaded now at the latest. It exports everything by default, which its types do not say. */
function abcjs(): typeof library {
  return (library as unknown as { default: typeof library }).default;
}

/** The lines, with comments of the same length in place of what is said about the page, which could move notes about. */
function withoutLayout(lines: readonly string[]): string[] {
  let until = "";
  return lines.map((line) => {
    const said = /^(?:%%|I:)\s*(\w*)/.exec(line)?.[1].toLowerCase();
    const hidden = until !== "" ||
      said !== undefined && !/^(%%|I:)\s*MIDI\s+(program|transpose|channel|drummap)\s/i.test(line);
    if (until === "" && said?.startsWith("begin")) until = `end${said.slice(5)}`;
    else if (said === until) until = "";
    if (hidden) return "%".padEnd(line.length);
    // As a line of its own abcjs understands MIDI only behind %%.
    return line.replace(/^I:/, "%%").replaceAll(
      /\[I:(?!MIDI\s+(?:program|transpose|channel)\s)[^\]]*\]/gi,
      (field) => " ".repeat(field.length),
    );
  });
}

/** Where which voice begins in the text: lines `V:`, and `[V:` in a line of music. */
function voiceChanges(lines: readonly string[], places: readonly { at: number }[]): { at: number; id: string }[] {
  const changes = [{ at: 0, id: "" }];
  for (const [i, line] of lines.entries()) {
    const whole = /^V:\s*([^\s%]+)/.exec(line), { at } = places[i];
    if (whole) changes.push({ at, id: whole[1] });
    if (!isMusic(line)) continue;
    for (const { index, 1: id } of line.matchAll(/\[V:\s*([^\s\]]+)/g)) changes.push({ at: at + index, id });
  }
  return changes;
}

function voicesOf(
  { lines, metaText: { tempo } }: LibraryTune,
  changes: readonly { at: number; id: string }[],
  { overlays, metres }: Pick<Unparsed, "overlays" | "metres">,
): AbcVoice[] {
  const idAt = (at: number) => lastUpTo(changes, at, (change) => change.at)!.id;
  const voices = new Map<string, AbcVoice>();
  // What abcjs fills voices up with beside an overlay stands where something else does already.
  const known = new Set<string>();
  for (const { staff: staves } of lines) {
    for (const { voices: written, key, meter, clef, title } of staves ?? []) {
      const begun = new Set<string>();
      for (const [i, elements] of written.entries()) {
        const unplaced: AbcElement[] = [];
        let last: AbcVoice | undefined, end = 0;
        for (const element of elements) {
          const { el_type, startChar } = element;
          if (el_type === "midi") unplaced.push(element);
          const place = `${el_type === "note" || el_type === "bar" ? "" : el_type}${startChar}`;
          if (!(startChar >= 0) || known.has(place)) continue;
          known.add(place);
          const id = idAt(startChar);
          const voice = voices.get(id) ?? { id, name: title?.[i] || "", elements: [] };
          voices.set(id, voice);
          const here = { startChar, endChar: startChar };
          if (!begun.has(id)) voice.elements.push({ el_type: "line", ...here, key, meter, clef });
          begun.add(id);
          voice.elements.push(...unplaced.splice(0).map((each) => ({ ...each, ...here })), element);
          [last, end] = [voice, element.endChar];
        }
        last?.elements.push(...unplaced.map((each) => ({ ...each, startChar: end, endChar: end })));
      }
    }
  }
  const list = [...voices.values()];
  if (tempo && list.length > 0) {
    // A tempo in the middle of the tune is taken for that of the tune, where no other is said.
    const voice = voices.get(idAt(tempo.startChar)) ?? list[0];
    voice.elements.unshift({ ...tempo, el_type: "tempo", endChar: tempo.startChar });
  }
  for (const { sign, at } of overlays) {
    voices.get(idAt(at))?.elements.push({ el_type: "overlay", startChar: at, endChar: at + sign.length, type: sign });
  }
  for (const { written, at, lineEnd } of metres) {
    const meter = metreOf(written);
    const line = list.flatMap(({ elements }) => elements).find(({ el_type, startChar }) =>
      el_type === "line" && startChar >= at && startChar <= lineEnd
    ) as AbcLineStart | undefined;
    if (meter && line) line.meter = meter;
  }
  for (const { elements } of list) elements.sort((a, b) => a.startChar - b.startChar);
  return list.sort((a, b) => beginningOf(a) - beginningOf(b));
}

function metreOf(written: string): AbcMetre | undefined {
  if (written === "C") return { type: "common_time" };
  if (written === "C|") return { type: "cut_time" };
  const [, num, den] = /^\(?([\d+]+)\)?\/(\d+)$/.exec(written) ?? [];
  return num === undefined ? undefined : { type: "specified", value: [{ num, den }] };
}

function beginningOf({ elements }: AbcVoice): number {
  return elements.find(({ el_type }) => el_type === "line")?.startChar ?? 0;
}
