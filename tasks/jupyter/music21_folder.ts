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
import { barsOf, decodeText, readMusic } from "../../lib/formats/mod.ts";
import { differenceFrom, type Music21Options, music21Readings } from "./music21_readings.ts";

/** The bar and the line of a `**kern` text in which a time lies; nothing of other texts. */
function placeOf(name: string, bytes: Uint8Array, onset: number): string {
  if (!name.endsWith(".krn")) return "";
  const bar = barsOf(decodeText(bytes)).findLast(({ start }) => start <= onset + 1e-6);
  return bar ? `, in bar ${bar.number}, which begins in line ${bar.line}` : "";
}

/**
 * Reads the files of a folder here and with music21, and prints a line for each in which a note differs or that one of
 * the two cannot read: the first difference, where it stands, and what music21 is known to misread in that file.
 *
 * @returns The counts, in words.
 * @throws {Error} If music21 fails as a whole.
 */
export async function compareFolder(python: string, options: Music21Options): Promise<string> {
  let equal = 0, notes = 0, differing = 0, lengths = 0, unexplained = 0, theirs = 0, ours = 0, both = 0;
  const misreading = new Map<string, number>();
  for await (const reading of music21Readings(python, options)) {
    const bytes = await Deno.readFile(reading.path);
    let read;
    try {
      read = readMusic(reading.path, bytes).score;
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
    if (difference === undefined) {
      equal++;
      notes += reading.parts.flat().length;
      continue;
    }
    differing++;
    if (difference.lengthsAlone) lengths++;
    const misread = Object.entries(reading.misread);
    if (misread.length === 0) unexplained++;
    for (const [kind] of misread) misreading.set(kind, (misreading.get(kind) ?? 0) + 1);
    const apart = reading.together ? "" : "; music21's parts do not keep together";
    const place = placeOf(reading.name, bytes, difference.onset);
    const known = misread.map(([kind, count]) => `; ${count} ${kind}`).join("");
    console.log(`${reading.name}: ${difference.sentence}${place}${apart}${known}`);
  }
  for (const [kind, files] of [...misreading].toSorted((a, b) => b[1] - a[1])) {
    console.log(`music21 has, in ${files} of the files that differ: ${kind}`);
  }
  return `${equal} files equal to the note (${notes} notes), ${differing} differ (${lengths} in lengths alone, ` +
    `${unexplained} without anything that music21 is known to misread), ${theirs} that music21 alone cannot read, ` +
    `${ours} that are not read here, ${both} that neither reads`;
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
