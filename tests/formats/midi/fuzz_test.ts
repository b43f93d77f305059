import { assert, assertEquals, assertThrows } from "@std/assert";
import process from "node:process";
import { MidiError, readMidi, writeMidi } from "../../../lib/formats/mod.ts";
import type { Score } from "../../../lib/score/mod.ts";
import { type Prng, seeded } from "../../../lib/random/mod.ts";
import { END, meta, midiFile, off, on, tempo } from "./midi_bytes.ts";

/** Small files that between them use every kind of event. */
const SEEDS = [
  midiFile([
    [
      ...meta(0, 0x03, "Gigue"),
      ...meta(0, 0x58, [6, 3, 24, 8]),
      ...meta(0, 0x59, [1, 0]),
      ...tempo(0, 480_000),
      ...END,
    ],
    [...[0, 0xc1, 40], ...on(0, 60, { channel: 1 }), ...on(48, 64, { channel: 1 }), 48, 60, 0, 0, 64, 0, ...END],
    [...on(0, 36, { channel: 9 }), ...off(96, 36, { channel: 9 }), ...[5, 0xb9, 64, 127], ...END],
  ], { ticksPerQuarter: 96 }),
  midiFile([[
    ...meta(0, 0x01, "text"),
    ...[0, 0xf0, 4, 0x7e, 0x7f, 9, 0xf7],
    ...meta(0, 0x54, [96, 0, 3, 0, 0]),
    ...meta(13, 0x7f, [1, 2, 3]),
    ...tempo(13, 857_143),
    ...on(0, 60),
    ...[13, 0xe0, 0, 64],
    ...[0, 0xf2, 1, 2],
    ...on(13, 60),
    ...off(13, 60),
    ...END,
  ]], { format: 0 }),
  writeMidi([{ pitch: 60, start: 0, end: 1, velocity: 64 }, { pitch: 60, start: 0.5, end: 2, velocity: 64 }]),
];

/** A file with bits turned, bytes lost, repeated or put in, or its end cut off, in one to three places. */
function mutate(file: Uint8Array, prng: Prng): Uint8Array {
  const bytes = [...file];
  const below = (limit: number) => Math.floor(prng() * limit);
  for (let times = 1 + below(3); times > 0 && bytes.length > 0; times--) {
    const at = below(bytes.length);
    const kind = below(6);
    if (kind < 2) bytes[at] ^= 1 << below(8);
    else if (kind === 2) bytes[at] = [0, 0x0a, 0x0d, 0x7f, 0x80, 0xf0, 0xf7, 0xff][below(8)];
    else if (kind === 3) bytes.splice(at, 1 + below(3));
    else if (kind === 4) bytes.splice(at, 0, ...bytes.slice(at, at + 1 + below(8)));
    else bytes.length = at;
  }
  return Uint8Array.from(bytes);
}

function assertSound(score: Score, size: number): void {
  const numbers = [score.end, score.endTick, score.ticksPerQuarter];
  for (const { tick, time, microsecondsPerQuarter } of score.tempos) numbers.push(tick, time, microsecondsPerQuarter);
  for (const { tick, numerator, denominator } of score.metres) numbers.push(tick, numerator, denominator);
  for (const { tick, fifths } of score.keys) numbers.push(tick, fifths + 7);
  let notes = 0;
  for (const part of score.parts) {
    assert(part.notes.length > 0, "a part has notes");
    for (const { pitch, velocity, startTick, endTick, start, end } of part.notes) {
      numbers.push(pitch, velocity, startTick, endTick, start, end);
      assert(endTick > startTick && end > start, `a note sounds from ${startTick} to ${endTick}`);
      assert(endTick <= score.endTick && end <= score.end, "the piece ends with its last note or later");
      notes++;
    }
  }
  assert(numbers.every((value) => Number.isFinite(value) && value >= 0), `numbers are finite: ${numbers}`);
  assert(notes * 3 <= size, `${notes} notes of ${size} bytes`);
}

/** Seconds of the processor so far: a clock would count what else the machine does. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

for (const repair of [false, true]) {
  Deno.test(`readMidi() reads 20,000 mutated files or refuses them with a place in them, repair: ${repair}`, () => {
    const prng = seeded(2026);
    let [read, refused] = [0, 0];
    const before = Deno.memoryUsage().rss;
    for (let i = 0; i < 20_000; i++) {
      const bytes = mutate(SEEDS[i % SEEDS.length], prng);
      const began = computed();
      try {
        assertSound(readMidi(bytes, { repair }), bytes.length);
        read++;
      } catch (error) {
        if (!(error instanceof MidiError)) throw error;
        assert(error.offset >= 0 && error.offset <= bytes.length, `${error.message} in ${bytes.length} bytes`);
        refused++;
      }
      assert(computed() - began < 2, `file ${i} took longer than two seconds`);
    }
    assert(read > 2000 && refused > 4000, `${read} files were read and ${refused} refused`);
    const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
    assert(grown < 300, `memory grew by ${grown} MiB`);
  });
}

Deno.test("readMidi() does not believe lengths that the file has no room for", () => {
  const claims = [
    midiFile([], { trackCount: 0x7fff }),
    midiFile([[0, 0xff, 0x01, 0xbd, 0x84, 0x3f]]),
    midiFile([[0, 0xf0, 0x8f, 0xff, 0xff, 0x7f]]),
    midiFile([[...Array(200).fill(0xff), 0x7f, 0x90, 60, 64]]),
  ];
  for (const bytes of claims) {
    const before = Deno.memoryUsage().rss;
    const damaged = assertThrows(() => readMidi(bytes), MidiError);
    assert(damaged.offset <= bytes.length);
    try {
      assertEquals(readMidi(bytes, { repair: true }).parts, []);
    } catch (error) {
      assert(error instanceof MidiError, String(error));
    }
    assert(Deno.memoryUsage().rss - before < 64 * 2 ** 20);
  }
});

Deno.test("readMidi() with repair gives up in time on a large file that lost its line feeds beyond repair", () => {
  const noise = Array.from({ length: 60_000 }, (_, i) => [0xff, 0x01, 0x0d, 0x0d, 0x90][i % 5]);
  const began = computed();
  try {
    readMidi(midiFile([noise]), { repair: true });
    throw new Error("it was read");
  } catch (error) {
    assert(error instanceof MidiError, String(error));
  }
  assert(computed() - began < 5);
});
