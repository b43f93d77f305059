/**
 * What is read here of the MusicXML that music21 brings, beside what music21 reads in it.
 *
 * ```sh
 * deno run --no-prompt --allow-read --allow-run tasks/jupyter/music21_corpus.ts PYTHON [--all] [--seconds 120]
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import { readMusic } from "../../lib/formats/mod.ts";
import { type Progress, terminalProgress } from "../../lib/notebook/terminal_progress.ts";
import { differenceFrom, music21Readings } from "./music21_readings.ts";

/** Every so many files of the corpus are compared where not all are asked for. */
const EVERY = 16;

const MUSICXML = [".mxl", ".musicxml", ".xml"];

/** Where music21 or the file errs, and what we do. */
const EXPLAINED: Readonly<Record<string, string>> = {
  "schumann_robert/opus48no2.mxl": "cues are silent, in MusicXML's own words",
  "schumann_robert/dichterliebe_no2.xml": "cues are silent, in MusicXML's own words",
  "liliuokalani/aloha_oe.mxl": "a chord stands on two staves: each note belongs to its own",
  "schubert/Lindenbaum.xml": "notes of a chord last differently: each has its own length",
  "trecento/PMFC_13_04-Credo Cursor.xml": "an accidental is printed above a note that sounds without it (no alter)",
  "bach/bwv248.23-2.mxl": "unisons of two voices: a tie stays in its voice",
  "beethoven/opus18no4.mxl": "a tie has one end alone, and the note behind it stands in another voice",
  "beethoven/opus132.mxl": "a tie has one end alone, and the note behind it stands in another voice",
  "beach/prayer_of_a_tired_child.musicxml": "a tie has one end alone, and the note behind it stands in another voice",
  "schumann_clara/opus17/movement3.xml": "a tie has one end alone, and the note behind it stands in another voice",
};

/**
 * Reads the MusicXML files of music21's own corpus, every sixteenth of them or all, and compares every note of every part
 * with what music21 reads. Nothing of the corpus is kept.
 *
 * @param python The command of a Python that has music21.
 * @param options.seconds Seconds of the processor that music21 may take for a file; one that takes longer is left out,
 * and counted.
 * @returns What was compared, in words.
 * @throws {Error} If music21 fails, a file cannot be read, or a note differs where no reason is known.
 */
export async function compareWithMusic21Corpus(
  python: string,
  options: { all?: boolean; seconds?: number } = {},
): Promise<string> {
  let equals = 0, notes = 0, apart = 0, explained = 0;
  const differing: string[] = [];
  const late: string[] = [];
  let progress: Progress | undefined;
  const every = options.all ? 1 : EVERY;
  for await (const reading of music21Readings(python, { every, seconds: options.seconds, endings: MUSICXML })) {
    const { path, name, done, total } = reading;
    progress ??= terminalProgress("music21's corpus", total);
    await progress.update(done, name);
    if (reading.late) {
      late.push(name);
      continue;
    }
    if (reading.error !== undefined) throw new Error(`music21 cannot read ${name} of its own: ${reading.error}`);
    const { score } = readMusic(path, await Deno.readFile(path));
    if (!reading.together) apart++;
    else if (EXPLAINED[name]) explained++;
    else {
      const difference = differenceFrom(score, reading.parts);
      if (difference) differing.push(`${name} (${difference.sentence})`);
      else {
        equals++;
        notes += reading.parts.flat().length;
      }
    }
  }
  await progress?.done("");
  if (differing.length > 0) throw new Error(`Other notes than music21 reads in ${differing.join(", ")}`);
  const leftOut = late.length > 0 ? `; music21 took too long for ${late.join(", ")}` : "";
  return `${notes} notes of ${equals} files of its corpus, to the note; ${explained} differ for a known reason, and in ` +
    `${apart} music21's own parts do not keep together${leftOut}`;
}

if (import.meta.main) {
  const { positionals: [python], values: { all, seconds } } = parseArgs({
    args: Deno.args,
    options: { all: { type: "boolean" }, seconds: { type: "string" } },
    allowPositionals: true,
  });
  if (!python) throw new TypeError("Cannot compare: expected PYTHON");
  const limit = seconds === undefined ? undefined : Number(seconds);
  console.log(await compareWithMusic21Corpus(python, { all, seconds: limit }));
}
