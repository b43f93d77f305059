import type { NoteEvent, Said } from "../encodings/mod.ts";
import { counted, type Distribution, logSoftmax } from "../heads/mod.ts";
import { checkArgument, kinds } from "../options/mod.ts";
import { followPiece } from "./follow_piece.ts";
import { mixedModel } from "./mixed_model.ts";
import type { Listener, SequenceModel } from "./sequence_model.ts";

const PITCH = "pitch";

/**
 * A model that hears a piece in several keys at once: what it says is the mean of the probabilities, with the pitches moved
 * back. One that has learned from transposed examples says nearly the same in every key, but not quite: a mixture of
 * several keys knows a little more than one, without more training.
 *
 * @param model It says the pitch as a class for each MIDI number.
 * @param keys Semitones by which it hears the notes higher, or lower where they are below 0; 0 is the piece's own key.
 * @throws {TypeError} If there are no keys, or the model does not say pitches, or says numbers instead of classes.
 * @throws {RangeError} If semitones are not integers.
 */
export function heardInKeys(model: SequenceModel<NoteEvent>, keys: readonly number[]): SequenceModel<NoteEvent> {
  checkArgument("hear in other keys", "keys", keys, kinds.list("semitones", kinds.integer()));
  const mixture = mixedModel(keys.map((semitones) => transposed(model, semitones)), {
    name: model.name,
    of: "probabilities",
  });
  return Object.defineProperty(mixture, "parameters", { get: () => model.parameters });
}

/** A model that hears every note some semitones higher, and whose pitches are moved back. */
function transposed(model: SequenceModel<NoteEvent>, semitones: number): SequenceModel<NoteEvent> {
  const pitches = model.heads.find(({ name }) => name === PITCH);
  if (!pitches?.discrete) {
    throw new TypeError(`Cannot hear in other keys: "${model.name}" does not say pitches as classes`);
  }
  if (semitones === 0) return model;
  const { classes, reads } = pitches;
  const moved = <Of extends Said | NoteEvent>(of: Of): Of =>
    of.pitch === undefined
      ? of
      // What would lie beyond the last MIDI number stays there.
      : { ...of, pitch: Math.min(Math.max(of.pitch + semitones, 0), classes - 1) };
  const movedBack = (head: string, said: ArrayLike<number>) => {
    if (head !== PITCH) return said;
    const logs = pitches.logs(said);
    let lowest = Infinity;
    for (let c = 0; c < classes; c++) lowest = Math.min(lowest, logs[c]);
    return logSoftmax(Float64Array.from({ length: classes }, (_, c) => logs[c + semitones] ?? lowest));
  };
  const listenerOf = (listener: Listener<NoteEvent>): Listener<NoteEvent> => ({
    hear: (note) => listener.hear(moved(note)),
    next: (head, drawn) => movedBack(head, listener.next(head, moved(drawn))),
    fork: () => listenerOf(listener.fork()),
    dispose: () => listener.dispose(),
  });
  return {
    name: model.name,
    heads: model.heads.map((head): Distribution => head === pitches ? counted(PITCH, { classes, reads }) : head),
    say: model.say,
    decode: model.decode,
    get parameters() {
      return model.parameters;
    },
    listen: (piece) => listenerOf(model.listen(piece)),
    *follow(piece, name) {
      for (const said of followPiece(model, piece.map(moved), name)) {
        yield Object.fromEntries(Object.entries(said).map(([head, numbers]) => [head, movedBack(head, numbers)]));
      }
    },
  };
}
