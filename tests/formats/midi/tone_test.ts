import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import midi from "@tonejs/midi";
import { fromTone, readMidi, toTone, writeMidi } from "../../../lib/formats/mod.ts";
import type { Score } from "../../../lib/score/mod.ts";
import { END, meta, midiFile, off, on, tempo } from "./midi_bytes.ts";

const FILE = midiFile([
  [
    ...meta(0, 0x03, "Gigue"),
    ...meta(0, 0x58, [6, 3, 24, 8]),
    ...meta(0, 0x59, [0xfd, 1]),
    ...tempo(0, 480_001),
    ...END,
  ],
  [
    ...meta(0, 0x03, "Cello"),
    ...[0, 0xc3, 42],
    ...on(0, 48, { channel: 3, velocity: 100 }),
    ...on(48, 51, { channel: 3 }),
    ...off(48, 51, { channel: 3 }),
    ...off(0, 48, { channel: 3 }),
    ...END,
  ],
  [...on(0, 36, { channel: 9 }), ...off(96, 36, { channel: 9 }), ...END],
]);

Deno.test("toTone() makes what @tonejs/midi itself reads from the file", () => {
  const [ours, theirs] = [toTone(readMidi(FILE)).toJSON(), new midi.Midi(FILE).toJSON()];
  assertEquals(ours.header.name, "Gigue");
  assertEquals(ours.header.keySignatures, theirs.header.keySignatures);
  assertEquals(ours.header.timeSignatures, theirs.header.timeSignatures);
  assertAlmostEquals(ours.header.tempos[0].bpm, theirs.header.tempos[0].bpm, 1e-6);
  const described = (json: typeof ours) =>
    json.tracks.filter(({ notes }) => notes.length > 0).map(({ name, channel, instrument, notes }) => ({
      name,
      channel,
      instrument,
      notes: notes.map(({ midi, ticks, durationTicks, velocity }) => [midi, ticks, durationTicks, velocity.toFixed(6)]),
    }));
  assertEquals(described(ours), described(theirs));
  assertAlmostEquals(ours.tracks[0].notes[1].time, 0.0480001, 1e-12);
});

Deno.test("fromTone() is the inverse of toTone(), up to the order of a chord's releases", () => {
  const score = readMidi(FILE);
  const expected: Score = {
    ...score,
    parts: score.parts.map((part, track) => ({ ...part, track, notes: track ? part.notes : part.notes.toReversed() })),
  };
  assertEquals(fromTone(toTone(score)), expected);
});

Deno.test("fromTone() reads what was composed with @tonejs/midi", () => {
  const tone = new midi.Midi();
  tone.header.setTempo(60);
  tone.addTrack();
  tone.addTrack().addNote({ name: "A4", time: 1, duration: 0.5, velocity: 0 });
  const score = fromTone(tone);
  assertEquals([score.ticksPerQuarter, score.endTick, score.end, score.title], [480, 720, 1.5, undefined]);
  assertEquals(score.parts.map(({ track, notes }) => [track, notes]), [
    [1, [{ pitch: 69, velocity: 1, startTick: 480, endTick: 720, start: 1, end: 1.5 }]],
  ]);
});

Deno.test("fromTone() refuses what MIDI cannot say", () => {
  const tone = new midi.Midi();
  tone.header.keySignatures.push({ ticks: 0, key: "H", scale: "major" });
  assertThrows(() => fromTone(tone), RangeError, 'there is no major key "H"');
  const deep = new midi.Midi();
  deep.addTrack().addNote({ midi: -3, ticks: 0, durationTicks: 10 });
  assertThrows(() => fromTone(deep), RangeError, "the pitch of note 0 of part 0");
});

Deno.test("writeMidi() writes the bytes of @tonejs/midi, but for keys", () => {
  const score = { ...readMidi(FILE), keys: [] };
  for (const part of score.parts) {
    part.notes = part.notes.toSorted((a, b) => a.startTick - b.startTick || a.endTick - b.endTick);
  }
  assertEquals(writeMidi(score), toTone(score).toArray());
});
