/**
 * What music21 reads in files of music, and how what is read here differs from it.
 *
 * @module
 */

import type { Score } from "../../lib/score/mod.ts";
import { linesOf } from "../../lib/files/mod.ts";

/** Quarter notes by which a time may differ: music21 and the files round. */
const TOLERANCE = 1e-3;

/**
 * Prints what music21 reads, a line of JSON per file. Ties are joined from its noteheads by their marks, of a unison to
 * the note that has one: its own `stripTies` leaves those of chords apart, of which not all notes are tied. `together`
 * says whether its parts have their barlines at the same times; where a part lacks something in a bar, or a dynamic
 * stands behind it, they do not. `misread` counts what it is known to misread of `**kern`. `done` and `total` are bytes
 * of text.
 */
const SCRIPT = `
import collections, json, os, re, signal, sys, warnings, zipfile
warnings.simplefilter("ignore")
from music21 import converter, harmony, note
from music21.humdrum import spineParser
root, every, seconds, other, *endings = sys.argv[1:]
root = root or os.path.join(os.path.dirname(converter.__file__), "..", "corpus")
if other: __import__(other).register()

misread = collections.Counter()
insert, parse = spineParser.SpineCollection.performInsertions, spineParser.KernSpine.parse
def counted_insert(self):
    for spine in self.spines:
        # Of two columns split off with nothing between in the spine itself, it finds a place for the first alone.
        lasting = [event.lineNumber for event in spine.eventList
                   if event.contents not in (".", "!", *spineParser.spinePathIndicators)]
        points = [] if spine.parentSpine or spine.spineType != "kern" else sorted(spine.childSpineInsertPoints)
        misread["splits right after a join, put at the end of the part"] += sum(
            not any(first < line < second for line in lasting) for first, second in zip(points, points[1:]))
        # Only the columns that are split off from a spine itself are put back into it.
        if spine.spineType == "kern" and spine.parentSpine and spine.parentSpine.parentSpine:
            misread["tokens left out of a column split off from one that was split off"] += sum(
                event.contents[0] not in ".*!=" for event in spine.eventList)
    insert(self)
def counted_parse(self):
    for token in (event.contents for event in self.eventList if event.contents[0] not in ".*!="):
        lengths = {found.group() for found in map(re.compile(r"\\d+(%\\d+)?\\.*").search, token.split()) if found}
        misread["chords whose notes last differently, read as long as the first"] += len(lengths) > 1
        misread["dots of a fraction, left out"] += bool(re.search(r"%\\d+\\.", token))
        misread["appoggiaturas (P) that last, read without time"] += "P" in token and not re.search("[qQ]", token)
    parse(self)
def counted_warning(message, *_):
    misread["tokens left out because a note of them has no pitch"] += "Error in parsing event" in str(message)
spineParser.SpineCollection.performInsertions, spineParser.KernSpine.parse = counted_insert, counted_parse
spineParser.environLocal.warn = counted_warning

def heads(part):
    for each in part.flatten().notes:
        if isinstance(each, harmony.Harmony) or each.duration.isGrace: continue
        for head in getattr(each, "notes", [each]):
            if not isinstance(head, note.Unpitched):
                yield [head.pitch.midi, float(each.offset), float(each.quarterLength), head.tie.type if head.tie else None]

def notes(part):
    found, open_ties = [], {}
    for pitch, onset, length, tie in sorted(heads(part), key=lambda head: (head[1], head[3] not in ("stop", "continue"))):
        waiting = open_ties.get((pitch, round(onset, 3)))
        if waiting:
            joined = waiting.pop()
            joined[2] = onset + length - joined[1]
        else:
            joined = [pitch, onset, length]
            found.append(joined)
        if tie in ("start", "continue"): open_ties.setdefault((pitch, round(onset + length, 3)), []).append(joined)
    return sorted(found, key=lambda each: (each[1], each[0], each[2]))

def read(path):
    if path.endswith(".krn"): score = converter.parse(path, format="humdrum", forceSource=True)
    else:
        score = converter.parse(path, forceSource=True)
        score.toSoundingPitch(inPlace=True)
    bars = [[round(float(bar.offset), 3) for bar in part.getElementsByClass("Measure")] for part in score.parts]
    return {"together": all(len(set(at)) == 1 for at in zip(*bars)),
            "parts": [found for found in map(notes, score.parts) if found],
            "misread": {kind: count for kind, count in misread.items() if count}}

def size(path):
    if not path.endswith(".mxl"): return os.path.getsize(path)
    return sum(entry.file_size for entry in zipfile.ZipFile(path).infolist())

class Late(BaseException): pass
def late(*_): raise Late
signal.signal(signal.SIGVTALRM, late)

paths = sorted(os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names
               if name.endswith(tuple(endings)))[::int(every)]
done, total = 0, sum(map(size, paths))
for path in paths:
    misread.clear()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, float(seconds))
        try: reading = read(path)
        finally: signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except Late: reading = {"error": "took longer than " + seconds + " seconds", "late": True}
    except Exception as error: reading = {"error": (type(error).__name__ + ": " + str(error)).split("\\n")[0]}
    done += size(path)
    name = os.path.relpath(path, root)
    print(json.dumps({"path": path, "name": name, "done": done, "total": total, **reading}), flush=True)
`;

const ENDINGS = [".krn", ".mxl", ".musicxml", ".xml"];

/** A note: MIDI number, onset and length in quarter notes. */
export type ReadNote = [pitch: number, onset: number, length: number];

/** What music21 reads in a file, or why it reads nothing. */
export type Music21Reading =
  & { path: string; name: string; done: number; total: number }
  & ({ error: string; late?: true } | {
    error?: undefined;
    late?: undefined;
    together: boolean;
    parts: ReadNote[][];
    misread: Record<string, number>;
  });

/** What {@linkcode music21Readings} reads, and how. */
export interface Music21Options {
  /**
   * Where the files are, in folders of it too.
   *
   * @default {music21's own corpus}
   */
  folder?: string;
  /**
   * How their names end.
   *
   * @default {[".krn", ".mxl", ".musicxml", ".xml"]}
   */
  endings?: string[];
  /**
   * Reads every so many files, from the first in the order of their names.
   *
   * @default {1}
   */
  every?: number;
  /**
   * Seconds of the processor that a file may take.
   *
   * @default {120}
   */
  seconds?: number;
  /**
   * A package that puts other readers in the place of music21's: `converter21` does, for `**kern`.
   *
   * @default {none}
   */
  readers?: string;
}

/**
 * Yields what music21 reads, file by file.
 *
 * @param python The command of a Python that has music21.
 * @throws {Error} If music21 cannot be started or fails.
 */
export async function* music21Readings(python: string, options: Music21Options = {}): AsyncGenerator<Music21Reading> {
  const { folder = "", every = 1, seconds = 120, readers = "", endings = ENDINGS } = options;
  await using process = new Deno.Command(python, {
    args: ["-c", SCRIPT, folder, `${every}`, `${seconds}`, readers, ...endings],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = process.stderr.text();
  for await (const line of linesOf(process.stdout)) yield JSON.parse(line);
  const { success } = await process.status;
  if (!success) throw new Error(`music21 failed: ${(await said).trim().split("\n").at(-1)}`);
}

/** The notes of each part that has any, drums left out. */
function notesOf({ parts, ticksPerQuarter }: Score): ReadNote[][] {
  return parts.filter(({ drum, notes }) => !drum && notes.length > 0).map(({ notes }) =>
    notes.map(({ pitch, startTick, endTick }): ReadNote => [
      pitch,
      startTick / ticksPerQuarter,
      (endTick - startTick) / ticksPerQuarter,
    ])
  );
}

/** How notes differ from those that music21 reads. */
export interface Difference {
  /** How many, and the first of them. */
  sentence: string;
  /** When the first begins, in quarter notes. */
  onset: number;
  /** Pitches and onsets are the same. */
  lengthsAlone: boolean;
}

/** How notes differ from those that music21 reads, part by part; `undefined` where they are the same. */
export function differenceFrom(score: Score, theirs: readonly ReadNote[][]): Difference | undefined {
  const ours = notesOf(score);
  if (ours.length !== theirs.length) {
    const sentence = `${ours.length} parts with notes, music21 has ${theirs.length}`;
    return { sentence, onset: 0, lengthsAlone: false };
  }
  let differing = 0;
  let lengthsAlone = true;
  let first: { part: number; ours?: ReadNote; theirs?: ReadNote } | undefined;
  const onsetOf = ({ ours, theirs }: NonNullable<typeof first>) => (ours ?? theirs)![1];
  const say = (found: NonNullable<typeof first>) => {
    differing++;
    if (!found.ours || !found.theirs) lengthsAlone = false;
    if (first === undefined || onsetOf(found) < onsetOf(first)) first = found;
  };
  for (const part of ours.keys()) {
    const a = byPitch(ours[part]), b = byPitch(theirs[part]);
    for (let i = 0, j = 0; i < a.length || j < b.length;) {
      const later = i === a.length ? 1 : j === b.length ? -1 : compare(a[i], b[j]);
      if (later < 0) say({ part, ours: a[i++] });
      else if (later > 0) say({ part, theirs: b[j++] });
      else {
        if (Math.abs(a[i][2] - b[j][2]) > TOLERANCE) say({ part, ours: a[i], theirs: b[j] });
        i++, j++;
      }
    }
  }
  if (first === undefined) return undefined;
  const words = (note?: ReadNote) =>
    note ? `${note[0]} from ${Number(note[1].toFixed(3))} for ${Number(note[2].toFixed(3))}` : "nothing";
  const both = `${words(first.ours)}, music21 has ${words(first.theirs)}`;
  const sentence = `${differing} of ${ours.flat().length} notes, the first in part ${first.part + 1}: ${both}`;
  return { sentence, onset: onsetOf(first), lengthsAlone };
}

const byPitch = (notes: readonly ReadNote[]) => notes.toSorted((a, b) => compare(a, b) || a[2] - b[2]);

/** By pitch, then by onset as far as it can be told apart. */
function compare(a: ReadNote, b: ReadNote): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  return Math.abs(a[1] - b[1]) < TOLERANCE ? 0 : a[1] - b[1];
}
