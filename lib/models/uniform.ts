import { noteClasses, type NoteHeadName } from "./note_classes.ts";
import { modelOfHeads, type NoteHead } from "./note_head.ts";
import type { NoteModel } from "./note_model.ts";

/** A head to which all classes are alike, whatever it hears: `p(x) = 1 / V`. */
export function uniformHead<Name extends NoteHeadName>(names: Name): NoteHead<Name> {
  const { count } = noteClasses[names];
  const probabilities = new Float64Array(count).fill(1 / count);
  return { names, parameters: 0, listen: () => ({ hear() {}, next: () => probabilities }) };
}

/**
 * Knows nothing: ln 128 = 4.852 nats a pitch, ln 65 = 4.174 a step, ln 64 =
 * 4.159 a duration. What any model must stay below.
 */
export function uniformModel(): NoteModel {
  return modelOfHeads("uniform", {
    pitch: uniformHead("pitch"),
    step: uniformHead("step"),
    duration: uniformHead("duration"),
  });
}
