import { checkOptions, kinds, optional } from "../../options/mod.ts";
import {
  barQuarters,
  channelOf,
  DEFAULT_VELOCITY,
  DRUM_CHANNEL,
  type Note,
  type Part,
  type Score,
  secondsAt,
  tempoMap,
} from "../../score/mod.ts";
import { FormatError } from "../format_error.ts";
import { agree, disagreement } from "../agree.ts";
import { commonMultiple, FINE_TICKS, MOST_TICKS, usualTicks } from "../ticks.ts";
import { AbcError, Mending } from "./abc_error.ts";
import { parse } from "./parse.ts";
import { type At, type PlayedVoice, playVoice } from "./play_voice.ts";
import { firstTune } from "./tunes.ts";

/** A key, or none, or what else may stand in its place. */
const HAS_KEY = /^\uFEFF?K:[ \t]*(?:[A-G](?![a-z]{4})|H[Pp]|none\b|clef|treble|alto|tenor|bass|perc|[_^=]|%|$)/m;

/** How {@linkcode readAbc} reads. */
export interface ReadAbcOptions {
  /**
   * Reads on where the text is not sound but says well enough what sounds, and says in `score.repairs` what was done;
   * `false` refuses it.
   *
   * @default {true}
   */
  repair?: boolean;
}

/**
 * Reads ABC ("The abc music standard 2.1", 2011), which the library abcjs parses: of several tunes the first. It is loaded
 * when the first tune comes.
 *
 * - Each voice (`V:`) is a part, in the order in which they begin; overlays belong to their voice: `&` goes back by a bar,
 *   `&&` by two, and within `(& … &)` to its beginning.
 * - Pitches are as they sound: `transpose=`, `octave=`, `%%MIDI transpose` and clefs with an 8 are followed, and so are keys.
 *   An accidental holds to the barline, in its own octave unless `%%propagate-accidentals` says `pitch` or `not`. Quarter
 *   tones are rounded.
 * - Where voices differ on metre or key, what most of them say holds, of as many what the upper says, with a warning.
 * - Ties are joined. Grace notes take no time and are left out; chord symbols and ornaments are not played. A chord is as
 *   long as its first note.
 * - Repeats are not played: the notes stand once, in the order of the text. Neither is the order of parts (`P:`).
 * - `ticksPerQuarter` is such that every onset and duration is a whole number: 480, or the least multiple of it that
 *   serves. The tempo is `Q:`, where it says a number; `Q:120` alone counts notes of the metre's lower number. Every note
 *   has the velocity {@linkcode DEFAULT_VELOCITY}. The program is `%%MIDI program`, otherwise 0.
 * - Macros (`m:`) are not expanded, which `repairs` say. What is said about the page (`%%…`, `I:`) is passed over. Bars need not be full.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readAbc } from "../mod.ts";
 *
 * const { title, parts: [tune], keys } = readAbc("X:1\nT:Scale\nM:4/4\nL:1/4\nK:D\nD E F (3G/A/B/ | c4 |]\n");
 * assertEquals(tune.notes.map(({ pitch }) => pitch), [62, 64, 66, 67, 69, 71, 73]);
 * assertEquals([title, keys[0].fifths], ["Scale", 2]);
 * ```
 *
 * @throws {AbcError} If a tune is too long (131,072 characters, 8,192 in a line, 100,000 quarter notes), cannot be parsed or
 * seems to be words (a letter that says nothing for every two notes), or with `repair: false` if it is not sound: with the
 * line.
 * @throws {FormatError} If there is no tune, which begins with `X:` or with fields up to `K:`, or no note in it.
 * @throws {TypeError} If it is no text.
 */
export function readAbc(text: string, options: ReadAbcOptions = {}): Score {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot read ABC: expected a text, got ${text === null ? "null" : typeof text}`);
  }
  const { repair = true } = checkOptions("read ABC", options, { repair: optional(kinds.boolean) });
  const { tune, count } = firstTune(text);
  if (!/^(\uFEFF)?X:/m.test(text) && !(/^[A-Za-z]:/.test(tune.lines[1]) && HAS_KEY.test(text))) {
    throw new FormatError(
      "Cannot read ABC: no line begins with X:, which begins a tune, nor does the text begin with fields up to K:, its key",
    );
  }
  const mending = new Mending({ strict: !repair });
  const parsed = parse(tune, mending);
  const voices = parsed.voices.map((voice) => playVoice(voice, parsed, mending));
  if (tune.beyond.length > 0) {
    const { length } = tune.beyond;
    const stand = length === 1 ? "Here stands 1 line" : `Here and below stand ${length} lines`;
    const wrong = `${stand} of music behind a blank line, which ends a tune`;
    mending.mend(tune.beyond[0], wrong, length === 1 ? "it was left out" : "they were left out");
  }

  const ticksPerQuarter = resolution(voices, tune.lineNumbers[0], mending);
  const ticks = (quarters: number) => Math.round(quarters * ticksPerQuarter);
  const said = <T extends object>(of: (voice: PlayedVoice) => At<T>[]) =>
    agree(voices.flatMap((voice, part) => of(voice).map(({ at, value }) => ({ tick: ticks(at), value, part }))));
  const metres = said(({ metres }) => metres), keys = said(({ keys }) => keys);
  const changes = voices.flatMap(({ tempos }) => tempos).map(({ at, value }) => ({
    tick: ticks(at),
    microsecondsPerQuarter: Math.round(60e6 / value),
  }));
  // Of several tempi at one tick the last holds in a tempo map: the upper voice's shall.
  const tempos = tempoMap(changes.reverse(), ticksPerQuarter);
  const seconds = (tick: number) => secondsAt(tempos, ticksPerQuarter, tick);

  const parts = voices.map(({ notes, program = 0, drum }, i): Part => ({
    name: parsed.voices[i].name || parsed.voices[i].id,
    ...drum ? { program: 0, drum, channel: DRUM_CHANNEL } : { program, drum, channel: channelOf(i) },
    track: i,
    notes: notes.filter(({ at, end, startChar }) => {
      if (ticks(end) > ticks(at)) return true;
      mending.mend(parsed.lineOf(startChar), "The note is shorter than a tick", "it was left out");
      return false;
    })
      .map(({ at, end, startChar: _, ...note }) => ({ ...note, startTick: ticks(at), endTick: ticks(end) }))
      .map((note): Note => ({
        ...note,
        velocity: DEFAULT_VELOCITY,
        start: seconds(note.startTick),
        end: seconds(note.endTick),
      }))
      .sort((a, b) => a.startTick - b.startTick || a.pitch - b.pitch || a.endTick - b.endTick),
  }));
  const { strangeLetters } = parsed, played = parts.reduce((sum, { notes }) => sum + notes.length, 0);
  if (2 * strangeLetters > played) {
    const wrong = `${strangeLetters} letters of the music say nothing in ABC, beside ${played} notes`;
    throw new AbcError(`${wrong}: these may be words, which stand behind w:, W: or %`, tune.lineNumbers[0]);
  }
  if (played === 0) {
    throw new FormatError(`Cannot read ABC: there is no note in the tune that begins in line ${tune.lineNumbers[0]}`);
  }
  const endTick = voices.reduce((most, { end }) => Math.max(most, ticks(end)), 0);
  const [metre] = metres.held, firstBar = ticks(voices[0].firstBar ?? 0);
  const upbeat = metre?.tick === 0 && firstBar > 0 && firstBar < Math.min(endTick, ticks(barQuarters(metre)));
  const warnings = [
    ...count > 1
      ? [`The text has ${count} tunes: the first was read. In a corpus, each tune of an .abc file is a piece.`]
      : [],
    ...disagreement("time signatures", metres.differ, ticksPerQuarter),
    ...disagreement("key signatures", keys.differ, ticksPerQuarter),
  ];
  return {
    ...(parsed.title && { title: parsed.title }),
    ...(upbeat && { upbeatTicks: firstBar }),
    ticksPerQuarter,
    parts,
    tempos,
    metres: metres.held,
    keys: keys.held,
    endTick,
    end: seconds(endTick),
    repairs: mending.sentences(),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** Ticks per quarter note in which every duration is a whole number, if MIDI can state it. */
function resolution(voices: readonly PlayedVoice[], line: number, mending: Mending): number {
  let least = 1;
  for (const under of voices.flatMap(({ unders }) => [...unders])) {
    least = commonMultiple(least, under);
    if (least <= MOST_TICKS) continue;
    const wrong = "The durations have no common unit that MIDI could state";
    mending.mend(line, wrong, `all were rounded to 1/${FINE_TICKS} quarter note`);
    return FINE_TICKS;
  }
  return usualTicks(least);
}
