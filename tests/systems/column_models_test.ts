import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { noteClasses, notePieces } from "../../lib/encodings/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import {
  bigram,
  type ColumnModel,
  intervalColumn,
  mixtureColumn,
  ngramColumn,
  ngrams,
  repeat,
  repeatColumn,
  type SaidPieces,
  saidPieces,
  SMOOTHINGS,
  uniform,
  uniformColumn,
  unigram,
} from "../../lib/systems/mod.ts";
import { tunes } from "./tunes.ts";

const SCALE = [60, 62, 64, 65, 67, 69, 71, 72];
const train = notePieces(tunes(SCALE, [...SCALE].reverse(), [67, 65, 64, 65, 67, 67, 67]));
const heldOut = notePieces(tunes([65, 67, 69, 71, 72], [64, 62]));
const MODELS = [uniform, unigram, bigram, ngrams, repeat].map((system) =>
  system.learn({ train, heldOut }, settings("corrected"))
);

const TRAIN = saidPieces(noteClasses, train);
const [PITCH, STEP, DURATION] = noteClasses.says;
const said = (...pieces: number[][]): SaidPieces => saidPieces(noteClasses, notePieces(tunes(...pieces)));
const note = (pitch: number) => ({ pitch, step: 0.25, duration: 0.5 });

/** What a model of a column says after these pitches. */
function after(model: ColumnModel, ...pitches: number[]): Float64Array {
  const listener = model.listen();
  pitches.forEach((pitch) => listener.hear(noteClasses.say(note(pitch))));
  return listener.next();
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

for (const model of MODELS) {
  Deno.test(`${model.name} says probabilities of 128 pitches, 65 steps and 64 durations before every note`, () => {
    const listener = model.listen();
    for (const pitch of [60, 62, 127, 0, 64]) {
      for (const [head, count] of [["pitch", 128], ["step", 65], ["duration", 64]] as const) {
        const said = listener.next(head, {});
        assertEquals(said.length, count);
        const total = sum(Array.from(said, Math.exp));
        // Intervals beyond the MIDI numbers may take a little away.
        assert(total < 1 + 1e-12 && total > 1 - (model.name === "n-grams" ? 0.1 : 1e-12), `they sum to ${total}`);
      }
      listener.hear(note(pitch));
    }
    listener.dispose();
  });

  Deno.test(`${model.name} begins each piece anew, and goes on another way from a fork`, () => {
    const first = model.listen(), before = Array.from(first.next("pitch", {}));
    first.hear(note(64));
    assertEquals(Array.from(model.listen().next("pitch", {})), before);
    const fork = first.fork(), said = () => Array.from(first.next("pitch", {}));
    const after = said();
    fork.hear(note(60));
    assertEquals(said(), after);
    first.hear(note(60));
    assertEquals(said(), Array.from(fork.next("pitch", {})));
  });
}

Deno.test("modelOfColumns() adds up the numbers that its columns have learned", () => {
  const [none, one, , , three] = MODELS;
  // Eight pitches, steps of two classes, durations of one.
  assertEquals([none.parameters, one.parameters, three.parameters], [0, 8 + 2 + 1, 3]);
});

Deno.test("noteClasses say and decode notes by their classes", () => {
  const classes = noteClasses.say(note(64));
  assertEquals(classes, { pitch: 64, step: stepClasses.of(0.25), duration: durationClasses.of(0.5) });
  assertEquals(noteClasses.say(noteClasses.decode(classes)), classes);
});

Deno.test("unigram counts, whatever came before", () => {
  const listener = MODELS[1].listen();
  const expected = Math.log((6 + 1 / 128) / 24);
  for (const pitch of [60, 0]) {
    assertAlmostEquals(listener.next("pitch", {})[67], expected, 1e-12);
    listener.hear(note(pitch));
  }
});

Deno.test("ngramColumn() counts classes of times", () => {
  const model = ngramColumn(STEP, TRAIN, { order: 2, smoothing: 10 });
  const [together, quarter] = [0, stepClasses.of(0.25)];
  const one = (times: number) => (times + 1 / 65) / 24;
  assertAlmostEquals(after(model, 60)[quarter], (17 + 10 * one(20)) / 27, 1e-12);
  assertAlmostEquals(after(model, 60)[together], (0 + 10 * one(3)) / 27, 1e-12);
  assertEquals(after(ngramColumn(DURATION, TRAIN, { order: 1 }), 60).length, durationClasses.count);
});

Deno.test("intervalColumn() knows a tune in every key", () => {
  const model = intervalColumn(PITCH, TRAIN, { order: 3, smoothing: 1 });
  const lower = after(model, 60, 62, 64), higher = after(model, 67, 69, 71);
  assertEquals(lower.subarray(30, 100), higher.subarray(37, 107));
  assertEquals(lower.indexOf(Math.max(...lower)), 65);
});

Deno.test("intervalColumn() loses what it gives to intervals beyond the MIDI numbers, and nothing else", () => {
  const model = intervalColumn(PITCH, said([60, 72, 60, 72]), { order: 1 });
  const p = (times: number) => (times + 1 / 255) / 4;
  // From 127 down to 0: a falling octave, which came once, and 127 other intervals of which none did.
  assertAlmostEquals(sum(after(model, 127)), p(1) + 127 * p(0), 1e-12);
  assertAlmostEquals(after(model, 127)[115], p(1), 1e-12);
});

Deno.test("mixtureColumn() weighs two heads", () => {
  const [a, b] = [uniformColumn(PITCH), ngramColumn(PITCH, TRAIN, { order: 1 })];
  const mixed = mixtureColumn(a, b, 0.25), expected = 0.25 / 128 + 0.75 * after(b)[67];
  assertAlmostEquals(after(mixed)[67], expected, 1e-15);
  assertEquals(mixed.parameters, b.parameters + 1);
  for (const weight of [0, 1, NaN]) {
    assertThrows(() => mixtureColumn(a, b, weight), RangeError, `between 0 and 1, got ${weight}`);
  }
});

Deno.test("mixtureColumn() and ngramColumn() choose what makes held-out notes likeliest", () => {
  // What goes on as in training trusts its bigrams, what does not its unigrams.
  const same = said(SCALE, SCALE), other = said([60, 72, 62, 71, 60, 71, 60, 72]);
  assertEquals(ngramColumn(PITCH, TRAIN, { order: 2, smoothing: same }).smoothing, SMOOTHINGS[0]);
  assertEquals(ngramColumn(PITCH, TRAIN, { order: 2, smoothing: other }).smoothing, SMOOTHINGS.at(-1));
  const models = [ngramColumn(PITCH, TRAIN, { order: 2, smoothing: 1 }), uniformColumn(PITCH)] as const;
  assertEquals(mixtureColumn(...models, same).weight, 0.95);
  assertEquals(mixtureColumn(...models, said([1, 2, 3])).weight, 0.05);
});

Deno.test("ngramColumn(), intervalColumn() and mixtureColumn() need something to choose by", () => {
  const lone = said([60], [62]), a = uniformColumn(PITCH);
  const message = "a positive number, or held-out pieces to choose it by";
  for (const smoothing of [undefined, 0, -1, Infinity]) {
    assertThrows(() => ngramColumn(PITCH, TRAIN, { order: 2, smoothing }), RangeError, message);
  }
  assertThrows(() => ngramColumn(STEP, TRAIN, { order: 2, smoothing: lone }), RangeError, "no event that follows");
  assertThrows(() => intervalColumn(PITCH, TRAIN, { order: 2, smoothing: lone }), RangeError, "no event that follows");
  assertThrows(() => mixtureColumn(a, a, lone), RangeError, "no event that follows another");
});

Deno.test("repeatColumn() expects what was, as often as it came again", () => {
  const model = repeatColumn(PITCH, TRAIN), r = (2 + 1) / (20 + 2);
  const again = after(model, 60, 67);
  assertAlmostEquals(again[67], r, 1e-15);
  assertAlmostEquals(again[60], (1 - r) / 127, 1e-15);
  assertEquals(after(model)[0], 1 / 128);
});
