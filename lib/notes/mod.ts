/**
 * A score as a table of notes: what the models learn from, and what musicians
 * can look at.
 *
 * {@linkcode toNoteTable} flattens a score into rows, one per note, with its
 * pitch, its step (seconds since the note before began) and its duration;
 * {@linkcode findKey} and the transpositions bring pieces to one key or
 * spread them over all; {@linkcode notesOf} leads back to sounding notes.
 * Tables are Polars data frames; numbers leave them as typed arrays
 * ({@linkcode numberColumn}), checked; times become classes by
 * {@linkcode stepClasses} and {@linkcode durationClasses}.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { findKey, notesOf, toNoteTable } from "./mod.ts";
 *
 * const notes = [60, 64, 67, 72].map((pitch, i) => ({
 *   pitch,
 *   velocity: 80,
 *   startTick: i * 480,
 *   endTick: (i + 1) * 480,
 *   start: i / 2,
 *   end: (i + 1) / 2,
 * }));
 * const score = {
 *   ticksPerQuarter: 480,
 *   parts: [{ name: "", program: 0, drum: false, channel: 0, track: 0, notes }],
 *   tempos: [{ tick: 0, time: 0, microsecondsPerQuarter: 500_000 }],
 *   metres: [{ tick: 0, numerator: 3, denominator: 4 }],
 *   keys: [],
 *   endTick: 1920,
 *   end: 2,
 *   repairs: [],
 * };
 * const table = toNoteTable(score, { piece: "arpeggio" });
 *
 * assertEquals(table.getColumn("step").toArray(), [0, 0.5, 0.5, 0.5]);
 * assertEquals(table.getColumn("bar").toArray(), [1, 1, 1, 2]);
 * assertEquals(findKey(table).name, "C major");
 * assertEquals(notesOf(table)[1], { pitch: 64, start: 0.5, end: 1, velocity: 80 });
 * ```
 *
 * @module
 */

export * from "./columns.ts";
export { NoteScan, type NoteScanOptions, type ScannedPiece } from "./note_scan.ts";
export * from "./note_table.ts";
export * from "./key.ts";
export * from "./lay_on_tempo.ts";
export * from "./metre.ts";
export * from "./note_columns.ts";
export * from "./time_classes.ts";
export * from "./training_notes.ts";
export * from "./transpose.ts";
export * from "./with_voices.ts";
