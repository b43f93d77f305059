import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { parseMidi } from "midi-file";
import { readMidi, writeMidi } from "../../../lib/formats/mod.ts";
import type { Score, TimedNote } from "../../../lib/score/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { corpusFiles, readShared, sharedTest } from "../../shared.ts";

const SCORE: Score = readMidi(writeMidi([]));

function scoreWith(...notes: [pitch: number, startTick: number, endTick: number][]): Score {
  const part = { name: "Violin", program: 40, drum: false, channel: 3, track: 1 };
  const written = notes.map(([pitch, startTick, endTick]) => ({
    pitch,
    startTick,
    endTick,
    start: 0,
    end: 0,
    velocity: 64,
  }));
  return { ...SCORE, parts: [{ ...part, notes: written }] };
}

function ticksOf({ parts }: Score): [pitch: number, startTick: number, endTick: number][][] {
  return parts.map(({ notes }) => notes.map(({ pitch, startTick, endTick }) => [pitch, startTick, endTick]));
}

/** A score without what a file cannot hold: the place of its tracks in another file, and what was mended there. */
function comparable(score: Score) {
  const { endTick: _endTick, end: _end, warnings: _warnings, ...rest } = score;
  return { ...rest, repairs: [], parts: score.parts.map(({ track: _track, ...part }) => part) };
}

Deno.test("writeMidi() writes notes in seconds as pretty_midi does: 120 bpm, 4/4, 440 ticks a second", () => {
  const score = readMidi(writeMidi([{ pitch: 60, start: 0.5, end: 1.001, velocity: 100 }]));
  assertEquals([score.ticksPerQuarter, score.tempos[0].microsecondsPerQuarter], [220, 500_000]);
  assertEquals(score.metres, [{ tick: 0, numerator: 4, denominator: 4 }]);
  assertEquals(ticksOf(score), [[[60, 220, 440]]]);
  assertEquals(score.parts[0].notes[0].velocity, 100);
});

Deno.test("writeMidi() takes program, name, tempo and resolution for notes in seconds", () => {
  const notes: TimedNote[] = [{ pitch: 60, start: 1, end: 2.25, velocity: 1 }];
  const score = readMidi(writeMidi(notes, { program: 42, name: "Violoncello №1", tempo: 60, ticksPerQuarter: 1000 }));
  const [part] = score.parts;
  assertEquals([part.program, part.name, score.tempos[0].microsecondsPerQuarter], [42, "Violoncello №1", 1_000_000]);
  assertEquals(ticksOf(score), [[[60, 1000, 2250]]]);
  assertAlmostEquals(part.notes[0].end, 2.25, 1e-12);
});

Deno.test("writeMidi() gives back every velocity, tempo, metre and key", () => {
  const tempos = [480_001, 857_143, 666_667, 1, 0xffffff, 333_333].map((microsecondsPerQuarter, i) => ({
    tick: i * 10,
    time: 0,
    microsecondsPerQuarter,
  }));
  const metres = Array.from({ length: 31 }, (_, i) => ({ tick: i, numerator: i + 1, denominator: 2 ** i }));
  const keys = Array.from({ length: 30 }, (_, i) => ({
    tick: i,
    fifths: (i >> 1) - 7,
    mode: i % 2 ? "minor" as const : "major" as const,
  }));
  const score = scoreWith(...Array.from({ length: 127 }, (_, i) => [i, i, i + 1] as [number, number, number]));
  score.parts[0].notes = score.parts[0].notes.map((note, i) => ({ ...note, velocity: i + 1 }));
  const read = readMidi(writeMidi({ ...score, tempos, metres, keys }));
  assertEquals(
    read.parts[0].notes.map(({ velocity }) => velocity),
    score.parts[0].notes.map(({ velocity }) => velocity),
  );
  assertEquals(read.tempos.map((tempo) => ({ ...tempo, time: 0 })), tempos);
  assertEquals([read.metres, read.keys], [metres, keys]);
});

Deno.test("writeMidi() writes the off of a note before the on of its repetition", () => {
  const repeated = scoreWith([60, 10, 20], [60, 0, 10], [60, 20, 30]);
  assertEquals(ticksOf(readMidi(writeMidi(repeated))), [[[60, 0, 10], [60, 10, 20], [60, 20, 30]]]);
});

Deno.test("writeMidi() puts a note that would be cut off by another of its pitch into a further track", () => {
  const read = readMidi(writeMidi(scoreWith([60, 0, 20], [60, 10, 30], [60, 5, 20], [62, 0, 30], [60, 30, 40])));
  assertEquals(ticksOf(read), [[[60, 0, 20], [60, 5, 20], [62, 0, 30], [60, 30, 40]], [[60, 10, 30]]]);
  assertEquals(read.parts.map(({ name, program, channel }) => [name, program, channel]), [
    ["Violin", 40, 3],
    ["Violin", 40, 3],
  ]);
});

Deno.test("writeMidi() puts each note into the first part in which nothing cuts it off", () => {
  const prng = seeded(13);
  const draw = (below: number) => Math.floor(prng() * below);
  for (let round = 0; round < 200; round++) {
    const notes = Array.from({ length: 30 }, () => {
      const start = draw(40);
      return [60 + draw(2), start, start + 1 + draw(20)] as [number, number, number];
    });
    const layers: [pitch: number, startTick: number, endTick: number][][] = [];
    for (const note of notes.toSorted((a, b) => a[1] - b[1])) {
      const fits = (other: number[]) => other[0] !== note[0] || other[2] <= note[1] || other[2] === note[2];
      const layer = layers.find((layer) => layer.every(fits));
      if (layer) layer.push(note);
      else layers.push([note]);
    }
    const sorted = (parts: number[][][]) => parts.map((part) => part.map((note) => note.join(" ")).sort());
    assertEquals(sorted(ticksOf(readMidi(writeMidi(scoreWith(...notes))))), sorted(layers));
  }
});

Deno.test("writeMidi() writes thousands of notes that all sound at once, and says where a file has no room for more", () => {
  const nested = (count: number) => {
    return scoreWith(...Array.from({ length: count }, (_, i) => [60, i, 100_000 + i] as [number, number, number]));
  };
  assertEquals(readMidi(writeMidi(nested(5000))).parts.length, 5000);
  assertThrows(
    () => writeMidi(nested(32_767)),
    RangeError,
    "Cannot write MIDI: a file has room for 32766 parts, and with a part for each of the notes of one pitch that sound " +
      "together there are 32767",
  );
});

Deno.test("writeMidi() gives a note of no length one tick", () => {
  assertEquals(ticksOf(readMidi(writeMidi(scoreWith([60, 10, 10])))), [[[60, 10, 11]]]);
});

Deno.test("writeMidi() writes a file of format 1 that other software reads", () => {
  const data = parseMidi(writeMidi(scoreWith([60, 0, 10])));
  assertEquals([data.header.format, data.header.ticksPerBeat, data.tracks.length], [1, 220, 2]);
  assertEquals(data.tracks[1].map(({ type }) => type), [
    "trackName",
    "programChange",
    "noteOn",
    "noteOff",
    "endOfTrack",
  ]);
});

Deno.test("writeMidi() refuses what is no music", () => {
  // As notebook cells, which run unchecked, may call it.
  const write = writeMidi as (music: unknown) => Uint8Array;
  assertThrows(() => write(null), TypeError, "expected a score or a list of notes, got null");
  assertThrows(() => write(undefined), TypeError, "got undefined");
  assertThrows(() => write(Promise.resolve([])), TypeError, "got object");
  assertThrows(() => write("c d e"), TypeError, "got string");
});

Deno.test("writeMidi() refuses what MIDI cannot say", () => {
  const refuse = (music: Score | TimedNote[], reason: string, options = {}) =>
    assertThrows(() => writeMidi(music, options), RangeError, `Cannot write MIDI: ${reason}`);
  const note = { pitch: 60, start: 0, end: 1, velocity: 64 };
  refuse(
    [{ ...note, pitch: 128 }],
    "the pitch of note 0 of part 0 must be an integer from 0 to 127, current value is 128",
  );
  refuse(
    [{ ...note, pitch: NaN }],
    "the pitch of note 0 of part 0 must be an integer from 0 to 127, current value is NaN",
  );
  refuse([{ ...note, velocity: 0 }], "the velocity of note 0 of part 0 must be an integer from 1 to 127");
  refuse([note, { ...note, start: -1 }], "a note must begin at 0 s or later");
  refuse([{ ...note, end: NaN }], "a note must begin at 0 s or later");
  refuse([{ ...note, end: 1e6 }], "a note must begin at 0 s or later");
  refuse([], "tempo must be a positive number, current value is -1", { tempo: -1 });
  refuse([], "a tempo in microseconds per quarter note must be an integer from 1 to 16777215", { tempo: 1 });
  refuse([], "program must be an integer from 0 to 127, current value is 128", { program: 128 });
  refuse([], "ticks per quarter note must be an integer from 1 to 32767", { ticksPerQuarter: 40_000 });
  refuse([], "the name of part 0 must have at most 1000 bytes, and has 1200", { name: "№".repeat(400) });
  refuse(scoreWith([60, 10, 5]), "the release of note 0 of part 0 in ticks must be an integer from 10 to 268435455");
  refuse({ ...SCORE, metres: [{ tick: 0, numerator: 4, denominator: 3 }] }, "the lower number of a metre");
  refuse({ ...SCORE, keys: [{ tick: 0, fifths: 8 }] }, "the sharps of a key must be an integer from -7 to 7");
  const [part] = scoreWith([60, 0, 1]).parts;
  refuse({ ...SCORE, parts: [{ ...part, channel: 9 }] }, "percussion, and nothing else, plays on channel 9");
});

sharedTest(
  "writeMidi() gives back the 228 files of the corpus, mended where they must be, and the 78 difficult ones",
  () => {
    const files = [...corpusFiles()];
    for (const row of new TextDecoder().decode(readShared("torture/INDEX.tsv")).trim().split("\n").slice(1)) {
      const [path, , , , verdict] = row.split("\t");
      if (verdict.startsWith("ok")) files.push([path, readShared(`torture/${path}`)]);
    }
    assertEquals(files.length, 228 + 78);
    for (const [path, bytes] of files) {
      const score = readMidi(bytes, { repair: true });
      assertEquals(comparable(readMidi(writeMidi(score))), comparable(score), path);
    }
  },
);
