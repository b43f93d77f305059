/**
 * Tables of notes as training examples: lazy windows of fixed length, and
 * batches of tensors.
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
 * assertEquals(examples.at(1).pitch, 65);
 * for (const batch of examples.batches({ size: 2 })) {
 *   assertEquals(batch.inputs.shape, [2, 2, 3]);
 *   batch.dispose();
 * }
 * ```
 *
 * @module
 */

export { type Batch, type NextNotes, nextNotes, type NoteColumns, type Targets } from "./batch.ts";
export * from "./windows.ts";
