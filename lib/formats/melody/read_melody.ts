import {
  barQuarters,
  DEFAULT_VELOCITY,
  type KeySignature,
  type Note,
  type Score,
  secondsAt,
  tempoMap,
} from "../../score/mod.ts";
import { FormatError } from "../format_error.ts";
import { readKern } from "../kern/read_kern.ts";
import { readMusicXml } from "../musicxml/read_musicxml.ts";
import { pitchOf, tonicOf } from "../notation/spell.ts";

/** Ticks per quarter note: of a text whose notes are parts of 1/480 quarter note. */
const TICKS = 480;
/** Quarter notes a minute where none are said: a pace for hymns. */
const TEMPO = 80;

const NOTE = /^([a-g])(##?|bb?|♯|♭)?(-?\d)(?::([\d./]+))?(;)?$/i;
const NOTE_LIKE = "write a note as g4, f#4:2 or bb3:1.5, a rest as r or r:2";
const ALTERATIONS: Readonly<Record<string, number>> = { "": 0, "#": 1, "##": 2, "♯": 1, b: -1, bb: -2, "♭": -1 };

/** A word of the text, and its place. */
interface Word {
  text: string;
  line: number;
  /** Number in its line, from 1. */
  number: number;
}

/**
 * Reads a melody as one types it, one part:
 *
 * - `g4` is a quarter note, `g4:2` lasts two quarter notes, `g4:1/2` or `g4:0.5` half of one. `c4` is middle C; `f#4` and
 *   `bb3` are F sharp and B flat, in every key.
 * - `r` is a rest, `r:2` one of two quarter notes; `g4:2;` has a fermata.
 * - `|` is a barline. With a metre, bars are proved: what stands before the first barline may be an upbeat.
 * - Before the first note may stand `key=G` or `key=e` (small letters are minor), `metre=3/4`, `upbeat=1` (quarter notes), and
 *   `tempo=96` (quarter notes a minute, 80 where nothing is said).
 *
 * A text that begins with `**` or `!!!` is read as `**kern` ({@linkcode readKern}), one that begins with `<` as MusicXML
 * ({@linkcode readMusicXml}).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readMelody } from "../mod.ts";
 *
 * const { parts: [melody], keys, upbeatTicks } = readMelody("key=G metre=3/4 g4 | g4:2 d5 | b4:1.5 a4:1/2 g4;");
 * assertEquals(melody.notes.map(({ pitch }) => pitch), [67, 67, 74, 71, 69, 67]);
 * assertEquals([keys[0].fifths, upbeatTicks], [1, 480]);
 * ```
 *
 * @throws {FormatError} If a word cannot be read or a bar is not full; it says the line and the word.
 * @throws {TypeError} If it is no text.
 */
export function readMelody(text: string): Score {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot read a melody: expected a text, got ${text === null ? "null" : typeof text}`);
  }
  if (/^\s*(\*\*|!!!)/.test(text)) return readKern(text.trimStart());
  if (/^\s*</.test(text)) return readMusicXml(text.trimStart());
  const words = text.split(/\r\n|\r|\n/).flatMap((content, line) =>
    content.replaceAll("|", " | ").trim().split(/\s+/).filter(Boolean)
      .map((word, i): Word => ({ text: word, line: line + 1, number: i + 1 }))
  );
  const firstNote = words.findIndex(({ text }) => !text.includes("="));
  const header = readHeader(firstNote < 0 ? words : words.slice(0, firstNote));
  const notes: Pick<Note, "pitch" | "startTick" | "endTick" | "fermata">[] = [];
  const barlines: { tick: number; word: Word }[] = [];
  let tick = 0;
  for (const word of firstNote < 0 ? [] : words.slice(firstNote)) {
    if (word.text === "|") {
      barlines.push({ tick, word });
      continue;
    }
    const { pitch, ticks, fermata } = readNote(word);
    if (pitch !== undefined) notes.push({ pitch, startTick: tick, endTick: tick + ticks, ...(fermata && { fermata }) });
    tick += ticks;
  }
  if (notes.length === 0) throw new FormatError(`Cannot read the melody: there is no note in it; ${NOTE_LIKE}`);
  const { metre, key, tempo = TEMPO } = header;
  const upbeatTicks = metre ? upbeatOf(barlines, TICKS * barQuarters(metre), header.upbeat) : 0;
  const tempos = tempoMap([{ tick: 0, microsecondsPerQuarter: Math.round(6e7 / tempo) }], TICKS);
  const seconds = (at: number) => secondsAt(tempos, TICKS, at);
  const part = {
    ...{ name: "Melody", program: 0, drum: false, channel: 0, track: 0 },
    notes: notes.map((note): Note => ({
      ...note,
      velocity: DEFAULT_VELOCITY,
      start: seconds(note.startTick),
      end: seconds(note.endTick),
    })),
  };
  return {
    ...(upbeatTicks && { upbeatTicks }),
    ...{ ticksPerQuarter: TICKS, parts: [part], tempos, endTick: tick, end: seconds(tick), repairs: [] },
    metres: metre ? [{ tick: 0, ...metre }] : [],
    keys: key ? [{ tick: 0, ...key }] : [],
  };
}

function refuse({ text, line, number }: Word, what: string): FormatError {
  return new FormatError(`Cannot read the melody: line ${line}, word ${number}: ${JSON.stringify(text)} ${what}`);
}

function readNote(word: Word): { pitch?: number; ticks: number; fermata: boolean } {
  const rest = /^r(?::([\d./]+))?$/i.exec(word.text);
  if (rest) return { ticks: ticksOf(rest[1], word), fermata: false };
  const found = NOTE.exec(word.text);
  if (!found) {
    const hint = word.text.includes("=")
      ? "stands after the first note: such words go before all notes"
      : `is no note: ${NOTE_LIKE}`;
    throw refuse(word, hint);
  }
  const [, letter, sign = "", octave, length, fermata] = found;
  const alter = ALTERATIONS[sign.toLowerCase()];
  const pitch = pitchOf({ letter: letter.toUpperCase(), alter, octave: Number(octave) });
  if (pitch < 0 || pitch > 127) throw refuse(word, `is MIDI number ${pitch}: allowed is 0 (c-1) to 127 (g9)`);
  return { pitch, ticks: ticksOf(length, word), fermata: fermata !== undefined };
}

/** Quarter notes, as `2`, `1.5` or `3/2`, in ticks. */
function ticksOf(length: string | undefined, word: Word): number {
  const found = /^(\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(length ?? "1");
  const ticks = found ? TICKS * Number(found[1]) / Number(found[2] ?? 1) : NaN;
  const whole = Math.round(ticks);
  if (!(whole > 0) || !(Math.abs(ticks - whole) < 1e-6)) {
    throw refuse(
      word,
      `has no length that can be played: write quarter notes, such as :2, :1.5 or :1/2, down to :1/${TICKS}`,
    );
  }
  return whole;
}

interface Header {
  key?: Omit<KeySignature, "tick">;
  metre?: { numerator: number; denominator: number };
  /** In ticks. */
  upbeat?: number;
  tempo?: number;
}

function readHeader(words: readonly Word[]): Header {
  const header: Header = {};
  let upbeat: Word | undefined;
  for (const word of words) {
    const [, name, value] = /^(.*?)=(.*)$/.exec(word.text)!;
    if (name === "key") header.key = readKey(value, word);
    else if (name === "metre") header.metre = readMetre(value, word);
    else if (name === "upbeat") [header.upbeat, upbeat] = [ticksOf(value, word), word];
    else if (name === "tempo") {
      header.tempo = /^\d{1,3}(\.\d+)?$/.test(value) ? Number(value) : NaN;
      if (!(header.tempo >= 4)) {
        throw refuse(word, "is no tempo: write quarter notes a minute, at least 4, as tempo=96");
      }
    } else throw refuse(word, "says nothing that is known: there are key=, metre=, upbeat= and tempo=");
  }
  if (upbeat && !header.metre) throw refuse(upbeat, "needs a metre, such as metre=4/4");
  return header;
}

function readKey(value: string, word: Word): Omit<KeySignature, "tick"> {
  const [, letter, sign] = /^([a-g])(#|b|♯|♭)?$/i.exec(value) ?? [];
  const mode = letter === letter?.toUpperCase() ? "major" : "minor";
  for (let fifths = -7; letter && fifths <= 7; fifths++) {
    const tonic = tonicOf(fifths, mode);
    if (tonic.letter === letter.toUpperCase() && tonic.alter === ALTERATIONS[sign ?? ""]) return { fifths, mode };
  }
  throw refuse(word, "is no key: write key=G for G major, key=e for E minor, key=Bb, key=f#");
}

function readMetre(value: string, word: Word): { numerator: number; denominator: number } {
  const [, numerator, denominator] = /^(\d{1,2})\/(\d{1,2})$/.exec(value)?.map(Number) ?? [];
  if (!(numerator > 0) || ![1, 2, 4, 8, 16, 32].includes(denominator)) {
    throw refuse(word, "is no metre: write it as metre=3/4");
  }
  return { numerator, denominator };
}

/** Ticks of the upbeat, as it is said or as the first barline shows it; every other bar must be full. */
function upbeatOf(barlines: readonly { tick: number; word: Word }[], bar: number, said: number | undefined): number {
  const first = barlines.find(({ tick }) => tick > 0);
  const upbeat = (said ?? first?.tick ?? 0) % bar;
  for (const { tick, word } of barlines) {
    const over = ((tick - upbeat) % bar + bar) % bar;
    if (over === 0 || tick === 0) continue;
    throw new FormatError(
      `Cannot read the melody: line ${word.line}, word ${word.number}: this barline stands ${
        over / TICKS
      } quarter notes into ` +
        `a bar of ${bar / TICKS}; the bars before it are not all full`,
    );
  }
  return upbeat;
}
