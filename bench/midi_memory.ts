/**
 * What reading a MIDI file costs in memory and time, on files that are nothing but the shortest events.
 *
 *     deno run -A --v8-flags=--expose-gc bench/midi_memory.ts KIND [MEBIBYTES] [notes]
 *
 * KIND is what fills the file: `pairs` (note-ons and note-offs of three bytes each), `ons` (note-ons of three bytes
 * that one note-off ends: more notes than any other file of its size), or `tempi`. With `notes`, all notes are made
 * objects as well, as `score.parts` does when it is first asked for. One KIND a process, since what counts is the most
 * memory that a process ever had; V8's young generation, up to 48 MiB whatever is read, is in it.
 */
import { readMidi, readMidiColumns } from "../lib/formats/mod.ts";

const EVENTS: Record<string, (i: number) => number[]> = {
  pairs: () => [1, 60, 0, 0, 60, 64],
  ons: () => [0, 60, 64],
  tempi: (i) => [1, 0xff, 0x51, 3, 5, i >> 8 & 0xff, i & 0xff],
};

const [kind = "pairs", mebibytes = "32", objects] = Deno.args;
const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new TypeError("Cannot measure memory: start with --v8-flags=--expose-gc");

const file = fileOf(EVENTS[kind], Number(mebibytes) * 2 ** 20);
for (let i = 0; i < 3; i++) collect();
const [before, residentBefore, began] = [inUse(), mostResident(), performance.now()];
const read = objects === "notes" ? readMidi(file) : readMidiColumns(file);
const parts = read.parts;
const milliseconds = performance.now() - began;
const peak = mostResident() - residentBefore;
for (let i = 0; i < 3; i++) collect();
const perByte = (bytes: number) => (bytes / file.length).toFixed(1);
console.log(
  `${Deno.args.join(" ")}: ${file.length} bytes, ${parts.length} parts, ${read.tempos.length} tempi: ${
    perByte(inUse() - before)
  } bytes ` +
    `kept per byte of file, ${perByte(peak)} at the highest, ${milliseconds.toFixed(0)} ms`,
);

/** A file of one track of at least so many bytes. */
function fileOf(event: (i: number) => number[], size: number): Uint8Array {
  const begin = [0, 0x90, 60, 64], end = [1, 0x80, 60, 0, 0, 0xff, 0x2f, 0];
  const count = Math.ceil(size / event(0).length), length = begin.length + count * event(0).length + end.length;
  const bytes = new Uint8Array(22 + length), view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk"));
  view.setUint32(18, length);
  bytes.set(begin, 22);
  for (let i = 0; i < count; i++) bytes.set(event(i), 26 + i * event(0).length);
  bytes.set(end, bytes.length - end.length);
  return bytes;
}

function inUse(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** The most memory that the process ever had. */
function mostResident(): number {
  const [, kibibytes] = Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\s*(\d+)/)!;
  return Number(kibibytes) * 1024;
}
