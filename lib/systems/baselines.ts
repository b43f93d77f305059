import { type Column, noteClasses, type NoteEvent } from "../encodings/mod.ts";
import { type ColumnListener, type ColumnModel, modelOfColumns, type SaidPieces, saidPieces } from "./column_model.ts";
import type { CountingSystem } from "./system.ts";

/** A model to which all classes are alike, whatever it hears: `p(x) = 1 / V`. */
export function uniformColumn({ name, size }: Column): ColumnModel {
  const probabilities = new Float64Array(size!).fill(1 / size!);
  const listener: ColumnListener = { hear() {}, next: () => probabilities, fork: () => listener };
  return { column: name, classes: size!, parameters: 0, listen: () => listener };
}

/**
 * A model to which what was is what comes: the class before has the probability
 * r, all others share the rest alike, `p(x) = (1 - r) / (V - 1)`. So no
 * likelihood is infinite. r is the share of repeats in the events learned from
 * that have one before them, with one repeat and one change more than there
 * were: `(repeats + 1) / (n + 2)`. Before it has heard an event, all classes are alike.
 *
 * @param column What it names.
 * @param train Pieces to learn r from.
 */
export function repeatColumn({ name, size }: Column, train: SaidPieces): ColumnModel {
  const classes = size!;
  let [repeats, all] = [0, 0];
  for (const events of train) {
    for (let i = 1; i < events.length; i++) {
      if (events[i][name] === events[i - 1][name]) repeats++;
      all++;
    }
  }
  const r = (repeats + 1) / (all + 2);
  const listenerOf = (probabilities: Float64Array): ColumnListener => ({
    hear: (said) => void (probabilities.fill((1 - r) / (classes - 1))[said[name]] = r),
    next: () => probabilities,
    fork: () => listenerOf(probabilities.slice()),
  });
  return {
    column: name,
    classes,
    parameters: 1,
    listen: () => listenerOf(new Float64Array(classes).fill(1 / classes)),
  };
}

/**
 * Knows nothing: ln 128 = 4.852 nats per pitch, ln 65 = 4.174 per step, ln 64 =
 * 4.159 per duration. What any model must stay below.
 */
export const uniform: CountingSystem<NoteEvent> = {
  name: "uniform",
  title: "uniform",
  citation: "Knows nothing: what any model must stay below",
  learn: () => modelOfColumns("uniform", noteClasses, noteClasses.says.map(uniformColumn)),
};

/** Says what has just been: {@linkcode repeatColumn} for pitch, step and duration. */
export const repeat: CountingSystem<NoteEvent> = {
  name: "repeat",
  title: "repeat previous",
  citation: "Says what has just been; learns how often that comes again",
  learn({ train }) {
    const said = saidPieces(noteClasses, train);
    return modelOfColumns("repeat previous", noteClasses, noteClasses.says.map((column) => repeatColumn(column, said)));
  },
};
