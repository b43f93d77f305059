/**
 * Any number of different MIDI files, to see what `deno task table` does with them: passages of the sample, each in
 * some key and from some note on.
 *
 *     deno run --allow-read --allow-write=DIR … bench/many_files.ts DIR FILES [NOTES]
 *
 * FILES files of NOTES notes (1,000 if nothing else is said), a thousand to a folder, each played at a tempo of its own
 * and as unevenly as people play. Two files are the same music only where FILES is above 24 times the number of notes
 * of the sample, which is 140,000.
 *
 * @module
 */

import { join } from "node:path";
import { openCorpus } from "../lib/corpus/mod.ts";
import { type Prng, seeded } from "../lib/random/mod.ts";
import { flatten } from "../lib/score/mod.ts";

/** Ticks of a quarter note in the files. */
const TICKS = 480;
/** Keys that a passage stands in, from twelve semitones below to eleven above. */
const KEYS = 24;
/** How early or late a note may be, in ticks. */
const UNEVEN = 15;
/** Steps from one passage to the next; no divisor of the number of notes of the sample, so that all come. */
const STRIDE = 7919;

/** A note of the sample: its step from the note before and its duration, in ticks. */
interface Sounding {
  pitch: number;
  velocity: number;
  step: number;
  duration: number;
}

async function notesOfSample(): Promise<Sounding[]> {
  const { pieces } = await openCorpus("sample");
  return pieces.flatMap(({ score }) => {
    const ticks = (tick: number) => Math.round(tick * TICKS / score.ticksPerQuarter);
    const notes = flatten(score, "all").map(({ note }) => note);
    return notes.map(({ pitch, velocity, startTick, endTick }, i) => ({
      pitch,
      velocity,
      step: ticks(startTick) - ticks(notes[Math.max(0, i - 1)].startTick),
      duration: Math.max(1, ticks(endTick) - ticks(startTick)),
    }));
  });
}

/** A passage as a file of one track, at a tempo of its own. */
function midiOf(notes: readonly Sounding[], from: number, count: number, semitones: number, prng: Prng): Uint8Array {
  const events: { tick: number; bytes: number[] }[] = [];
  let tick = 0;
  for (let i = 0; i < count; i++) {
    const { pitch, velocity, step, duration } = notes[(from + i) % notes.length];
    if (i > 0) tick += step;
    const begin = Math.max(0, tick + Math.round(UNEVEN * (2 * prng() - 1)));
    const end = begin + Math.max(1, duration + Math.round(UNEVEN * (2 * prng() - 1)));
    const loudness = Math.max(1, Math.min(127, velocity + Math.round(20 * (2 * prng() - 1))));
    events.push({ tick: begin, bytes: [0x90, pitch + semitones, loudness] });
    events.push({ tick: end, bytes: [0x80, pitch + semitones, 64] });
  }
  events.sort((a, b) => a.tick - b.tick || a.bytes[0] - b.bytes[0]);
  const microseconds = 400_000 + (from % 997) * 211;
  const track = [0, 0xff, 0x51, 3, microseconds >> 16, microseconds >> 8 & 255, microseconds & 255];
  track.push(0, 0xff, 0x58, 4, 4, 2, 24, 8);
  let at = 0;
  for (const { tick, bytes } of events) {
    track.push(...delta(tick - at), ...bytes);
    at = tick;
  }
  track.push(0, 0xff, 0x2f, 0);
  const head = [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, TICKS >> 8, TICKS & 255, 0x4d, 0x54, 0x72, 0x6b];
  const size = track.length;
  return Uint8Array.from([...head, size >> 24, size >> 16 & 255, size >> 8 & 255, size & 255, ...track]);
}

function delta(ticks: number): number[] {
  const bytes = [ticks & 127];
  for (let rest = ticks >> 7; rest > 0; rest >>= 7) bytes.unshift(rest & 127 | 128);
  return bytes;
}

if (import.meta.main) {
  const [folder, files, length] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2] ?? 1000)];
  if (!folder || !(files > 0) || !(length > 0)) {
    throw new TypeError("Say DIR and FILES: how many files to make, and where");
  }
  const notes = await notesOfSample();
  for (let i = 0; i < files; i++) {
    const place = join(folder, String(Math.floor(i / 1000)).padStart(4, "0"));
    if (i % 1000 === 0) await Deno.mkdir(place, { recursive: true });
    const from = Math.floor(i / KEYS) * STRIDE % notes.length;
    const bytes = midiOf(notes, from, length, i % KEYS - KEYS / 2, seeded(i));
    Deno.writeFileSync(join(place, `${String(i).padStart(6, "0")}.mid`), bytes);
  }
}
