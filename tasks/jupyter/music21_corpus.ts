/**
 * What is read here of the MusicXML that music21 brings, beside what music21 reads in it.
 *
 * @module
 */

import { readMusic } from "../../lib/formats/mod.ts";

/** Every so many files of the corpus are compared where not all are asked for. */
const EVERY = 16;
/** Quarter notes by which a time may differ: music21 and the files round. */
const TOLERANCE = 1e-3;

/**
 * Prints what music21 reads, a line of JSON per file. Ties are joined from its noteheads by their marks: its own
 * `stripTies` leaves those of chords apart, of which not all notes are tied. `together` says whether its parts have their
 * barlines at the same times; where a part lacks something in a bar, or a dynamic stands behind it, they do not.
 */
const SCRIPT = `
import json, os, sys, warnings
warnings.simplefilter("ignore")
from music21 import converter, harmony, note
root = os.path.join(os.path.dirname(converter.__file__), "..", "corpus")

def heads(part):
    for each in part.flatten().notes:
        if isinstance(each, harmony.Harmony) or each.duration.isGrace: continue
        for head in getattr(each, "notes", [each]):
            if not isinstance(head, note.Unpitched):
                yield [head.pitch.midi, float(each.offset), float(each.quarterLength), head.tie.type if head.tie else None]

def notes(part):
    found, open_ties = [], {}
    for pitch, onset, length, tie in sorted(heads(part), key=lambda head: head[1]):
        waiting = open_ties.get((pitch, round(onset, 3)))
        if waiting:
            joined = waiting.pop()
            joined[2] = onset + length - joined[1]
        else:
            joined = [pitch, onset, length]
            found.append(joined)
        if tie in ("start", "continue"): open_ties.setdefault((pitch, round(onset + length, 3)), []).append(joined)
    return sorted(found, key=lambda each: (each[1], each[0], each[2]))

paths = sorted(os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names
               if name.endswith((".mxl", ".musicxml", ".xml")))
for path in paths[::int(sys.argv[1])]:
    score = converter.parse(path, forceSource=True).toSoundingPitch()
    bars = [[round(float(bar.offset), 3) for bar in part.getElementsByClass("Measure")] for part in score.parts]
    together = all(len(set(at)) == 1 for at in zip(*bars))
    print(json.dumps({"path": path, "name": os.path.relpath(path, root), "together": together,
                      "parts": [found for found in map(notes, score.parts) if found]}), flush=True)
`;

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

/** What music21 reads in a file. */
interface Music21Reading {
  path: string;
  name: string;
  together: boolean;
  parts: [pitch: number, onset: number, length: number][][];
}

/**
 * Reads the MusicXML files of music21's own corpus, every sixteenth of them or all, and compares every note of every part
 * with what music21 reads. Nothing of the corpus is kept.
 *
 * @param python The command of a Python that has music21.
 * @returns What was compared, in words.
 * @throws {Error} If music21 fails, a file cannot be read, or a note differs where no reason is known.
 */
export async function compareWithMusic21Corpus(python: string, options: { all?: boolean } = {}): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: ["-c", SCRIPT, `${options.all ? 1 : EVERY}`],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`music21 failed: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`);
  const readings = new TextDecoder().decode(stdout).trim().split("\n").map((line): Music21Reading => JSON.parse(line));
  let notes = 0, apart = 0, explained = 0;
  const differing: string[] = [];
  for (const { path, name, together, parts } of readings) {
    const { score: { parts: read, ticksPerQuarter } } = readMusic(path, await Deno.readFile(path));
    if (!together) apart++;
    else if (EXPLAINED[name]) explained++;
    else {
      const ours = read.filter(({ drum, notes }) => !drum && notes.length > 0).map(({ notes }) =>
        notes.map(({ pitch, startTick, endTick }) => [
          pitch,
          startTick / ticksPerQuarter,
          (endTick - startTick) / ticksPerQuarter,
        ])
      );
      if (equal(ours, parts)) notes += parts.flat().length;
      else differing.push(name);
    }
  }
  if (differing.length > 0) throw new Error(`Other notes than music21 reads in ${differing.join(", ")}`);
  const equals = readings.length - apart - explained;
  return `${notes} notes of ${equals} files of its corpus, to the note; ${explained} differ for a known reason, and in ` +
    `${apart} music21's own parts do not keep together`;
}

function equal(ours: readonly number[][][], theirs: readonly number[][][]): boolean {
  return ours.length === theirs.length &&
    ours.every((part, i) =>
      part.length === theirs[i].length &&
      part.every((note, j) => note.every((number, k) => Math.abs(number - theirs[i][j][k]) < TOLERANCE))
    );
}

if (import.meta.main) console.log(await compareWithMusic21Corpus(Deno.args[0], { all: Deno.args.includes("--all") }));
