import { dirname } from "node:path";
import type { DataFrame } from "nodejs-polars";
import { encodeWav, synthesise } from "../audio/mod.ts";
import { writeMidi } from "../formats/mod.ts";
import { notesOf } from "../notes/mod.ts";
import { expandHome } from "../options/mod.ts";
import { replaceFile } from "../files/mod.ts";
import { fromFirstOnset } from "./first_onset.ts";

const SAMPLE_RATE = 44100;

/**
 * Writes a table of notes as `PATH.mid` and, played on plucked strings, as `PATH.wav` (44.1 kHz, 16 bit, mono). Both
 * begin with the first note. Each is written to a temporary name and renamed.
 *
 * Needs `--allow-write` for the folder, which is made where it is missing.
 *
 * @param path The files' path without an ending.
 * @param table Notes of one piece.
 * @returns The two paths.
 * @throws {RangeError} If the table has no notes, or a note's numbers are out of range.
 */
export async function saveSample(path: string, table: DataFrame): Promise<[midi: string, wav: string]> {
  const notes = fromFirstOnset(notesOf(table));
  const wav = encodeWav(synthesise(notes, { sampleRate: SAMPLE_RATE }), SAMPLE_RATE);
  const place = expandHome(path);
  await Deno.mkdir(dirname(place), { recursive: true });
  await replaceFile(`${place}.mid`, writeMidi(notes));
  await replaceFile(`${place}.wav`, wav);
  return [`${place}.mid`, `${place}.wav`];
}
