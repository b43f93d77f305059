import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type Column,
  type Columns,
  encodeWhole,
  featureEncoding,
  NOTE_FEATURES,
  type NoteEvent,
  noteFeatures,
  recentNotes,
  transitions,
} from "../../../lib/encodings/mod.ts";
import { durationClasses, stepClasses } from "../../../lib/notes/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";

const lessons = [{ piece: "a lesson", events: someNotes(80, 9) }];
const encoding = featureEncoding(
  noteFeatures(Object.keys(NOTE_FEATURES), ["step", "pitch", "duration"], lessons),
);

/** Notes of three voices or so, drawn; some say where they stand and who plays them. */
function someNotes(count: number, seed: number): NoteEvent[] {
  const prng = seeded(seed);
  return Array.from({ length: count }, () => ({
    pitch: 50 + Math.floor(24 * prng()),
    step: [0, 0, 0.125, 0.25, 0.5][Math.floor(5 * prng())],
    duration: [0.1, 0.25, 0.5, 1][Math.floor(4 * prng())],
    ...prng() < 0.7 && {
      place: { quarter: 3 * prng(), bar: 3, beat: 1, tempo: 2, number: 1 + Math.floor(8 * prng()) },
      part: Math.floor(3 * prng()),
      program: Math.floor(128 * prng()),
      velocity: 1 + Math.floor(127 * prng()),
    },
    meanwhile: [0, 0.1, 0.2].map((wait) => ({
      pitch: 40 + Math.floor(40 * prng()),
      wait,
      duration: 0.3,
      voice: Math.floor(4 * prng()),
    })),
  }));
}

Deno.test("features hear the same of a beginning, whatever follows it", () => {
  const beginning = someNotes(40, 1);
  const [one, other] = [2, 3].map((seed) => encodeWhole(encoding, [[...beginning, ...someNotes(20, seed)]]));
  for (const { name, size, width = 1 } of encoding.hears) {
    assertEquals(one.heard[name].slice(0, 40 * width), other.heard[name].slice(0, 40 * width), `${name} ${size}`);
  }
  for (const { name, width = 1 } of encoding.knows!) {
    assertEquals(one.known[name].slice(0, 40 * width), other.known[name].slice(0, 40 * width), name);
  }
});

for (
  const order of [["step", "pitch", "duration"], ["pitch", "step", "duration"], ["duration", "pitch", "step"]] as const
) {
  Deno.test(`features know of the next note only what has been drawn: ${order.join(", ")}`, () => {
    const encoding = featureEncoding(noteFeatures(Object.keys(NOTE_FEATURES), order, lessons), { order });
    const listener = encoding.listen();
    for (const note of someNotes(30, 4)) listener.hear(note);
    const note: Record<string, number> = { step: 10, pitch: 60, duration: 3 };
    const all = listener.know!(note);
    for (const turn of [0, 1, 2]) {
      const drawn = Object.fromEntries(order.slice(0, turn).map((side) => [side, note[side]]));
      const known = listener.know!(drawn);
      const expected = encoding.knows!.filter(({ after = [] }) => after.every((name) => name in drawn));
      assertEquals(new Set(Object.keys(known)), new Set(expected.map(({ name }) => name)), JSON.stringify(drawn));
      for (const name of Object.keys(known)) assertEquals(known[name], all[name], name);
    }
  });
}

Deno.test("a fork of features hears what the first one hears, and neither disturbs the other", () => {
  const [notes, others] = [someNotes(30, 5), someNotes(10, 6)];
  const one = encoding.listen();
  for (const note of notes.slice(0, 20)) one.hear(note);
  const two = one.fork();
  for (const note of others) two.hear(note);
  const alone = encoding.listen();
  for (const note of notes.slice(0, 20)) alone.hear(note);
  for (const note of notes.slice(20)) {
    const drawn = encoding.say(note);
    assertEquals(one.know!(drawn), alone.know!(drawn));
    assertEquals(one.hear(note), alone.hear(note));
  }
});

Deno.test("columns move with the music", () => {
  const notes = someNotes(60, 7), up = 3;
  const here = encodeWhole(encoding, [notes]);
  const there = encodeWhole(encoding, [notes.map((note) => ({
    ...note,
    pitch: note.pitch + up,
    meanwhile: note.meanwhile!.map((other) => ({ ...other, pitch: other.pitch + up })),
  }))]);
  const compare = (columns: readonly Column[], from: Columns, to: Columns) => {
    for (const { name, transposing } of columns) {
      const moved = from[name].slice();
      transposing?.move(moved, up);
      moved.forEach((value, i) => assertAlmostEquals(value, to[name][i], 1e-4, `${name} at ${i}`));
    }
  };
  compare(encoding.hears, here.heard, there.heard);
  compare(encoding.knows!, here.known, there.known);
  compare(encoding.says, here.said, there.said);
});

Deno.test("keyHeard finds the tonic of a scale", () => {
  const scale = [62, 64, 66, 67, 69, 71, 73, 74, 69, 66, 62];
  const { heard } = encodeWhole(encoding, [scale.map((pitch) => ({ pitch, step: 0.25, duration: 0.25 }))]);
  assertEquals(heard.tonic.at(-1), 2);
  assertEquals(heard.degree.at(-1), 0);
});

Deno.test("anchorsAhead are those of a note that joins the chord and of one that moves on", () => {
  // Three voices, of which the lowest lasts.
  const chord = (pitches: number[], step: number): NoteEvent[] =>
    pitches.map((pitch, i) => ({ pitch, step: i === 0 ? step : 0, duration: i === 0 ? 0.5 : 0.25 }));
  const { heard } = encodeWhole(encoding, [[...chord([48, 60, 64], 0), ...chord([62], 0.25)]]);
  const last = (name: string) => heard[name].at(-1);
  assertEquals(["together", "placeTogether", "placeMoving"].map(last), [64, 60, 62]);
  assertEquals(["ending", "endingSecond", "soundingLow", "soundingHigh"].map(last), [48, 62, 48, 62]);
});

Deno.test("habits are logs of shares", () => {
  const { heard } = encodeWhole(encoding, [someNotes(50, 8)]);
  const last = Array.from(heard.pitchesSoFar.slice(49 * 128));
  assertAlmostEquals(last.reduce((sum, log) => sum + Math.exp(log) - 0.003, 0), 1, 1e-4);
  assert(last.every((log) => log <= Math.log(1.003)));
});

Deno.test("featureEncoding() refuses two columns of one name", () => {
  assertThrows(
    () => featureEncoding([recentNotes, recentNotes]),
    TypeError,
    'Cannot encode notes: two columns have the name "last"',
  );
});

Deno.test("transitions say what has followed what, what was long ago less", () => {
  const listener = featureEncoding([transitions]).listen();
  // After a C a D, three times, then an E; a C is long, all else short.
  for (const pitch of [60, 62, 60, 62, 60, 62, 60, 64, 60]) {
    listener.hear({ pitch, step: 0.25, duration: pitch === 60 ? 0.5 : 0.25 });
  }
  const step = stepClasses.of(0.25);
  const known = listener.know!({ step, pitch: 60 }) as Record<string, Float32Array>;
  const share = (name: string, value: number) => Math.exp(known[name][value]) - 0.003;
  const weights = [0.95 ** 3 + 0.95 ** 2 + 0.95, 1];
  for (const [i, pitch] of [62, 64].entries()) {
    assertAlmostEquals(share("pitchByPitch", pitch), weights[i] / (weights[0] + weights[1] + 0.5), 1e-6);
  }
  assertAlmostEquals(share("pitchByPitch", 65), 0, 1e-6);
  assert(share("durationByPitch", durationClasses.of(0.5)) > 0.8);
  assert(share("durationByDuration", durationClasses.of(0.25)) > 0.8);
  assert(share("stepByStep", step) > 0.8);
  assertEquals(Object.keys(listener.know!({})), ["stepByStep", "stepByPlace", "pitchByPitch", "durationByDuration"]);
});
