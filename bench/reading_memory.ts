/**
 * What a file of music costs in memory and time as it is read, step by step, if it is as dense as can be.
 *
 *     deno run -A --v8-flags=--expose-gc bench/reading_memory.ts KIND [MEBIBYTES] [STEP]
 *
 * KIND is what fills the file. MIDI: `pairs` (note-ons and note-offs of three bytes each), `ons` (note-ons of three bytes
 * that one note-off ends: more notes than any other file of its size), `tempi`, `metres`, `keys`, `programs` (a note of
 * each program on each channel: as many parts as can be). `kern` and `musicxml`: notes of one voice, as short as they are
 * written.
 *
 * STEP is how far it goes: `read`, `notes` (all notes are asked for as objects, part by part), `list` (and put into one
 * array), `table`, `windows` (in the paper's encoding), `written` (as MIDI). One KIND and one STEP a process, since what
 * counts is the most memory that a process ever had; V8's young generation, up to 48 MiB whatever is read, is in it.
 */
import { readKern, readMidi, readMusicXml, writeMidi } from "../lib/formats/mod.ts";
import { corpusTable } from "../lib/notes/mod.ts";
import type { Score } from "../lib/score/mod.ts";
import { windows } from "../lib/windows/mod.ts";

const repeated = (i: number) => [1, 60 + i % 2, 0, 0, 60 + i % 2, 64];
/** Events of a track: as many as fill it, and those before and after. */
const EVENTS: Record<string, (i: number) => number[]> = {
  pairs: repeated,
  ons: () => [0, 60, 64],
  tempi: (i) => [1, 0xff, 0x51, 3, 5, i >> 8 & 0xff, i & 0xff],
  metres: (i) => [1, 0xff, 0x58, 4, 3 + i % 2, 2, 24, 8],
  keys: (i) => [1, 0xff, 0x59, 2, i % 7, 0],
};
const STEPS: Record<string, (score: Score) => unknown> = {
  read: (score) => score,
  notes(score) {
    for (const { notes } of score.parts) for (const note of notes) if (note.end < note.start) throw new Error();
    return score;
  },
  list: (score) => [score, score.parts.flatMap(({ notes }) => notes)],
  table: (score) => [score, corpusTable([{ path: "dense", score }], { drums: true })],
  windows: (score) => windows(corpusTable([{ path: "dense", score }]), { length: 25 }),
  written: (score) => [score, writeMidi(score)],
};

const [kind = "pairs", mebibytes = "32", step = "read"] = Deno.args;
const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new TypeError("Cannot measure memory: start with --v8-flags=--expose-gc");

// The code of every step, and Polars, are loaded before anything is measured.
STEPS[step](readMidi(trackOf(EVENTS.pairs, 1024)));
const file = fileOf(kind, Number(mebibytes) * 2 ** 20);
for (let i = 0; i < 3; i++) collect();
const [before, residentBefore, began] = [resident("VmRSS"), resident("VmHWM"), performance.now()];
const score = kind === "kern"
  ? readKern(new TextDecoder().decode(file))
  : kind === "musicxml"
  ? readMusicXml(file)
  : readMidi(file);
const made = STEPS[step](score);
const milliseconds = performance.now() - began;
const peak = resident("VmHWM") - residentBefore;
for (let i = 0; i < 3; i++) collect();
const kept = resident("VmRSS") - before;
const perByte = (bytes: number) => Number((bytes / file.length).toFixed(1));
console.log(JSON.stringify({
  kind,
  step,
  bytes: file.length,
  parts: score.parts.length,
  notes: score.parts.reduce((sum, { notes }) => sum + notes.length, 0),
  kept: perByte(kept),
  highest: perByte(peak),
  milliseconds: Math.round(milliseconds),
  // Whatever was made has to live until here.
  ...made === undefined && { made },
}));

function fileOf(kind: string, size: number): Uint8Array {
  const repeat = (begin: string, each: string, end: string) =>
    new TextEncoder().encode(begin + each.repeat(Math.ceil(size / each.length)) + end);
  if (kind === "kern") return repeat("**kern\n", "4c\n4d\n", "*-\n");
  if (kind === "musicxml") {
    const note = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>";
    return repeat(
      '<score-partwise><part-list><score-part id="P"/></part-list><part id="P">',
      `<measure>${note.repeat(4)}</measure>`,
      "</part></score-partwise>",
    );
  }
  return kind === "programs" ? programs(size) : trackOf(EVENTS[kind], size);
}

/** A file whose tracks have a note for each program on each channel. */
function programs(size: number): Uint8Array {
  const events = Array.from({ length: 16 }, (_, channel) =>
    Array.from({ length: 128 }, (_, program) => [
      ...[0, 0xc0 + channel, program, 0, 0x90 + channel, 60, 64, 1, 60, 0],
    ])).flat(2);
  const track = trackOf(() => events, 1).subarray(14), count = Math.ceil(size / track.length);
  const bytes = new Uint8Array(14 + count * track.length);
  bytes.set(trackOf(() => events, 1).subarray(0, 14));
  for (let i = 0; i < count; i++) bytes.set(track, 14 + i * track.length);
  new DataView(bytes.buffer).setUint16(10, count);
  return bytes;
}

/** A file of one track of at least so many bytes. */
function trackOf(event: (i: number) => number[], size: number): Uint8Array {
  const begin = [0, 0x90, 60, 64], end = [1, 0x90, 60, 0, 0, 0xff, 0x2f, 0];
  const count = Math.ceil(size / event(0).length), length = begin.length + count * event(0).length + end.length;
  const bytes = new Uint8Array(22 + length), view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk"));
  view.setUint32(18, length);
  bytes.set(begin, 22);
  for (let i = 0; i < count; i++) bytes.set(event(i), 26 + i * event(0).length);
  bytes.set(end, bytes.length - end.length);
  return bytes;
}

/** Memory of the process in bytes: what it has (`VmRSS`), or the most that it ever had (`VmHWM`). */
function resident(which: "VmRSS" | "VmHWM"): number {
  const [, kibibytes] = Deno.readTextFileSync("/proc/self/status").match(new RegExp(`${which}:\\s*(\\d+)`))!;
  return Number(kibibytes) * 1024;
}
