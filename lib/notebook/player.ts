import type { DataFrame } from "nodejs-polars";
import { encodeWav, type Instrument, INSTRUMENTS, pageSource, synthesise } from "../audio/mod.ts";
import { writeMidi } from "../formats/mod.ts";
import { notesOf, numberColumn } from "../notes/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { COLOURS, display, escapeMarkup, plainText } from "../plots/mod.ts";
import type { TimedNote } from "../score/mod.ts";
import { fromFirstOnset } from "./first_onset.ts";
import { enlivenPlayers, type PagePlayer } from "./player_page.ts";
import { playerRoll, TIME_AXIS } from "./player_roll.ts";
import type { Shown } from "./table.ts";
import { clockTime } from "./terminal_progress.ts";

/** What {@linkcode player} can be told. */
export interface PlayerOptions {
  /** Name of the piece, for the heading and the downloads. @default {"Notes"} */
  title?: string;
  /** Names of the parts, by part index, as in `score.parts`. @default {"part 1", "part 2", …} */
  names?: readonly string[];
  /** What plays the notes: one for all, or one for each part, by part index. The page can change it. @default {"pluck"} */
  instrument?: Instrument | readonly Instrument[];
  /** Where each part is heard, by part index, from -1, the left, to 1, the right. @default {all in the middle} */
  pan?: readonly number[];
  /**
   * Where the piece is saved as a MIDI file, as seen from the folder in which the executed notebook will lie. In a
   * notebook that nobody has trusted yet, a link to a file is the only one that JupyterLab leaves.
   *
   * @default {undefined}
   */
  file?: string;
  /**
   * Seconds of sound in the plain audio element, for pages that may run no script: each takes 0.04 MB of the notebook,
   * and the kernel can lose an output of several megabytes.
   *
   * @default {20}
   */
  seconds?: number;
}

/** Samples a second of the plain audio element. */
const PLAIN_RATE = 16_000;
/** Notes with which an output stays below 2 MB. */
const MOST_NOTES = 20_000;

const INSTRUMENT: Kind<Instrument | readonly Instrument[]> = {
  words: `one of ${Object.keys(INSTRUMENTS).map((name) => `"${name}"`).join(", ")}, or a list of them`,
  hasType: (value) => [value].flat().every((name) => typeof name === "string" && Object.hasOwn(INSTRUMENTS, name)),
};

/**
 * Plays notes in the notebook: a picture of the piece, on which a click starts the sound and a drag marks a passage to
 * loop, with a cursor, tempo and an instrument for each part, which may stand apart from left to right, and links to keep it as MIDI and as WAV.
 *
 * The page makes the sound from the notes by itself: it plays the whole piece, offline too, in nbconvert's pages and in
 * a notebook that was sent by mail. Where it may run no script, as in a notebook that nobody has trusted yet, the picture
 * stays, above a plain audio element with the beginning. A passage from the middle of a piece begins at once, not after
 * the silence of what was before it.
 *
 * @param music Notes in seconds, or a table of notes of one piece; its column `part`, if there is one, tells the parts.
 * @throws {RangeError} If there is no note to play, or more than 20,000, the table holds several pieces, or a note's
 * numbers are out of range.
 * @throws {TypeError} If the table lacks a column, or an instrument has another name.
 */
export function player(music: readonly TimedNote[] | DataFrame, options: PlayerOptions = {}): Shown {
  const { title = "Notes", file, seconds = 20 } = checkOptions("play", options, {
    title: optional(kinds.text),
    names: optional(kinds.list("names of parts", kinds.text)),
    instrument: optional(INSTRUMENT),
    pan: optional(kinds.list("places from left to right", kinds.number({ from: -1, to: 1 }))),
    file: optional(kinds.name),
    seconds: optional(kinds.positiveNumber),
  });
  const { notes, parts } = withParts(music, options);
  const length = notes.reduce((last, { end }) => Math.max(last, end), 0.1);
  const plain = notes.filter(({ start }) => start < seconds).map((note) => ({
    ...note,
    end: Math.min(note.end, seconds),
    instrument: parts[note.part].instrument,
  }));
  const wav = encodeWav(synthesise(plain, { sampleRate: PLAIN_RATE }), PLAIN_RATE).toBase64();
  const roll = `data:image/svg+xml,${encodeURIComponent(playerRoll(notes, length))}`;
  const page: PagePlayer = {
    notes: notes.map(({ pitch, start, end, velocity, part }) => {
      return [pitch, milliseconds(start), milliseconds(end - start), velocity, part];
    }),
    length,
    axis: TIME_AXIS,
    parts: parts.length > 1 ? parts : [{ ...parts[0], name: "" }],
    file: fileName(title),
    midi: writeMidi(notes, { name: title }).toBase64(),
  };
  const caption = `${notes.length} ${notes.length === 1 ? "note" : "notes"}, ${clockTime(length)}`;
  const saved = file === undefined
    ? ""
    : ` The MIDI file is <a href="${escapeMarkup(file)}">${escapeMarkup(file)}</a>: ` +
      "right-click, <i>Save Link As</i>.";
  const plainly = `${length > seconds ? `This is the first ${clockTime(seconds)}. ` : ""}To hear the whole piece, ` +
    "with a cursor, tempo and loops, and to save it, run the cell, or choose <i>Trust Notebook</i> in JupyterLab's " +
    `command palette (Ctrl+Shift+C).${saved}`;
  const html = `<figure style="margin:0.5em 0;max-width:800px" data-player="${escapeMarkup(JSON.stringify(page))}">` +
    `<figcaption><b>${escapeMarkup(title)}</b> (${caption})</figcaption>` +
    `<div data-roll style="position:relative"><img style="display:block;width:100%" ` +
    `alt="${escapeMarkup(`The notes of ${title} from left to right, ${caption}`)}" src="${roll}"></div>` +
    `<div data-plain><audio controls preload="metadata" src="data:audio/wav;base64,${wav}"></audio>` +
    `<p>${plainly}</p></div>` +
    `<script>${SCRIPT}</script></figure>`;
  return { html, [display]: () => ({ "text/html": html, "text/plain": plainText(`[Player: ${title}, ${caption}]`) }) };
}

/** The page's script: it knows nothing of the piece, and brings to life whatever players it finds. */
const SCRIPT = [
  `(() => {"use strict";`,
  pageSource(),
  `${clockTime}`,
  `(${enlivenPlayers})({ synthesise, synthesiseStereo, encodeWav, instruments: Object.keys(INSTRUMENTS), clockTime });`,
  "})();",
].join("\n").replace(/^ +/gm, "");

/** Notes by onset, from the first one on, each with its part among those that play. */
function withParts(
  music: readonly TimedNote[] | DataFrame,
  { names = [], instrument = "pluck", pan = [] }: PlayerOptions,
): { notes: (TimedNote & { part: number })[]; parts: PagePlayer["parts"] } {
  const notes = fromFirstOnset(isTable(music) ? notesOfOnePiece(music) : music);
  if (notes.length === 0) throw new RangeError("Cannot play: there is no note");
  if (notes.length > MOST_NOTES) {
    throw new RangeError(`Cannot play ${notes.length} notes: more than ${MOST_NOTES} are too large for a notebook`);
  }
  const partOf = isTable(music) && music.columns.includes("part")
    ? numberColumn(music, "part")
    : new Float64Array(notes.length);
  const indices = [...new Set(partOf)].sort((a, b) => a - b);
  const place = new Map(indices.map((part, i) => [part, i]));
  return {
    notes: notes.map((note, i) => ({ ...note, part: place.get(partOf[i])! })).sort((a, b) => a.start - b.start),
    parts: indices.map((part, i) => ({
      name: names[part] || `part ${part + 1}`,
      colour: COLOURS[i % COLOURS.length],
      instrument: typeof instrument === "string" ? instrument : instrument[part] ?? "pluck",
      pan: pan[part] ?? 0,
    })),
  };
}

function isTable(music: readonly TimedNote[] | DataFrame): music is DataFrame {
  return !Array.isArray(music);
}

function notesOfOnePiece(table: DataFrame): TimedNote[] {
  const pieces = table.columns.includes("piece") ? table.getColumn("piece").nUnique() : 1;
  if (pieces > 1) throw new RangeError(`Cannot play: the table holds ${pieces} pieces, filter one of them`);
  return notesOf(table);
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** A title as a file name that every system takes. */
function fileName(title: string): string {
  const letters = title.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "-");
  return letters.slice(0, 60).replace(/^-+|-+$/g, "") || "notes";
}
