import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MidiError, readMidi, readMidiColumns, writeMidi } from "../../../lib/formats/mod.ts";
import { flatten, flattenColumns, type Score } from "../../../lib/score/mod.ts";
import { readShared, readSharedJson, sharedTest } from "../../shared.ts";
import { END, meta, midiFile, off, on, tempo } from "./midi_bytes.ts";

/** Two notes, so that the loss of one shows. */
const MUSIC = [...on(0, 60), ...off(96, 60), ...on(0, 62), ...off(96, 62)];
const TRACK = [...MUSIC, ...END];

function pitchesOf({ parts }: Score): number[][] {
  return parts.map(({ notes }) => notes.map(({ pitch }) => pitch));
}

function join(...pieces: (Uint8Array | number[] | string)[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [
    ...typeof piece === "string" ? Array.from(piece, (character) => character.charCodeAt(0)) : piece,
  ]));
}

/** A file of two tracks with something between them. */
function between(...pieces: (number[] | string)[]): Uint8Array {
  const file = midiFile([TRACK, TRACK]);
  const second = 14 + 8 + TRACK.length;
  return join(file.subarray(0, second), ...pieces, file.subarray(second));
}

function riff(file: Uint8Array, ...before: (number[] | string)[]): Uint8Array {
  const size = file.length;
  const content = join("RMID", ...before, "data", [size & 0xff, size >> 8, 0, 0], file, size % 2 ? [0] : []);
  return join("RIFF", [content.length & 0xff, content.length >> 8, 0, 0], content);
}

Deno.test("readMidi() reads what the standard lets through", () => {
  const sound: [name: string, bytes: Uint8Array, pitches: number[][]][] = [
    ["a chunk of another type", between("XFIH", [0, 0, 0, 3, 1, 2, 3]), [[60, 62], [60, 62]]],
    ["a chunk of another type, empty", between("    ", [0, 0, 0, 0]), [[60, 62], [60, 62]]],
    [
      "such a chunk before the tracks",
      join("MThd", [0, 0, 0, 6, 0, 0, 0, 1, 1, 224], "ABCD", [0, 0, 0, 1, 9], midiFile([TRACK]).subarray(14)),
      [[60, 62]],
    ],
    ["a RIFF wrapper", riff(midiFile([TRACK])), [[60, 62]]],
    ["a RIFF wrapper with more in it", riff(midiFile([TRACK]), "LIST", [3, 0, 0, 0, 1, 2, 3, 0]), [[60, 62]]],
    ["a header of eight bytes", join("MThd", [0, 0, 0, 8, 0, 0, 0, 1, 1, 224, 7, 7], midiFile([TRACK]).subarray(14)), [[
      60,
      62,
    ]]],
    ["a late end of track", midiFile([[...MUSIC, 0xff, 0xff, 0xff, 0x7f, 0xff, 0x2f, 0]]), [[60, 62]]],
  ];
  for (const [name, bytes, pitches] of sound) {
    const score = readMidi(bytes);
    assertEquals([pitchesOf(score), score.repairs, score.warnings], [pitches, [], undefined], name);
    assertEquals(readMidi(bytes, { repair: true }), score, name);
  }
});

Deno.test("readMidi() counts long pieces in time, and not in ticks", () => {
  const gap = [0xff, 0xff, 0xff, 0x7f];
  const bytes = midiFile([[...on(0, 60), ...gap, 0x80, 60, 0, ...END]], { ticksPerQuarter: 32767 });
  const [note] = readMidi(bytes).parts[0].notes;
  assertEquals([note.startTick, note.endTick], [0, 0x0fffffff]);
  assertEquals(readMidi(writeMidi(readMidi(bytes))).parts[0].notes, [note]);
});

Deno.test("readMidi() with repair reads what is damaged, and names it; without, it says where the damage is", () => {
  const sound = midiFile([TRACK, TRACK]);
  const [first, second] = [14, 14 + 8 + TRACK.length];
  const size = (bytes: Uint8Array, at: number, value: number) => {
    return bytes.map((byte, i) => i === at + 6 ? value >> 8 : i === at + 7 ? value & 0xff : byte);
  };
  const both = [[60, 62], [60, 62]];
  const damaged: [name: string, bytes: Uint8Array, strict: RegExp, repair: RegExp, pitches: number[][]][] = [
    [
      "a key",
      midiFile([[...meta(0, 0x59, [0xee, 1]), ...TRACK]]),
      /no key has -18 fifths in mode 1, at byte 26/,
      /^The event at byte 23 was left out: no key has -18 fifths in mode 1\.$/,
      [[60, 62]],
    ],
    [
      "a key of a later track",
      midiFile([TRACK, [...meta(0, 0x59, [8, 0]), ...TRACK]]),
      /no key has 8 fifths/,
      /left out: no key/,
      both,
    ],
    ["a tempo", midiFile([[...tempo(0, 0), ...TRACK]]), /a tempo of 0/, /left out: a tempo of 0/, [[60, 62]]],
    ["a metre", midiFile([[...meta(0, 0x58, [4, 60, 24, 8]), ...TRACK]]), /a metre of 4\/2\^60/, /left out: a metre/, [[
      60,
      62,
    ]]],
    [
      "a velocity",
      midiFile([[...on(0, 64, { velocity: 200 }), ...off(9, 64), ...TRACK]]),
      /this is 200, at byte 25/,
      /^The data byte at byte 25 is 200: 127 was taken/,
      [[64, 60, 62]],
    ],
    ["a pitch", midiFile([[...on(0, 255), ...off(9, 255), ...TRACK]]), /this is 255/, /data byte .* is 255/, [[
      127,
      60,
      62,
    ]]],
    ["a controller", midiFile([[0, 0xb0, 7, 128, ...TRACK]]), /this is 128/, /data byte .* is 128/, [[60, 62]]],
    [
      "a system exclusive message",
      midiFile([[0, 0xf0, 3, 1, 200, 0xf7, ...TRACK]]),
      /this is 200/,
      /was left out: a data byte/,
      [[60, 62]],
    ],
    [
      "an undefined status byte",
      midiFile([[0, 0xf5, ...TRACK]]),
      /status byte 0xf5/,
      /left out: no MIDI event has the status byte 0xf5/,
      [[60, 62]],
    ],
    [
      "a track promised",
      midiFile([TRACK, TRACK], { trackCount: 3 }),
      /ends before track 3 of 3/,
      /counts 3 tracks; all that are there were read: 2/,
      both,
    ],
    [
      "no track promised",
      midiFile([TRACK, TRACK], { trackCount: 0 }),
      /promises 0 tracks/,
      /counts 0 tracks; .* read: 2/,
      both,
    ],
    [
      "bytes between tracks",
      between([0x85, 0, 0, 0x13]),
      /track 2 does not begin with "MTrk"/,
      new RegExp(`^From byte ${second} to byte ${second + 4} there is no chunk: passed over\\.$`),
      both,
    ],
    [
      "much between tracks",
      between("MThd and more", Array(3000).fill(0)),
      /track 2 does not/,
      /^From byte 42 to byte 3055/,
      both,
    ],
    [
      "a track longer than promised",
      size(sound, first, TRACK.length - 5),
      /over the end of its track|within an event|track 2 does not/,
      /^Track 1 promises 15 bytes at byte 18, and the next track begins at byte 42/,
      both,
    ],
    [
      "a track shorter than promised",
      size(sound, first, TRACK.length + 5),
      /track 2 does not begin|no status|over the end/,
      /^Track 1 promises 25 bytes/,
      both,
    ],
    [
      "a file cut between notes",
      sound.subarray(0, second + 8 + 8),
      /track 2 promises 20 bytes, and 8 are left/,
      /^Track 2 promises 20 bytes/,
      [[60, 62], [60]],
    ],
    [
      "a file cut within a note",
      sound.subarray(0, second + 8 + 10),
      /track 2 promises 20 bytes, and 10 are left/,
      /breaks off at byte 58: an event runs over the end of its track\. The rest, up to byte 60, was left out/,
      [[60, 62], [60]],
    ],
    [
      "a track that is not there",
      sound.subarray(0, second + 8),
      /track 2 promises 20 bytes, and 0 are left/,
      /^Track 2 promises 20 bytes/,
      [[60, 62]],
    ],
    [
      "half a header of a track",
      sound.subarray(0, second + 6),
      /ends before track 2 of 2/,
      /announces itself at byte 42, and the file ends there/,
      [[60, 62]],
    ],
    ["an empty track", midiFile([TRACK, [], TRACK]), /track 2 is empty/, /^Track 2 at byte 42 is empty/, both],
    [
      "a last message without end",
      midiFile([[...MUSIC, 0, 0xff, 0x2f, 0xff, 0xff, 0xff, 0xff, 0xff]]),
      /within an event/,
      /breaks off at byte 38/,
      [[60, 62]],
    ],
    [
      "a last message of a length past the end",
      midiFile([[...MUSIC, 0, 0xff, 0x01, 0xff, 0xff, 0xff, 0x7f, 65]]),
      /runs over the end/,
      /breaks off at byte 38/,
      [[60, 62]],
    ],
    [
      "a last time without end",
      midiFile([[...MUSIC, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0x2f, 0]]),
      /a delta time is above/,
      /breaks off at byte 38/,
      [[60, 62]],
    ],
    [
      "a note after weeks",
      midiFile([[
        ...MUSIC,
        ...Array(3).fill([0xff, 0xff, 0xff, 0x7f, 0x90, 64, 64]).flat(),
        0x7f,
        0x80,
        64,
        0,
        ...END,
      ]]),
      /more than a week, at byte 52/,
      /breaks off at byte 52: the piece runs to tick/,
      [[60, 62]],
    ],
    [
      "a wrapper cut short",
      riff(midiFile([TRACK])).subarray(0, -4),
      /RIFF wrapper promises 42 bytes of MIDI, and 38 are left/,
      /^The RIFF wrapper promises 42 bytes/,
      [[60, 62]],
    ],
    [
      "bytes before the header",
      join(new Uint8Array(128), sound),
      /does not begin with "MThd"/,
      /^The header begins at byte 128: /,
      both,
    ],
    [
      "a header of no length",
      join(sound.subarray(0, 7), [0], sound.subarray(8)),
      /the header must have 6 bytes/,
      /^The header promises 0 bytes/,
      both,
    ],
  ];
  for (const [name, bytes, strict, repair, pitches] of damaged) {
    assertMatch(assertThrows(() => readMidi(bytes), MidiError).message, strict, name);
    const before = bytes.slice();
    const score = readMidi(bytes, { repair: true });
    assertEquals(pitchesOf(score), pitches, name);
    assert(score.repairs.some((sentence) => repair.test(sentence)), `${name}: ${score.repairs.join(" | ")}`);
    assertEquals(bytes, before, `${name}: what was given stays as it is`);
  }
});

Deno.test("readMidi() counts SMPTE frames in seconds, and says so", () => {
  const times = (division: number) => {
    const track = [...tempo(0, 250_000), ...on(100, 60), ...off(100, 60), ...END];
    const bytes = midiFile([track], { ticksPerQuarter: division });
    const score = readMidi(bytes);
    const { parts: [{ notes }], repairs, warnings } = score;
    const said = ["Time is counted in SMPTE frames, which have no beat: a second was read as a quarter note."];
    assertEquals([repairs, warnings], [[], said]);
    assertEquals(readMidi(bytes, { repair: true }), score);
    return [notes[0].start, notes[0].end].map((seconds) => Math.round(seconds * 1e6));
  };
  assertEquals(times(0xe828), [104_167, 208_333], "24 frames of 40 ticks");
  assertEquals(times(0xe728), [100_000, 200_000], "25 frames of 40 ticks");
  assertEquals(times(0xe350), [41_708, 83_417], "29.97 frames of 80 ticks");
  assertEquals(times(0xe250), [41_667, 83_333], "30 frames of 80 ticks");
});

Deno.test("readMidi() reads 40,000 tracks, which a signed number would not count", () => {
  const tracks = Array.from({ length: 40_000 }, (_, i) => i === 39_999 ? TRACK : END);
  assertEquals(pitchesOf(readMidi(midiFile(tracks))), [[60, 62]]);
});

Deno.test("readMidi() names the first of many repairs of one kind, and counts the others", () => {
  const bytes = midiFile([[...Array(50).fill(on(1, 60, { velocity: 200 })).flat(), ...off(1, 60), ...END]]);
  const { parts, repairs } = readMidi(bytes, { repair: true });
  assertEquals([parts[0].notes.length, repairs.length], [50, 21]);
  assertEquals(repairs.at(-1), "Data bytes above 127: 30 more.");
});

Deno.test("readMidi() reads the tracks that are promised, says that there are more, and reads them with repair", () => {
  const bytes = midiFile([TRACK, TRACK, TRACK], { trackCount: 1 });
  const score = readMidi(bytes);
  assertEquals([pitchesOf(score), score.repairs], [[[60, 62]], []]);
  assertMatch(score.warnings![0], /^The header counts 1 tracks, and there are 3: /);
  const mended = readMidi(bytes, { repair: true });
  assertEquals([pitchesOf(mended), mended.warnings], [[[60, 62], [60, 62], [60, 62]], undefined]);
  assertEquals(mended.repairs, ["The header counts 1 tracks; all that are there were read: 3."]);
  const hopeless = midiFile([TRACK, [0, 0xf8, 0, 60]], { trackCount: 1 });
  assertEquals(readMidi(hopeless, { repair: true }), readMidi(hopeless));
});

Deno.test("readMidi() with repair reads on after what no event can be read from, and names it", () => {
  const name = [...meta(0, 0x03, [...new TextEncoder().encode("Oboe")])];
  const damaged: [name: string, track: number[], repair: RegExp, pitches: number[]][] = [
    ["data without a status", [0, 64, 64, ...TRACK], /byte 22 up to byte 25 cannot be read: .*no status byte/, [
      60,
      62,
    ]],
    [
      "data behind a realtime message",
      [...MUSIC, 0, 0xf8, 0, 0, ...MUSIC, ...END],
      /the byte 0x00 belongs to no/,
      [60, 62, 60, 62],
    ],
    ["a name that is longer", [...name, 33, ...TRACK], /byte 30 up to byte 31 cannot be read/, [60, 62]],
    [
      "a name that is shorter",
      [0, 0xff, 0x03, 6, 79, 98, 111, 101, 46, ...TRACK],
      /before byte 32 is shorter than it says.* from byte 31/,
      [
        60,
        62,
      ],
    ],
    [
      "a system exclusive message that is shorter",
      [0, 0xf0, 7, 65, 16, 66, 64, 0xf7, ...TRACK],
      /promises 7 bytes, and ends with its 0xF7 after 5/,
      [60, 62],
    ],
    ["bytes behind the end of the track", [...TRACK, 0x2f, 0], /^The track at byte 14 breaks off at byte 42/, [60, 62]],
  ];
  for (const [name, track, repair, pitches] of damaged) {
    const bytes = midiFile([track, TRACK]);
    assertThrows(() => readMidi(bytes), MidiError);
    const score = readMidi(bytes, { repair: true });
    assertEquals(score.parts.map(({ notes }) => notes.map(({ pitch }) => pitch)), [pitches, [60, 62]], name);
    assert(score.repairs.some((sentence) => repair.test(sentence)), `${name}: ${score.repairs}`);
  }
  const noise = Array.from({ length: 300 }, () => [0, 64, ...on(0, 60), 0, 0xf8]).flat();
  assertThrows(() => readMidi(midiFile([noise]), { repair: true }), MidiError, "no status byte");
});

Deno.test("readMidi() with repair undoes what a transfer as text does", () => {
  const file = midiFile([[...meta(0, 0x01, [10, 65, 10]), ...on(10, 60), ...off(96, 60), ...END]]);
  const doubled = Uint8Array.from([...file].flatMap((byte) => byte === 10 ? [13, 10] : [byte]));
  const [lines, lost] = [readMidi(doubled, { repair: true }), new TextEncoder().encode(new TextDecoder().decode(file))];
  assertEquals(lines.parts, readMidi(file).parts);
  assertMatch(lines.repairs[0], /^A byte 0x0D stands before each of the 3 bytes 0x0A/);
  const utf8 = Uint8Array.from(
    [...file].flatMap((byte) => byte < 0x80 ? [byte] : [0xc0 | byte >> 6, 0x80 | byte & 0x3f]),
  );
  const mended = readMidi(utf8, { repair: true });
  assertEquals(mended.parts, readMidi(file).parts);
  assertMatch(mended.repairs[0], /^The file was written as text in UTF-8: \d+ bytes above 127 were put back/);
  assertThrows(() => readMidi(lost, { repair: true }), MidiError, "its bytes above 127, which are lost: get it anew");
});

Deno.test("readMidi() says which notes pretty_midi forgets, and which tracks or files are none of the piece's", () => {
  const warningsOf = (bytes: Uint8Array) => [false, true].map((repair) => readMidi(bytes, { repair }).warnings);
  const open =
    "A note without an end, or without length, was left out, as in pretty_midi: pitch 64 at tick 192 of track 1.";
  assertEquals(warningsOf(midiFile([[...MUSIC, ...on(0, 64), ...END]])), [[open], [open]]);
  const short = readMidi(midiFile([[...on(0, 64), ...off(0, 64), ...on(0, 64), ...off(0, 64), ...TRACK]]));
  assertMatch(short.warnings![0], /^2 notes without an end, or without length, were left out.*track 1, and others\.$/);
  const apart = midiFile([TRACK, TRACK]);
  apart[9] = 2;
  assertMatch(readMidi(apart).warnings![0], /^The tracks are pieces of their own \(format 2\)/);
  const two = join(midiFile([TRACK]), midiFile([TRACK]));
  const another = `Another file begins at byte ${two.length / 2}, and was not read.`;
  assertEquals([warningsOf(two), pitchesOf(readMidi(two))], [[[another], [another]], [[60, 62]]]);
  assertEquals(pitchesOf(readMidi(midiFile([[0, 0xf7, 3, 0x90, 70, 64, ...TRACK]]))), [[60, 62]]);
});

Deno.test("readMidi() says what stands outside the first track of tempo, metre and key, and follows it on request", () => {
  const bytes = midiFile([
    [...meta(0, 0x58, [4, 2, 24, 8]), ...END],
    [
      ...[...tempo(0, 1_000_000), ...meta(0, 0x58, [4, 2, 24, 8]), ...meta(0, 0x59, [1, 0])],
      ...[...MUSIC, ...tempo(0, 250_000), ...meta(0, 0x58, [3, 2, 24, 8]), ...on(0, 64), ...off(96, 64), ...END],
    ],
  ]);
  const score = readMidi(bytes);
  assertEquals([score.tempos.length, score.metres.length, score.keys, score.end], [1, 1, [], 0.3]);
  assertEquals(score.warnings!.map((warning) => warning.split(":")[0]), [
    "2 tempi outside the first track were not followed, in track 2 at byte 46 and after",
    "A key outside the first track was not followed, in track 2 at byte 61",
    "A metre outside the first track was not followed, in track 2 at byte 90",
  ]);
  const all = readMidi(bytes, { tempo: "all" });
  assertEquals(all.warnings, undefined);
  assertEquals(all.tempos, [
    { tick: 0, time: 0, microsecondsPerQuarter: 1_000_000 },
    { tick: 192, time: 0.4, microsecondsPerQuarter: 250_000 },
  ]);
  assertEquals(all.metres, [{ tick: 0, numerator: 4, denominator: 4 }, { tick: 192, numerator: 3, denominator: 4 }]);
  assertEquals([all.keys, all.end], [[{ tick: 0, fifths: 1, mode: "major" }], 0.45]);
});

Deno.test("readMidi() is silent about what later tracks repeat, and refuses an impossible tempo only where it counts", () => {
  const said = [...tempo(0, 400_000), ...meta(0, 0x58, [3, 2, 24, 8]), ...meta(0, 0x59, [0, 1])];
  assertEquals(readMidi(midiFile([[...said, ...END], [...said, ...TRACK]])).warnings, undefined);
  const impossible = midiFile([END, [...tempo(0, 0), ...TRACK]]);
  assertEquals(pitchesOf(readMidi(impossible)), [[60, 62]]);
  assertThrows(() => readMidi(impossible, { tempo: "all" }), MidiError, "a tempo of 0");
});

Deno.test("readMidi() says where it went on with a system exclusive message, as mido does", () => {
  const bytes = midiFile([[...on(0, 60), 0, 0xf0, 2, 1, 0xf7, 10, 1, 0, ...MUSIC, ...END]]);
  assertMatch(
    readMidi(bytes).warnings![0],
    /^The event at byte 32 goes on with the status of a system exclusive message/,
  );
});

Deno.test("readMidiColumns() has the notes of readMidi(), and flattenColumns() the order of flatten()", () => {
  const bytes = midiFile([
    [...on(0, 64), ...on(0, 60), ...off(96, 60), ...off(0, 64), ...END],
    [...on(0, 36, { channel: 9 }), ...on(0, 48), ...off(48, 48), ...off(0, 36, { channel: 9 }), ...MUSIC, ...END],
  ]);
  const [columns, score] = [readMidiColumns(bytes), readMidi(bytes)];
  for (const flattening of ["first", "all"] as const) {
    for (const drums of [false, true]) {
      const rows = flattenColumns(columns, flattening, { drums });
      const flat = flatten(score, flattening, { drums });
      const { pitch, velocity, startTick, endTick, start, end } = columns.notes;
      assertEquals(
        Array.from(rows, (row) => [pitch, velocity, startTick, endTick, start, end].map((column) => column[row])),
        flat.map(({ note }) => [note.pitch, note.velocity, note.startTick, note.endTick, note.start, note.end]),
      );
    }
  }
});

type Reference = {
  pretty_midi?: [
    program: number,
    drum: boolean,
    notes: [pitch: number, start: number, end: number, velocity: number][],
  ][];
  symusic?: [program: number, drum: boolean, notes: [pitch: number, start: number, end: number][], count: number][];
};

sharedTest("readMidi() reads the small cases as pretty_midi and, mended, as symusic do", async () => {
  const cases = Object.entries(await readSharedJson<Record<string, Reference>>("cases/notes.json"))
    .filter(([name]) => name.endsWith(".mid"));
  assertEquals(cases.length, 8);
  const near = (seconds: number) => Math.round(seconds * 1e6);
  for (const [name, { pretty_midi, symusic }] of cases) {
    const bytes = readShared(`cases/${name}`);
    // mido loses the time before a meta event of unknown type.
    if (pretty_midi && name !== "m22_unknown_meta_delta.mid") {
      assertEquals(
        readMidi(bytes).parts.map((
          { program, drum, notes },
        ) => [program, drum, notes.map((note) => [note.pitch, near(note.start), near(note.end), note.velocity])]),
        pretty_midi.map((
          [program, drum, notes],
        ) => [program, drum, notes.map(([pitch, start, end, velocity]) => [pitch, near(start), near(end), velocity])]),
        name,
      );
    }
    assertEquals(
      readMidi(bytes, { repair: true, tempo: "all" }).parts.map((
        { program, drum, notes },
      ) => [
        program,
        drum,
        notes.slice(0, 12).map((note) => [note.pitch, near(note.start), near(note.end)]),
        notes.length,
      ]),
      symusic!.map((
        [program, drum, notes, count],
      ) => [program, drum, notes.map(([pitch, start, end]) => [pitch, near(start), near(end)]), count]),
      name,
    );
  }
});
