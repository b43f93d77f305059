import type { DataFrame } from "nodejs-polars";
import { encodeWav, synthesise, type Voice } from "../audio/mod.ts";
import { writeMidi } from "../formats/mod.ts";
import type { TimedNote } from "../score/mod.ts";
import { notesOf } from "../notes/mod.ts";
import { display, escapeMarkup } from "../plots/mod.ts";
import { fromFirstOnset } from "./first_onset.ts";
import type { Shown } from "./table.ts";
import { clockTime } from "./terminal_progress.ts";

/** What {@linkcode player} can be told. */
export interface PlayerOptions {
  /** Name of the piece, for the heading and the downloads. @default {"Notes"} */
  title?: string;
  /** What plays the notes. @default {"pluck"} */
  voice?: Voice;
  /**
   * Play no more than this from the first onset, in seconds: each takes 0.06 MB of the notebook, and the kernel can
   * lose an output of several megabytes. The MIDI file has all notes.
   *
   * @default {30}
   */
  seconds?: number;
}

/** Enough for strings and soft pipes, and half the notebook of 44,100. */
const SAMPLE_RATE = 22050;

/** The link to the WAV takes the sound from the player beside it, so that the notebook holds it once. */
const TAKE_SOUND = "this.href = this.closest('figure').querySelector('audio').src";

/**
 * An audio element that plays notes in the notebook, with links to keep them as MIDI and as WAV. Sound and files are in
 * the element itself: it plays offline, and in a notebook that was sent by mail. A passage from the middle of a piece
 * begins at once, not after the silence of what was before it.
 *
 * @param music Notes in seconds, or a table of notes of one piece.
 * @throws {RangeError} If there is no note to play, the table holds several pieces, or a note's numbers are out of range.
 * @throws {TypeError} If the table lacks a column, or the voice has another name.
 */
export function player(music: readonly TimedNote[] | DataFrame, options: PlayerOptions = {}): Shown {
  const { title = "Notes", voice = "pluck", seconds = 30 } = options;
  if (!(seconds > 0)) {
    throw new RangeError(`Cannot play: the seconds to play must be positive, current value is ${seconds}`);
  }
  const notes = fromFirstOnset(isTable(music) ? notesOfOnePiece(music) : music);
  if (notes.length === 0) throw new RangeError("Cannot play: there is no note");
  const played = notes.filter((note) => note.start < seconds)
    .map((note) => ({ ...note, end: Math.min(note.end, seconds) }));
  const wav = encodeWav(synthesise(played, { voice, sampleRate: SAMPLE_RATE }), SAMPLE_RATE);
  const length = notes.reduce((last, note) => Math.max(last, note.end), 0);
  const part = length > seconds
    ? `, the first ${clockTime(seconds)} of ${clockTime(length)}`
    : `, ${clockTime(length)}`;
  const caption = `${notes.length} notes${part}`;
  const sound = `data:audio/wav;base64,${wav.toBase64()}`;
  const midi = `data:audio/midi;base64,${writeMidi(notes, { name: title }).toBase64()}`;
  const name = fileName(title);
  const html = `<figure style="margin: 0.5em 0"><figcaption><b>${escapeMarkup(title)}</b> (${caption})</figcaption>` +
    `<audio controls preload="metadata" src="${sound}"></audio><br>` +
    `<a href="${midi}" download="${name}.mid">${name}.mid</a> · ` +
    `<a href="#" onclick="${TAKE_SOUND}" download="${name}.wav">${name}.wav</a></figure>`;
  return { html, [display]: () => ({ "text/html": html, "text/plain": `[Player: ${title}, ${caption}]` }) };
}

function isTable(music: readonly TimedNote[] | DataFrame): music is DataFrame {
  return !Array.isArray(music);
}

function notesOfOnePiece(table: DataFrame): TimedNote[] {
  const pieces = table.columns.includes("piece") ? table.getColumn("piece").nUnique() : 1;
  if (pieces > 1) throw new RangeError(`Cannot play: the table holds ${pieces} pieces, filter one of them`);
  return notesOf(table);
}

/** A title as a file name that every system takes. */
function fileName(title: string): string {
  const letters = title.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "-");
  return letters.slice(0, 60).replace(/^-+|-+$/g, "") || "notes";
}
