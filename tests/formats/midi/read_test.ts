import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MidiError, readMidi } from "../../../lib/formats/mod.ts";
import type { Score } from "../../../lib/score/mod.ts";
import { END, meta, midiFile, off, on, tempo } from "./midi_bytes.ts";

/** Pitch, onset and release in ticks of each note, part by part. */
function notesOf({ parts }: Score): [pitch: number, startTick: number, endTick: number][][] {
  return parts.map(({ notes }) => notes.map(({ pitch, startTick, endTick }) => [pitch, startTick, endTick]));
}

function readTrack(...events: number[][]): Score {
  return readMidi(midiFile([[...events.flat(), ...END]]));
}

Deno.test("readMidi() gives notes in ticks and in seconds", () => {
  const score = readTrack(tempo(0, 1_000_000), on(96, 60, { velocity: 100 }), off(96, 60));
  assertEquals(score, {
    ticksPerQuarter: 480,
    parts: [{
      name: "",
      program: 0,
      drum: false,
      channel: 0,
      track: 0,
      notes: [{ pitch: 60, velocity: 100, startTick: 96, endTick: 192, start: 0.2, end: 0.4 }],
    }],
    tempos: [{ tick: 0, time: 0, microsecondsPerQuarter: 1_000_000 }],
    metres: [],
    keys: [],
    endTick: 192,
    end: 0.4,
    repairs: [],
  });
});

Deno.test("readMidi() closes every open note of a pitch with one note-off", () => {
  assertEquals(notesOf(readTrack(on(0, 60), on(10, 60), off(10, 60), off(10, 60))), [[[60, 0, 20], [60, 10, 20]]]);
});

Deno.test("readMidi() forgets a note that ends on the tick it begins on", () => {
  assertEquals(notesOf(readTrack(on(0, 60), off(0, 60), on(0, 62), off(10, 62))), [[[62, 0, 10]]]);
});

Deno.test("readMidi() keeps a note open whose tick ends an older one", () => {
  assertEquals(notesOf(readTrack(on(0, 60), on(10, 60), off(0, 60), off(5, 60))), [[[60, 0, 10], [60, 10, 15]]]);
});

Deno.test("readMidi() ignores a stray note-off, also on the tick of the next note-on", () => {
  assertEquals(notesOf(readTrack(off(5, 60), on(0, 60), off(10, 60))), [[[60, 5, 15]]]);
});

Deno.test("readMidi() takes velocity 0 for a note-off, and forgets notes that never end", () => {
  assertEquals(notesOf(readTrack(on(0, 60), on(0, 62), on(10, 60, { velocity: 0 }))), [[[60, 0, 10]]]);
});

Deno.test("readMidi() orders a chord by its note-offs", () => {
  const score = readTrack(on(0, 60), on(0, 64), on(0, 67), off(10, 67), off(0, 60), off(1, 64));
  assertEquals(notesOf(score), [[[67, 0, 10], [60, 0, 10], [64, 0, 11]]]);
});

Deno.test("readMidi() gives a note to the program that holds at its note-off", () => {
  const score = readTrack(on(0, 60), [5, 0xc0, 40], off(5, 60));
  assertEquals(score.parts.map(({ program, notes }) => [program, notes.length]), [[40, 1]]);
});

Deno.test("readMidi() makes a part of each program, channel and track, in the order of their first releases", () => {
  const score = readMidi(midiFile([
    [...tempo(0, 500_000), ...END],
    [
      ...meta(0, 0x03, "Winds"),
      ...on(0, 60, { channel: 1 }),
      ...on(0, 72, { channel: 9 }),
      ...off(10, 72, { channel: 9 }),
      ...off(10, 60, { channel: 1 }),
      ...[0, 0xc1, 68],
      ...on(0, 62, { channel: 1 }),
      ...off(10, 62, { channel: 1 }),
      ...END,
    ],
    [...meta(0, 0x03, "Bass"), ...on(0, 36, { channel: 1 }), ...off(5, 36, { channel: 1 }), ...END],
  ]));
  const described = score.parts.map(({ name, program, drum, channel, track }) => [name, program, drum, channel, track]);
  assertEquals(described, [
    ["Winds", 0, true, 9, 1],
    ["Winds", 0, false, 1, 1],
    ["Winds", 68, false, 1, 1],
    ["Bass", 0, false, 1, 2],
  ]);
});

Deno.test("readMidi() takes tempo, metre, key and title from the first track only", () => {
  const score = readMidi(midiFile([
    [
      ...meta(0, 0x03, "Gigue"),
      ...meta(0, 0x58, [6, 3, 24, 8]),
      ...meta(0, 0x59, [0xfd, 1]),
      ...tempo(0, 400_000),
      ...tempo(0, 600_000),
      ...tempo(48, 300_000),
      ...meta(0, 0x58, [3, 2, 24, 8]),
      ...END,
    ],
    [
      ...meta(0, 0x03, "Piano"),
      ...tempo(0, 900_000),
      ...meta(0, 0x58, [5, 2, 24, 8]),
      ...on(0, 60),
      ...off(96, 60),
      ...END,
    ],
  ]));
  assertEquals(score.title, "Gigue");
  assertEquals(score.tempos, [
    { tick: 0, time: 0, microsecondsPerQuarter: 600_000 },
    { tick: 48, time: 0.06, microsecondsPerQuarter: 300_000 },
  ]);
  assertEquals(score.metres, [{ tick: 0, numerator: 6, denominator: 8 }, { tick: 48, numerator: 3, denominator: 4 }]);
  assertEquals(score.keys, [{ tick: 0, fifths: -3, mode: "minor" }]);
  assertEquals(score.parts[0].notes[0].end, 0.09);
});

Deno.test("readMidi() plays at 120 quarter notes a minute until the first tempo", () => {
  const { tempos } = readTrack(tempo(96, 1_000_000));
  assertEquals(tempos, [
    { tick: 0, time: 0, microsecondsPerQuarter: 500_000 },
    { tick: 96, time: 0.1, microsecondsPerQuarter: 1_000_000 },
  ]);
});

Deno.test("readMidi() counts controls and text, but no end of track, for the end of the piece", () => {
  const note = [...on(0, 60), ...off(10, 60)];
  const late = (...events: number[]) => readMidi(midiFile([[...note, ...events, 0x7f, 0xff, 0x2f, 0]])).endTick;
  assertEquals(late(), 10);
  assertEquals(late(20, 0xb0, 7, 100), 30, "a control change of the part");
  assertEquals(late(20, 0xe0, 0, 64), 30, "a pitch bend of the part");
  assertEquals(late(20, 0xb5, 7, 100), 10, "a control change of a channel that never plays");
  assertEquals(late(20, 0xb5, 7, 100, 0, 0x95, 60, 64, 5, 0x85, 60, 0), 35, "a note that plays later on its channel");
  assertEquals(late(...meta(20, 0x01, "fine")), 30, "a text");
  assertEquals(late(...meta(20, 0x06, "fine")), 10, "a marker");
  assertEquals(late(...tempo(20, 400_000)), 30, "a tempo");
  assertEquals(late(...tempo(20, 500_000)), 10, "the tempo that held already");
});

Deno.test("readMidi() goes on with the last status across meta events", () => {
  const score = readTrack([0, 0x90, 60, 64], [0, 62, 64], meta(0, 0x01, "x"), [10, 60, 0], [0, 62, 0]);
  assertEquals(notesOf(score), [[[60, 0, 10], [62, 0, 10]]]);
});

Deno.test("readMidi() passes over what is no music", () => {
  const score = readTrack(
    [0, 0xf0, 3, 0x7e, 0x7f, 0xf7],
    on(0, 60),
    [5, 0xf2, 1, 2],
    meta(0, 0x4b, [1, 2, 3]),
    [0, 0xa0, 60, 1],
    [0, 0xd0, 60],
    [5, 0x80, 60, 0],
    meta(0, 0x51, [7, 161, 32, 99]),
  );
  assertEquals(notesOf(score), [[[60, 0, 10]]]);
});

Deno.test("readMidi() keeps the time of a meta event of unknown type, which mido forgets", () => {
  assertEquals(notesOf(readTrack(on(0, 60), meta(7, 0x4b, []), off(3, 60))), [[[60, 0, 10]]]);
});

Deno.test("readMidi() reads names in UTF-8 and in Latin-1", () => {
  const nameOf = (bytes: number[]) => readTrack(meta(0, 0x03, bytes)).title;
  assertEquals(nameOf([...new TextEncoder().encode("Präludium №1")]), "Präludium №1");
  assertEquals(nameOf([0x50, 0x72, 0xe4]), "Prä");
});

Deno.test("readMidi() reads a file that begins within its buffer", () => {
  const file = midiFile([[...on(0, 60), ...off(10, 60), ...END]]);
  const buffer = new Uint8Array(file.length + 7);
  buffer.set(file, 5);
  assertEquals(readMidi(buffer.subarray(5, 5 + file.length)), readMidi(file));
});

Deno.test("readMidi() tells where a file is damaged, and how", () => {
  const track = [...on(0, 60), ...off(10, 60), ...END];
  const sound = midiFile([track]);
  const change = (at: number, ...values: number[]) => sound.map((byte, i) => values[i - at] ?? byte);
  const inTrack = (...events: number[][]) => midiFile([[...events.flat(), ...END]]);
  /** The longest delta time. */
  const late = [0xff, 0xff, 0xff, 0x7f];
  const damaged: [bytes: Uint8Array, offset: number, reason: string][] = [
    [new Uint8Array(0), 0, "the file is empty"],
    [change(0, 0x52), 0, 'this is not a MIDI file: it does not begin with "MThd"'],
    [sound.subarray(0, 13), 13, "the file ends within its header"],
    [change(7, 5), 4, "the header must have 6 bytes, and promises 5"],
    [midiFile([]), 10, "the header promises 0 tracks"],
    [change(10, 0xff, 0xff), sound.length, "the file ends before track 2 of 65535"],
    [midiFile([track], { trackCount: 2 }), sound.length, "the file ends before track 2 of 2"],
    [midiFile([track], { ticksPerQuarter: 0 }), 12, "a quarter note has 0 ticks"],
    [
      midiFile([track], { ticksPerQuarter: 0xb328 }),
      12,
      "time is counted in SMPTE frames, of which there are 24, 25, 29 or 30 a second, not 77",
    ],
    [midiFile([track], { ticksPerQuarter: 0xe700 }), 12, "time is counted in SMPTE frames, and a frame has 0 ticks"],
    [change(14, 0x0d), 14, 'track 1 does not begin with "MTrk"'],
    [change(14, 0x6d), sound.length, "the file ends before track 1 of 1; the chunk at byte 14 is no track"],
    [change(18, 0xff, 0xff, 0xff, 0xff), 18, "track 1 promises 4294967295 bytes, and 12 are left"],
    [midiFile([track, []]), sound.length + 4, "track 2 is empty, without even an end of track"],
    [midiFile([[0, 0x90, 60]]), 22, "an event runs over the end of its track"],
    [midiFile([[0, 0xff]]), 24, "the track ends within an event"],
    [inTrack([0, 60, 64]), 23, "an event has no status byte, and there is none before it to go on"],
    [inTrack([0, 0x90, 60, 200]), 25, "a data byte must be at most 127, and this is 200"],
    [inTrack([0, 0xf0, 3, 1, 200, 0xf7]), 26, "a data byte must be at most 127, and this is 200"],
    [inTrack([0, 0xf4]), 23, "no MIDI event has the status byte 0xf4"],
    [inTrack([0, 0xf8, 0, 60]), 25, "the byte 0x3c belongs to no event"],
    [inTrack([0, 0xff, 0x01, 0xff, 0xff, 0x7f]), 22, "an event runs over the end of its track"],
    [inTrack([0x81, 0xff, 0xff, 0xff, 0x7f, ...on(0, 60).slice(1)]), 22, "a delta time is above 268435455"],
    [
      inTrack(...Array(3).fill([...on(0, 60), ...late, 0x80, 60, 0])),
      48,
      "the piece runs to tick 805306365, which is more than a week",
    ],
    [
      inTrack(...Array(17).fill([...late, 0x90, 60, 64])),
      134,
      "the piece runs to tick 4563402735, which is above 4294967295",
    ],
    [
      inTrack([0, 0xf0, 3, 67, 18, 0xf7], [0x83, 0x60, 60, 0, 0, 62, 80]),
      30,
      "an event has no status byte, and running status does not go on after a system exclusive message",
    ],
    [
      Uint8Array.from([..."RIFF\x04\0\0\0WAVE"].map((character) => character.charCodeAt(0))),
      8,
      'this is not a MIDI file, but a RIFF file of the kind "WAVE"',
    ],
    [inTrack(meta(0, 0x59, [9, 0])), 26, "no key has 9 fifths in mode 0"],
    [inTrack(meta(0, 0x59, [0, 2])), 26, "no key has 0 fifths in mode 2"],
    [inTrack(meta(0, 0x51, [7, 161])), 26, "meta event 0x51 needs 3 bytes, and has 2"],
    [inTrack(meta(0, 0x00, [7])), 26, "meta event 0x00 needs 2 bytes, and has 1"],
    [inTrack(tempo(0, 0)), 26, "a tempo of 0 microseconds per quarter note"],
    [inTrack(meta(0, 0x58, [0, 2, 24, 8])), 26, "a metre of no beats"],
    [inTrack(meta(0, 0x58, [4, 31, 24, 8])), 26, "a metre of 4/2^31"],
    [inTrack(meta(0, 0x54, [0x80, 0, 0, 0, 0])), 26, "an SMPTE offset that no clock shows"],
  ];
  for (const [bytes, offset, reason] of damaged) {
    const error = assertThrows(() => readMidi(bytes), MidiError);
    assertEquals([error.message, error.offset], [`Cannot read MIDI: ${reason}, at byte ${offset}`, offset]);
  }
});

Deno.test("readMidi() tells the damage that comes first, not the chunk that it hides", () => {
  const sound = midiFile([[...on(0, 60), ...off(10, 200), ...END], END]);
  const error = assertThrows(() => readMidi(sound.subarray(0, -1)), MidiError);
  assertEquals(error.message, "Cannot read MIDI: a data byte must be at most 127, and this is 200, at byte 28");
});

Deno.test("readMidi() reads on where a tempo or metre of a later track is impossible, since it counts for nothing", () => {
  const bytes = midiFile([END, [
    ...tempo(0, 0),
    ...meta(0, 0x58, [0, 2, 24, 8]),
    ...on(0, 60),
    ...off(10, 60),
    ...END,
  ]]);
  assertEquals(notesOf(readMidi(bytes)), [[[60, 0, 10]]]);
});

Deno.test("readMidi() refuses what is no array of bytes", () => {
  assertThrows(
    () => readMidi([77, 84] as unknown as Uint8Array),
    TypeError,
    "Cannot read MIDI: expected the bytes of a file as a Uint8Array, got object",
  );
});

Deno.test("readMidi() shows its parts where a score is shown, though they are made when they are asked for", () => {
  const shown = Deno.inspect(readTrack(on(0, 60), off(48, 60)), { depth: 5 });
  assertMatch(shown, /pitch: 60/);
});
