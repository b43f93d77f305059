/**
 * `deno task inspect`: shows what stands in MIDI, `**kern`, MusicXML and ABC files.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { filesOnDisk, tuneAt } from "../lib/corpus/mod.ts";
import { FormatError, readMusic, type ReadMusicOptions, toTone } from "../lib/formats/mod.ts";
import { firstInstrument, pitchName, type Score, whyUnpitched } from "../lib/score/mod.ts";
import { misuse, tempoOf } from "./command.ts";
import { jsonLine, textTable, visible } from "./terminal_text.ts";
import { userPath } from "./user_path.ts";

const USAGE = `deno task inspect FILE… [--json] [--beats] [--repair] [--tempo all]

Shows the instruments of MIDI (.mid), **kern (.krn), MusicXML (.musicxml, .mxl,
.xml) and ABC (.abc) files, and of single chorales in JSON (.json), and the first
notes of each file; of a book of tunes in ABC those of the first, of BOOK/0002.abc
those of the second. MIDI is read by the rules of pretty_midi.

  --json     one JSON object a file and line:
             {path, repairs, warnings, instruments: [{program, drum, notes}]},
             where a note is [pitch, start, end, velocity] in seconds; for a
             file that cannot be read {path, error, offset}, the offset in bytes
  --beats    times in quarter notes: [pitch, onset, duration, velocity]
  --repair   mend damaged MIDI files where the damage is understood; what is
             mended in other files without being asked, --no-repair refuses
  --tempo T  all: follow tempo, metre and key of all tracks of a MIDI file;
             first: of the first track alone, as pretty_midi does (default)
  --help     show this text

The exit code is 1 if a file could not be read.`;

/** How many notes of a file the table shows. */
const FIRST_NOTES = 10;

/** A file that cannot even be looked at; the message says why. */
class FileError extends Error {}

/** Where the task prints. */
export interface InspectOptions {
  /**
   * Takes a line for the user.
   *
   * @default {console.log}
   */
  print?: (line: string) => void;
  /**
   * Takes a line that says what is wrong.
   *
   * @default {console.error}
   */
  complain?: (line: string) => void;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, or 1 if a file could not be read, or 2 if the arguments are wrong.
 */
export async function inspectTask(args: readonly string[], options: InspectOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error } = options;
  let paths: string[];
  let reading: ReadMusicOptions;
  let flags: { json?: boolean; beats?: boolean; repair?: boolean; tempo?: string; help?: boolean };
  try {
    const boolean = { type: "boolean" } as const;
    ({ positionals: paths, values: flags } = parseArgs({
      args: [...args],
      options: {
        ...{ json: boolean, beats: boolean, repair: boolean, help: { ...boolean, short: "h" } },
        tempo: { type: "string" },
      },
      allowPositionals: true,
      allowNegative: true,
    }));
    if (paths.length === 0 && !flags.help) throw new TypeError("Name at least one file");
    reading = { repair: flags.repair, tempo: tempoOf(flags.tempo) };
  } catch (error) {
    complain(misuse(error as Error, USAGE));
    return 2;
  }
  if (flags.help) {
    print(USAGE);
    return 0;
  }
  let failures = 0;
  for (const path of paths) {
    try {
      const score = await readScore(path, reading);
      if (flags.json) print(toJson(path, score, flags.beats ?? false));
      else toTable(path, score, flags.beats ?? false).forEach((line) => print(visible(line)));
    } catch (error) {
      failures++;
      const offset = error instanceof FormatError ? error.offset ?? null : null;
      if (flags.json) print(jsonLine({ path, error: explain(error), offset }));
      else complain(visible(`${path}: ${explain(error)}${await hint(path, error, reading)}`));
    }
  }
  return failures > 0 ? 1 : 0;
}

async function readScore(path: string, reading: ReadMusicOptions): Promise<Score> {
  return readMusic(path, await readBytes(path), reading).score;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const place = userPath(path);
    if (await tuneAt(place)) return await filesOnDisk()(place, path).read();
    const { isFile, isDirectory } = await Deno.stat(place);
    if (isDirectory) throw new FileError("This is a directory: name the files in it");
    // A pipe or a device would be waited for for ever.
    if (!isFile) throw new FileError("This is no file but a pipe, a socket or a device");
    return await Deno.readFile(place);
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(whyUnreadable(error));
  }
}

/** What the system says, in words where we have better ones. */
function whyUnreadable(error: unknown): string {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return "There is no such file";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "The file may not be read";
  if (error instanceof Deno.errors.NotCapable) return "The file may not be read";
  return `The file cannot be read: ${(error as Error).message}`;
}

function explain(error: unknown): string {
  if (error instanceof FormatError || error instanceof FileError) return error.message;
  // What no file should cause is a mistake of ours, and its stack is wanted.
  throw error;
}

async function hint(path: string, error: unknown, reading: ReadMusicOptions): Promise<string> {
  if (reading.repair || !(error instanceof FormatError)) return "";
  try {
    await readScore(path, { ...reading, repair: true });
    return " (--repair can mend it)";
  } catch {
    return "";
  }
}

function toJson(path: string, score: Score, beats: boolean): string {
  const quarters = (ticks: number) => ticks / score.ticksPerQuarter;
  const instruments = score.parts.map(({ program, drum, notes }) => ({
    program,
    drum,
    notes: notes.map(({ pitch, start, end, startTick, endTick, velocity }) =>
      beats ? [pitch, quarters(startTick), quarters(endTick - startTick), velocity] : [pitch, start, end, velocity]
    ),
  }));
  return jsonLine({ path, repairs: score.repairs, warnings: warningsOf(score), instruments });
}

/** What may surprise whoever reads the notes. */
function warningsOf(score: Score): string[] {
  const onlyDrums = firstInstrument(score) !== undefined && whyUnpitched(score) !== undefined;
  return [...onlyDrums ? ["Only drums: their numbers are no pitches."] : [], ...score.warnings ?? []];
}

function toTable(path: string, score: Score, beats: boolean): string[] {
  const quarters = (ticks: number) => ticks / score.ticksPerQuarter;
  const unit = beats ? "quarter notes" : "s";
  const spans = score.parts.map(({ notes }) => {
    if (notes.length === 0) return [];
    const first = notes.reduce((a, b) => b.startTick < a.startTick ? b : a);
    const last = notes.reduce((a, b) => b.endTick > a.endTick ? b : a);
    return beats ? [quarters(first.startTick), quarters(last.endTick)] : [first.start, last.end];
  });
  const names = programNames(score);
  const instruments = score.parts.map(({ name, program, drum, notes }, i) => {
    const lowest = notes.reduce((least, { pitch }) => Math.min(least, pitch), 127);
    const highest = notes.reduce((most, { pitch }) => Math.max(most, pitch), 0);
    const range = notes.length > 0 ? [lowest, highest].map(pitchName) : [];
    return [
      `${i}`,
      `${program} ${names[i]}`,
      drum ? "yes" : "",
      name,
      `${notes.length}`,
      range.join(" to "),
      spans[i].map((time) => time.toFixed(2)).join(" to "),
    ];
  });
  const first = firstInstrument(score);
  const firstNotes = (first?.notes ?? []).slice(0, FIRST_NOTES).map((note) => [
    `${note.pitch}`,
    pitchName(note.pitch),
    ...(beats
      ? [quarters(note.startTick), quarters(note.endTick - note.startTick)].map((time) => time.toFixed(4))
      : [note.start, note.end].map((time) => time.toFixed(6))),
    `${note.velocity}`,
  ]);
  const head = [path, score.title ?? "", `${score.end.toFixed(2)} s`, tempoText(score), metreText(score)];
  const lines = [head.filter((text) => text !== "").join(" · ")];
  for (const repair of score.repairs) lines.push(`repaired: ${repair}`);
  for (const warning of warningsOf(score)) lines.push(`note: ${warning}`);
  if (score.parts.length > 0) {
    lines.push(...textTable(["", "program", "drum", "name", "notes", "range", `from, to (${unit})`], instruments), "");
  }
  if (!first) return [...lines, "no notes", ""];
  lines.push(`The first notes of instrument ${score.parts.indexOf(first)}, in ${beats ? "quarter notes" : "seconds"}:`);
  const columns = beats ? ["onset", "duration"] : ["start", "end"];
  return [...lines, ...textTable(["pitch", "", ...columns, "velocity"], firstNotes), ""];
}

/** General MIDI names, which @tonejs/midi knows; it has none for most drum kits. */
function programNames(score: Score): string[] {
  const silent = { ...score, title: "", parts: score.parts.map((part) => ({ ...part, name: "", notes: [] })) };
  return toTone(silent).tracks.map(({ instrument }) => instrument.name ?? "drum kit");
}

function tempoText({ tempos }: Score): string {
  const [first, ...others] = tempos.map(({ microsecondsPerQuarter }) => (6e7 / microsecondsPerQuarter).toFixed(1));
  return `${first} quarter notes a minute${others.length > 0 ? `, then ${others.length} other tempi` : ""}`;
}

function metreText({ metres }: Score): string {
  return metres.slice(0, 3).map(({ numerator, denominator }) => `${numerator}/${denominator}`).join(", ") +
    (metres.length > 3 ? ", …" : "");
}

if (import.meta.main) Deno.exit(await inspectTask(Deno.args));
