/**
 * What is read here of the MusicXML that music21 brings, beside what music21 reads in it.
 *
 * @module
 */

import { readMusic } from "../../lib/formats/mod.ts";
import { differenceFrom, music21Readings } from "./music21_readings.ts";

/** Every so many files of the corpus are compared where not all are asked for. */
const EVERY = 16;

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
 * @returns What was compared, in words.
 * @throws {Error} If music21 fails, a file cannot be read, or a note differs where no reason is known.
 */
export async function compareWithMusic21Corpus(python: string, options: { all?: boolean } = {}): Promise<string> {
  let equals = 0, notes = 0, apart = 0, explained = 0;
  const differing: string[] = [];
  for await (const reading of music21Readings(python, { every: options.all ? 1 : EVERY })) {
    const { path, name, error } = reading;
    if (error !== undefined) throw new Error(`music21 cannot read ${name} of its own: ${error}`);
    if (name.endsWith(".krn")) continue;
    const { score } = readMusic(path, await Deno.readFile(path));
    if (!reading.together) apart++;
    else if (EXPLAINED[name]) explained++;
    else if (differenceFrom(score, reading.parts)) differing.push(name);
    else {
      equals++;
      notes += reading.parts.flat().length;
    }
  }
  if (differing.length > 0) throw new Error(`Other notes than music21 reads in ${differing.join(", ")}`);
  return `${notes} notes of ${equals} files of its corpus, to the note; ${explained} differ for a known reason, and in ` +
    `${apart} music21's own parts do not keep together`;
}

if (import.meta.main) console.log(await compareWithMusic21Corpus(Deno.args[0], { all: Deno.args.includes("--all") }));
