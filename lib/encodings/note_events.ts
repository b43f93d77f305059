import type { DataFrame } from "nodejs-polars";
import { numberColumn, pieceRows, pitchColumn, secondsColumn, stretchesOfTable } from "../notes/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { EventPiece } from "./encoding.ts";

/** A note as a model hears it, and as it goes on from it. */
export interface NoteEvent {
  /** MIDI number. */
  pitch: number;
  /** Seconds since the onset of the note before. */
  step: number;
  /** Seconds. */
  duration: number;
  /** Where its onset stands in the bar; not of a note that a model has drawn, nor where nobody knows. */
  place?: BarPlace;
  /** MIDI velocity, from 1 to 127; not of a note that a model has drawn. */
  velocity?: number;
  /** Index of its part or voice in the score; not of a note that a model has drawn. */
  part?: number;
  /** General MIDI program that plays it, from 0 to 127; not of a note that a model has drawn. */
  program?: number;
  /**
   * Of a note of one voice alone: notes of the other voices from this one until the next of its voice, by onset, as far as
   * a model may hear them. Those that begin with this note, or before, are heard with it; the later ones once the next
   * note's step is drawn. See `voicePieces`.
   */
  meanwhile?: readonly OtherNote[];
}

/** A note of another voice. */
export interface OtherNote {
  /** MIDI number. */
  pitch: number;
  /** Seconds from the onset of the note that it stands with; below 0 for what came before the first one of its voice. */
  wait: number;
  /** Seconds. */
  duration: number;
  /** Number of its voice, from the top. */
  voice: number;
}

/** Where an onset stands in its bar. */
export interface BarPlace {
  /** Quarter notes since the beginning of the bar. */
  quarter: number;
  /** Quarter notes of the whole bar. */
  bar: number;
  /** Quarter notes in a second, from the last onset that is not this one to it; nothing where there is none. */
  tempo?: number;
  /** Number of the bar, from 1, or 0 for an upbeat; nothing where it is not known. */
  number?: number;
  /** Quarter notes of a beat, as a conductor has it: 1.5 in 6/8; nothing where it is not known. */
  beat?: number;
}

/** A place in the bar as a number of parts of a quarter note; what is just before the barline is on it. */
export function placeInBar({ quarter, bar }: BarPlace, parts: number): number {
  return Math.round(parts * quarter) % Math.max(1, Math.round(parts * bar));
}

/** The place so many seconds after another, at the same tempo; nothing where there is none yet. */
export function placeAfter(place: BarPlace, seconds: number): BarPlace | undefined {
  const { quarter, bar, tempo, number } = place;
  if (seconds > 0 && tempo === undefined) return undefined;
  const at = quarter + seconds * (tempo ?? 0), bars = Math.floor(at / bar);
  return { ...place, quarter: at - bar * bars, ...number !== undefined && { number: number + bars } };
}

/** Options of {@linkcode notePieces}. */
export interface NotePiecesOptions {
  /**
   * Say where notes stand in their bars, as far as the table knows.
   *
   * @default {true}
   */
  places?: boolean;
}

/**
 * The notes of a table, piece by piece; with their places in the bar where the table has the columns `quarter`, `bar`
 * and `beat` of `toNoteTable`, and with velocity, part and program where it has those.
 *
 * @param table A table with the columns `piece`, `pitch`, `step` and `duration`.
 * @throws {TypeError} If a column is missing, or of the wrong type.
 * @throws {RangeError} If a value is missing or out of range, or the notes of a piece do not stand together.
 */
export function notePieces(table: DataFrame, options: NotePiecesOptions = {}): EventPiece<NoteEvent>[] {
  const { places: wanted = true } = checkOptions("read the notes", options, { places: optional(kinds.boolean) });
  const pitch = pitchColumn(table), step = secondsColumn(table, "step"), duration = secondsColumn(table, "duration");
  const others = (["velocity", "part", "program"] as const).filter((name) => table.columns.includes(name))
    .map((name) => [name, numberColumn(table, name)] as const);
  const knowsBars = wanted && ["quarter", "bar", "beat"].every((name) => table.columns.includes(name));
  return pieceRows(table).map(({ piece, first, count }) => {
    const places = knowsBars ? placesOf(table.slice(first, count), step.subarray(first, first + count)) : undefined;
    return {
      piece,
      events: Array.from({ length: count }, (_, k) => {
        const i = first + k, place = places?.[k];
        const note: NoteEvent = { pitch: pitch[i], step: step[i], duration: duration[i], ...place && { place } };
        for (const [name, column] of others) note[name] = column[i];
        return note;
      }),
    };
  });
}

/** Where the onsets of a piece stand in their bars; nothing before the first time signature. */
function placesOf(piece: DataFrame, steps: Float64Array): (BarPlace | undefined)[] {
  const quarter = numberColumn(piece, "quarter"), stretches = stretchesOfTable(piece, quarter);
  let current = 0, before = 0, tempo: number | undefined;
  return Array.from(quarter, (at, row) => {
    if (steps[row] > 0 && at > quarter[before]) tempo = (at - quarter[before]) / steps[row];
    if (at > quarter[before]) before = row;
    while (current + 1 < stretches.length && stretches[current + 1].from <= at) current++;
    const { bar, barline, barLength, beatLength } = stretches[current];
    if (bar === null) return undefined;
    const full = Math.floor((at - barline) / barLength);
    return {
      quarter: at - barline - barLength * full,
      bar: barLength,
      ...tempo !== undefined && { tempo },
      number: bar + full,
      beat: beatLength,
    };
  });
}
