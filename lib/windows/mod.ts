/**
 * Pieces as training examples: lazy windows of fixed length, and batches of
 * plain numbers.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { windows } from "./mod.ts";
 * import pl from "nodejs-polars";
 *
 * const table = pl.DataFrame({
 *   piece: ["scale", "scale", "scale", "scale"],
 *   pitch: [60, 62, 64, 65],
 *   step: [0, 0.5, 0.5, 0.5],
 *   duration: [0.5, 0.5, 0.5, 1],
 * });
 * const examples = windows(table, { length: 2 });
 *
 * assertEquals(examples.size, 2);
 * assertEquals(examples.at(1).targets.pitch, Int32Array.of(65));
 * for (const { inputs, steps, size } of examples.batches({ size: 2 })) {
 *   assertEquals([size, steps.notes, inputs.notes.length], [2, 2, 2 * 2 * 3]);
 * }
 * ```
 *
 * @module
 */

export type { Batch } from "./batch.ts";
export { type BlockWindowsOptions, windowsByBlocks } from "./blocks.ts";
export { type NoteWindowsOptions, windows } from "./note_windows.ts";
export {
  type BatchesOptions,
  type Examples,
  type Window,
  type Windows,
  windowsOf,
  type WindowsOptions,
} from "./windows.ts";
