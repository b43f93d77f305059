/**
 * Reading music from `**kern`, the text notation in which the field keeps its
 * scores: one column a voice, time running down.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readKern } from "./mod.ts";
 *
 * const score = readKern([
 *   "**kern\t**kern",
 *   "*M2/4\t*M2/4",
 *   "2C;\t4e",
 *   ".\t4f#",
 *   "*-\t*-",
 * ].join("\n"));
 * const [upper, lower] = score.parts;
 * assertEquals(upper.notes.map((note) => [note.start, note.pitch]), [[0, 64], [0.5, 66]]);
 * assertEquals([lower.notes[0].pitch, lower.notes[0].end, lower.notes[0].fermata], [48, 1, true]);
 * ```
 *
 * @module
 */

export { type Bar, barsOf } from "./bars.ts";
export { decodeKern } from "./decode.ts";
export { KernError, type Place } from "./kern_error.ts";
export { KERN_VELOCITY, readKern, type ReadKernOptions } from "./read_kern.ts";
export type { KeySignature, Metre, Note, Part, Score, Tempo, TimedNote } from "../midi/mod.ts";
