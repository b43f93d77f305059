import { checkArgument, checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { firstInstrument } from "./parts.ts";
import type { Note, Score } from "./score.ts";

/**
 * How the parts of a score become one sequence of notes. `"first"` takes only the first part that has notes, whatever
 * plays it, and sorts by onset, so that a chord keeps the order of the source: what Kronforst and Mitra's run (2025)
 * did, after TensorFlow's music-generation tutorial. `"all"` takes all parts but drums, and sorts by onset, then
 * pitch: what their text says.
 */
export type Flattening = "first" | "all";

/** A note, and the part that it came from. */
export interface FlatNote {
  /** The note. */
  note: Note;
  /** Index of the part in `score.parts`. */
  part: number;
}

/** Options for {@linkcode flatten}. */
export interface FlattenOptions {
  /**
   * Take the drums of `"all"` parts, too.
   *
   * @default false
   */
  drums?: boolean;
}

/** What an option of that type must be. */
export const FLATTENING: Kind<Flattening> = kinds.oneOf("first", "all");

/**
 * The notes of a score as one sequence.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flatten, REST, scoreOfFrames } from "./mod.ts";
 *
 * const score = scoreOfFrames([[67, 60], [69, REST]]);
 * assertEquals(flatten(score, "first").map(({ note }) => note.pitch), [67, 69]);
 * assertEquals(flatten(score, "all").map(({ note }) => note.pitch), [60, 67, 69]);
 * ```
 *
 * @param score The score.
 * @param flattening Which parts, and in which order notes of one onset come.
 * @param options Whether drums are taken.
 * @throws {TypeError} If the flattening has another name.
 */
export function flatten(
  score: Pick<Score, "parts">,
  flattening: Flattening,
  options: FlattenOptions = {},
): FlatNote[] {
  const { drums = false } = checkOptions("flatten", options, { drums: optional(kinds.boolean) });
  checkArgument("flatten", "flattening", flattening, FLATTENING);
  const [first, alone] = [firstInstrument(score), flattening === "first"];
  return score.parts
    .flatMap((each, part) => {
      if (alone ? each !== first : each.drum && !drums) return [];
      return each.notes.map((note) => ({ note, part }));
    })
    .sort(({ note: a }, { note: b }) => a.startTick - b.startTick || (alone ? 0 : a.pitch - b.pitch));
}
