import type { DataFrame } from "nodejs-polars";
import { heardPieces, noteClasses, type NoteHeadName } from "./note_classes.ts";
import type { HeardNote, NoteModel } from "./note_model.ts";

/** A model of one side of a note: of its pitch, say. Three make a {@linkcode NoteModel}. */
export interface NoteHead<Name extends NoteHeadName = NoteHeadName> {
  /** What it names. */
  readonly names: Name;
  /** How many numbers it has learned. */
  readonly parameters: number;
  /** Begins a piece. */
  listen(): HeadListener;
}

/** A {@linkcode NoteHead} that listens to one piece. */
export interface HeadListener {
  /** Hears the note that comes next. */
  hear(note: HeardNote): void;
  /** The probability of each class for the note after those heard. May be overwritten when it is asked again. */
  next(): Float64Array;
}

/**
 * A model whose heads know nothing of each other.
 *
 * @param name What a table of results calls it.
 */
export function modelOfHeads(name: string, heads: { [Name in NoteHeadName]: NoteHead<Name> }): NoteModel {
  const { pitch, step, duration } = heads;
  return {
    name,
    parameters: pitch.parameters + step.parameters + duration.parameters,
    listen() {
      const listeners = [pitch.listen(), step.listen(), duration.listen()];
      return {
        hear: (note) => listeners.forEach((listener) => listener.hear(note)),
        next() {
          const [pitch, step, duration] = listeners.map((listener) => listener.next().map(Math.log));
          return { pitch, step, duration };
        },
        dispose() {},
      };
    },
  };
}

/** The probability that a head gives to each note of a table that has one before it. */
export function heardProbabilities(head: NoteHead, table: DataFrame): Float64Array {
  const { of } = noteClasses[head.names];
  return Float64Array.from(
    heardPieces(table).flatMap(({ notes }) => {
      const listener = head.listen();
      return notes.slice(1).map((note, i) => {
        listener.hear(notes[i]);
        return listener.next()[of(note)];
      });
    }),
  );
}
