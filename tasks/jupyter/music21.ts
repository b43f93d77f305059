/**
 * What music21 reads in the MusicXML that is written here, note for note.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { readKern, writeMusicXml } from "../../lib/formats/mod.ts";
import { PROJECT } from "./environment.ts";

/** A note of a part: onset and length in quarter notes, MIDI number, whether a fermata stands on it. */
type ReadNote = [start: number, length: number, pitch: number, fermata: boolean];

/** Prints the notes of each part of the files that it is given, ties joined, as JSON. */
const SCRIPT = `
import json, sys
from music21 import converter, expressions

def notes(part):
    found = []
    # Joining ties keeps the signs of the first head alone.
    held = [head.offset for head in part.flatten().notes
            if any(isinstance(each, expressions.Fermata) for each in head.expressions)]
    for note in part.stripTies().flatten().notes:
        fermata = any(note.offset <= offset < note.offset + note.quarterLength for offset in held)
        for pitch in sorted(pitch.midi for pitch in note.pitches):
            found.append([float(note.offset), float(note.quarterLength), pitch, fermata])
    return found

def piece(path):
    score = converter.parse(path)
    bars = [[float(bar.offset), bar.number] for bar in score.parts[0].getElementsByClass("Measure")]
    keys = [key.sharps for key in score.parts[0].flatten().getElementsByClass("KeySignature")]
    times = [time.ratioString for time in score.parts[0].flatten().getElementsByClass("TimeSignature")]
    return {"names": [part.partName for part in score.parts], "notes": [notes(part) for part in score.parts],
            "bars": bars, "keys": keys, "times": times}

print(json.dumps([piece(path) for path in sys.argv[1:]]))
`;

/**
 * Writes the sample's chorales as MusicXML, lets music21 read them, and compares every note, the names of the parts, the
 * bars, keys and metres.
 *
 * @param python The command of a Python that has music21.
 * @param folder Where the files are put; it is made.
 * @returns What was compared, in words.
 * @throws {Error} If music21 fails, or reads something else than was written.
 */
export async function compareWithMusic21(python: string, folder: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const sample = join(PROJECT, "data", "sample");
  const scores = [];
  for await (const { name } of Deno.readDir(sample)) {
    if (!name.endsWith("-chorale.krn")) continue;
    const score = readKern(await Deno.readTextFile(join(sample, name)));
    const path = join(folder, name.replace(".krn", ".musicxml"));
    await Deno.writeTextFile(path, writeMusicXml(score));
    scores.push({ path, score });
  }
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: ["-c", SCRIPT, ...scores.map(({ path }) => path)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`music21 failed: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`);
  const read = JSON.parse(new TextDecoder().decode(stdout));
  let notes = 0;
  for (const [i, { path, score: { parts, ticksPerQuarter, keys, metres, upbeatTicks = 0 } }] of scores.entries()) {
    const written = parts.map((part) =>
      part.notes.map(({ startTick, endTick, pitch, fermata = false }): ReadNote => {
        return [startTick / ticksPerQuarter, (endTick - startTick) / ticksPerQuarter, pitch, fermata];
      })
    );
    assertEquals(read[i].notes, written, path);
    assertEquals(read[i].names, parts.map(({ name }) => name), path);
    assertEquals(read[i].keys, keys.map(({ fifths }) => fifths), path);
    assertEquals(read[i].times, metres.map(({ numerator, denominator }) => `${numerator}/${denominator}`), path);
    const first = read[i].bars.find(([, number]: [number, number]) => number === 1);
    assertEquals(first[0], upbeatTicks / ticksPerQuarter, path);
    notes += written.flat().length;
  }
  return `${notes} notes of ${scores.length} chorales, to the note`;
}
