import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MidiError, readMidi } from "../../../lib/formats/mod.ts";
import { END, meta, midiFile, off, on, tempo } from "./midi_bytes.ts";

/** Two notes, the second in running status. */
const MUSIC = [...on(0, 60), ...off(96, 60), ...on(0, 62), 96, 62, 0];
const TRACK = [...MUSIC, ...END];

function pitchesOf(bytes: Uint8Array, options?: { repair?: boolean }): number[][] {
  return readMidi(bytes, options).parts.map(({ notes }) => notes.map(({ pitch }) => pitch));
}

function repairsOf(bytes: Uint8Array): string[] {
  return readMidi(bytes, { repair: true }).repairs;
}

/** A file whose track at an offset promises another number of bytes. */
function promising(bytes: Uint8Array, length: number, offset = 14): Uint8Array {
  const changed = bytes.slice();
  new DataView(changed.buffer).setUint32(offset + 4, length);
  return changed;
}

Deno.test("readMidi() with repair reads a track on to its end where its length is too small, also 0", () => {
  const alone = midiFile([TRACK]), two = midiFile([TRACK, [...on(0, 64), ...off(96, 64), ...END]]);
  for (let length = 0; length < TRACK.length; length++) {
    assertEquals(pitchesOf(promising(alone, length), { repair: true }), [[60, 62]], `${length} bytes`);
    assertEquals(
      pitchesOf(promising(two, length), { repair: true }),
      [[60, 62], [64]],
      `${length} bytes, then a track`,
    );
    assertEquals(repairsOf(promising(two, length)).length, 1);
  }
  assertMatch(repairsOf(promising(alone, 0))[0], /^Track 1 promises 0 bytes at byte 18, and the file ends at byte 41/);
  assertThrows(() => readMidi(promising(alone, 0)), MidiError, "track 1 is empty, without even an end of track");

  for (const last of [MUSIC, TRACK]) {
    assertEquals(
      pitchesOf(promising(midiFile([last]), 12), { repair: true }),
      [[60, 62]],
      "the last note-off behind it",
    );
  }

  const [cut, damaged] = [midiFile([MUSIC.slice(0, -1)]), midiFile([[...meta(0, 0x59, [9, 0]), ...TRACK]])];
  assertEquals(pitchesOf(promising(cut, 0), { repair: true }), [[60]], "a recording that was interrupted");
  assertEquals(pitchesOf(promising(damaged, 0), { repair: true }), [[60, 62]], "an impossible key in it");
  const countless = promising(midiFile([TRACK], { trackCount: 0 }), 0);
  assertEquals(pitchesOf(countless, { repair: true }), [[60, 62]], "a header that counts no track");
});

Deno.test("readMidi() with repair ends a track where the next begins, however far its length leads into that", () => {
  const three = midiFile([TRACK, TRACK, TRACK]);
  for (const offset of [14, 14 + 8 + TRACK.length]) {
    for (let length = TRACK.length + 1; length < 80; length++) {
      const bytes = promising(three, length, offset);
      assertEquals(pitchesOf(bytes, { repair: true }), [[60, 62], [60, 62], [60, 62]], `${length} bytes at ${offset}`);
      assertMatch(repairsOf(bytes)[0], /^Track \d promises \d+ bytes at byte \d+, and the next track begins at byte/);
    }
  }
});

Deno.test("readMidi() reads a track as far as it says, as pretty_midi does, and warns where it goes on", () => {
  const short = promising(midiFile([TRACK]), 8);
  assertEquals(pitchesOf(short), [[60]]);
  assertEquals(readMidi(short).warnings, [
    "The last track ends at byte 30 without an end of track, and goes on behind that: as in pretty_midi, the rest was " +
    "not read. Repair reads it.",
  ]);
  const sound: [name: string, bytes: Uint8Array][] = [
    ["nothing behind it", midiFile([MUSIC])],
    ["zeros behind it", Uint8Array.from([...midiFile([MUSIC]), ...Array(50).fill(0)])],
    ["a text behind it", Uint8Array.from([...midiFile([TRACK]), ...new TextEncoder().encode("made by hand")])],
  ];
  for (const [name, bytes] of sound) {
    const score = readMidi(bytes, { repair: true });
    assertEquals([pitchesOf(bytes), score.repairs, score.warnings], [[[60, 62]], [], undefined], name);
    assertEquals(readMidi(bytes), score, name);
  }
  assertEquals(repairsOf(midiFile([[], TRACK])), [
    "Track 1 at byte 14 is empty, without even an end of track: it has no notes.",
  ]);
});

Deno.test("readMidi() with repair reads MIDI to its end where a RIFF wrapper promises less", () => {
  const file = midiFile([TRACK, TRACK]), behind = [..."LIST"].map((letter) => letter.charCodeAt(0));
  const riff = (size: number) => {
    const head = [..."RIFF\0\0\0\0RMIDdata"].map((letter) => letter.charCodeAt(0));
    return Uint8Array.from([...head, size, 0, 0, 0, ...file, ...behind, 4, 0, 0, 0, 1, 2, 3, 4]);
  };
  for (const size of [0, 14, 20, 30, 41, 43, 60, file.length - 1]) {
    assertEquals(pitchesOf(riff(size), { repair: true }), [[60, 62], [60, 62]], `${size} bytes`);
    assertMatch(
      repairsOf(riff(size))[0],
      /^The RIFF wrapper promises \d+ bytes at byte 16, and the tracks go on behind/,
    );
    assertThrows(() => readMidi(riff(size)), MidiError);
  }
  assertEquals(readMidi(riff(file.length), { repair: true }), readMidi(riff(file.length)));
});

Deno.test("readMidi() never takes a tempo of four bytes in silence, nor a metre or a key that is too long", () => {
  const four = midiFile([[...meta(0, 0x51, [0, 7, 161, 32]), ...TRACK]]);
  assertEquals(readMidi(four).tempos[0].microsecondsPerQuarter, 0x07a1, "as in pretty_midi");
  assertEquals(readMidi(four).warnings, [
    "The tempo at byte 26 has 4 bytes, and not 3: the first were read, as in pretty_midi, and others may be meant.",
  ]);
  const mended = readMidi(four, { repair: true });
  assertEquals([mended.tempos.length, mended.tempos[0].microsecondsPerQuarter], [1, 500_000]);
  assertEquals([mended.repairs, mended.warnings], [
    ["The event at byte 23 was left out: a tempo has 3 bytes, and this 4."],
    undefined,
  ]);
  const signatures = midiFile([[...meta(0, 0x58, [3, 2, 24, 8, 0]), ...meta(0, 0x59, [1, 1, 0]), ...TRACK]]);
  for (const repair of [false, true]) {
    const { metres, keys, repairs, warnings } = readMidi(signatures, { repair });
    assertEquals([metres, keys], [[{ tick: 0, numerator: 3, denominator: 4 }], [{
      tick: 0,
      fifths: 1,
      mode: "minor",
    }]]);
    assertEquals(repairs, []);
    assertMatch(warnings![0], /^The metre at byte 26 has 5 bytes, and not 4, and 1 more are too long: the first were/);
  }
  for (const [type, data] of [[0x00, [0, 1, 2]], [0x20, [1, 2]], [0x21, [1, 2]], [0x54, [1, 2, 3, 4, 5, 6]]] as const) {
    const bytes = midiFile([[...meta(0, type, [...data]), ...TRACK]]);
    assertEquals([pitchesOf(bytes), readMidi(bytes).warnings], [[[60, 62]], undefined], "of which nothing is read");
  }
  const later = midiFile([TRACK, [...meta(0, 0x51, [0, 7, 161, 32]), ...TRACK]]);
  assertMatch(readMidi(later).warnings![0], /^A tempo outside the first track was not followed/);
});

Deno.test("readMidi() with repair finds the length of a meta event by its type, where events go on there", () => {
  const cases: [name: string, length: number, data: number[]][] = [
    ["a tempo that takes the next byte", 4, [7, 161, 32]],
    ["a tempo that leaves its last byte", 2, [7, 161, 32]],
    ["a tempo without length", 0, [7, 161, 32]],
    ["a tempo that runs over the end", 100, [7, 161, 32]],
  ];
  for (const [name, length, data] of cases) {
    const bytes = midiFile([[0, 0xff, 0x51, length, ...data, ...TRACK]]);
    const { tempos, parts, repairs } = readMidi(bytes, { repair: true });
    assertEquals(tempos[0].microsecondsPerQuarter, 500_000, name);
    assertEquals(parts.map(({ notes }) => notes.map(({ pitch }) => pitch)), [[60, 62]], name);
    assertMatch(
      repairs.join(" | "),
      /^The meta event at byte 26 promises \d+ bytes, and other events begin after 3/,
      name,
    );
  }
});

Deno.test("readMidi() with repair reads on where a text takes all the rest of its track", () => {
  for (const type of [0x01, 0x03, 0x7f]) {
    const bytes = midiFile([[...tempo(0, 250_000), 0, 0xff, type, 0xff, 0xff, 0xff, 0x7f, 65, ...TRACK]]);
    assertEquals(pitchesOf(bytes, { repair: true }), [[60, 62]]);
    assertMatch(
      repairsOf(bytes)[0],
      /^What stands from byte 29 up to byte 37 cannot be read: an event runs over the end/,
    );
    assertThrows(() => readMidi(bytes), MidiError, "an event runs over the end of its track");
  }
});
