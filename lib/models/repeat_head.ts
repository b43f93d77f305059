import type { DataFrame } from "nodejs-polars";
import { heardPieces, noteClasses, type NoteHeadName } from "./note_classes.ts";
import { modelOfHeads, type NoteHead } from "./note_head.ts";
import type { NoteModel } from "./note_model.ts";

/**
 * A head to which what was is what comes: the class before has the probability
 * r, all others share the rest alike, `p(x) = (1 - r) / (V - 1)`. So no
 * likelihood is infinite. r is the share of repeats in the notes learned from
 * that have one before them, with one repeat and one change more than there
 * were: `(repeats + 1) / (n + 2)`. Before it has heard a note, all classes are alike.
 *
 * @param names What it names.
 * @param train A table of notes to learn r from.
 */
export function repeatHead<Name extends NoteHeadName>(names: Name, train: DataFrame): NoteHead<Name> {
  const { count, of } = noteClasses[names];
  let [repeats, all] = [0, 0];
  for (const { notes } of heardPieces(train)) {
    for (let i = 1; i < notes.length; i++) {
      if (of(notes[i]) === of(notes[i - 1])) repeats++;
      all++;
    }
  }
  const r = (repeats + 1) / (all + 2);
  return {
    names,
    parameters: 1,
    listen() {
      const probabilities = new Float64Array(count).fill(1 / count);
      return {
        hear(note) {
          probabilities.fill((1 - r) / (count - 1));
          probabilities[of(note)] = r;
        },
        next: () => probabilities,
      };
    },
  };
}

/**
 * What was is what comes: {@linkcode repeatHead} for pitch, step and duration.
 *
 * @param train A table of notes to learn three probabilities of a repeat from.
 */
export function repeatModel(train: DataFrame): NoteModel {
  return modelOfHeads("repeat previous", {
    pitch: repeatHead("pitch", train),
    step: repeatHead("step", train),
    duration: repeatHead("duration", train),
  });
}
