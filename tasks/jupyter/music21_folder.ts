/**
 * What is read here of the `**kern` and MusicXML of a folder, beside what music21 reads in it. The Python is one that has
 * music21; `--readers converter21` compares the readers that the package of that name puts in the place of music21's.
 *
 * ```sh
 * deno run --no-prompt --allow-read --allow-run tasks/jupyter/music21_folder.ts PYTHON FOLDER [--every 10]
 *   [--seconds 120] [--readers converter21]
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import { readMusic } from "../../lib/formats/mod.ts";
import { differenceFrom, type Music21Options, music21Readings } from "./music21_readings.ts";

/**
 * Reads the files of a folder here and with music21, and prints a line for each in which a note differs or that one of
 * the two cannot read.
 *
 * @returns The counts, in words.
 * @throws {Error} If music21 fails as a whole.
 */
export async function compareFolder(python: string, options: Music21Options): Promise<string> {
  let equal = 0, notes = 0, differing = 0, theirs = 0, ours = 0, both = 0;
  for await (const reading of music21Readings(python, options)) {
    let read;
    try {
      read = readMusic(reading.path, await Deno.readFile(reading.path)).score;
    } catch (error) {
      console.log(`${reading.name}: is not read here: ${error instanceof Error ? error.message : error}`);
      if (reading.error === undefined) ours++;
      else both++;
      continue;
    }
    if (reading.error !== undefined) {
      theirs++;
      console.log(`${reading.name}: music21 cannot read it: ${reading.error}`);
      continue;
    }
    const difference = differenceFrom(read, reading.parts);
    if (difference !== undefined) {
      differing++;
      const apart = reading.together ? "" : " (music21's parts do not keep together)";
      console.log(`${reading.name}: ${difference}${apart}`);
    } else {
      equal++;
      notes += reading.parts.flat().length;
    }
  }
  return `${equal} files equal to the note (${notes} notes), ${differing} differ, ${theirs} that music21 alone cannot ` +
    `read, ${ours} that are not read here, ${both} that neither reads`;
}

if (import.meta.main) {
  const text = { type: "string" } as const;
  const { positionals: [python, folder], values: { every, seconds, readers } } = parseArgs({
    args: Deno.args,
    options: { every: text, seconds: text, readers: text },
    allowPositionals: true,
  });
  if (!folder) throw new TypeError("Cannot compare: expected PYTHON FOLDER");
  const number = (value?: string) => value === undefined ? undefined : Number(value);
  console.log(await compareFolder(python, { folder, every: number(every), seconds: number(seconds), readers }));
}
