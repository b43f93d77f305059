import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  bestNgramModel,
  bigramModel,
  intervalHead,
  mixtureHead,
  ngramHead,
  type NoteHead,
  type NoteModel,
  repeatHead,
  repeatModel,
  SMOOTHINGS,
  uniformHead,
  uniformModel,
  unigramModel,
} from "../../lib/models/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { tunes } from "./tunes.ts";

const SCALE = [60, 62, 64, 65, 67, 69, 71, 72];
const TRAIN = tunes(SCALE, [...SCALE].reverse(), [67, 65, 64, 65, 67, 67, 67]);
const HELD_OUT = tunes([65, 67, 69, 71, 72], [64, 62]);

const MODELS: NoteModel[] = [
  uniformModel(),
  unigramModel(TRAIN),
  bigramModel(TRAIN, HELD_OUT),
  bestNgramModel(TRAIN, HELD_OUT),
  repeatModel(TRAIN),
];

const note = (pitch: number) => ({ pitch, step: 0.25, duration: 0.5 });

/** What a head says after these pitches. */
function after(head: NoteHead, ...pitches: number[]): Float64Array {
  const listener = head.listen();
  pitches.forEach((pitch) => listener.hear(note(pitch)));
  return listener.next();
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

for (const model of MODELS) {
  Deno.test(`${model.name} says probabilities of 128 pitches, 65 steps and 64 durations before every note`, () => {
    const listener = model.listen();
    for (const pitch of [60, 62, 127, 0, 64]) {
      const { pitch: pitches, step, duration } = listener.next();
      for (const [said, count] of [[pitches, 128], [step, 65], [duration, 64]] as const) {
        assert(typeof said !== "number");
        assertEquals(said.length, count);
        const total = sum(Array.from(said, Math.exp));
        // Intervals beyond the MIDI numbers may take a little away.
        assert(total < 1 + 1e-12 && total > 1 - (model.name === "n-grams" ? 0.1 : 1e-12), `they sum to ${total}`);
      }
      listener.hear(note(pitch));
    }
    listener.dispose();
  });

  Deno.test(`${model.name} begins each piece anew`, () => {
    const first = model.listen(), before = Array.from(first.next().pitch);
    first.hear(note(64));
    assertEquals(Array.from(model.listen().next().pitch), before);
  });
}

Deno.test("modelOfHeads() adds up the numbers that its heads have learned", () => {
  assertEquals([uniformModel().parameters, repeatModel(TRAIN).parameters], [0, 3]);
  // Eight pitches, steps of two classes, durations of one.
  assertEquals(unigramModel(TRAIN).parameters, 8 + 2 + 1);
});

Deno.test("unigramModel() counts, whatever came before", () => {
  const listener = unigramModel(TRAIN).listen();
  const expected = Math.log((6 + 1 / 128) / 24);
  for (const pitch of [60, 0]) {
    assertAlmostEquals(listener.next().pitch[67], expected, 1e-12);
    listener.hear(note(pitch));
  }
});

Deno.test("ngramHead() counts classes of times", () => {
  const head = ngramHead("step", TRAIN, { order: 2, smoothing: 10 });
  const [together, quarter] = [0, stepClasses.of(0.25)];
  const one = (times: number) => (times + 1 / 65) / 24;
  assertAlmostEquals(after(head, 60)[quarter], (17 + 10 * one(20)) / 27, 1e-12);
  assertAlmostEquals(after(head, 60)[together], (0 + 10 * one(3)) / 27, 1e-12);
  assertEquals(after(ngramHead("duration", TRAIN, { order: 1 }), 60).length, durationClasses.count);
});

Deno.test("intervalHead() knows a tune in every key", () => {
  const head = intervalHead(TRAIN, { order: 3, smoothing: 1 });
  const said = after(head, 60, 62, 64), higher = after(head, 67, 69, 71);
  assertEquals(said.subarray(30, 100), higher.subarray(37, 107));
  assertEquals(said.indexOf(Math.max(...said)), 65);
});

Deno.test("intervalHead() loses what it gives to intervals beyond the MIDI numbers, and nothing else", () => {
  const head = intervalHead(tunes([60, 72, 60, 72]), { order: 1 });
  const p = (times: number) => (times + 1 / 255) / 4;
  // From 127 down to 0: a falling octave, which came once, and 127 other intervals of which none did.
  assertAlmostEquals(sum(after(head, 127)), p(1) + 127 * p(0), 1e-12);
  assertAlmostEquals(after(head, 127)[115], p(1), 1e-12);
});

Deno.test("mixtureHead() weighs two heads", () => {
  const [a, b] = [uniformHead("pitch"), ngramHead("pitch", TRAIN, { order: 1 })];
  const mixed = mixtureHead(a, b, 0.25), expected = 0.25 / 128 + 0.75 * after(b)[67];
  assertAlmostEquals(after(mixed)[67], expected, 1e-15);
  assertEquals(mixed.parameters, b.parameters + 1);
  for (const weight of [0, 1, NaN]) {
    assertThrows(() => mixtureHead(a, b, weight), RangeError, `between 0 and 1, got ${weight}`);
  }
});

Deno.test("mixtureHead() and ngramHead() choose what makes held-out notes likeliest", () => {
  // What goes on as in training trusts its bigrams, what does not its unigrams.
  const same = tunes(SCALE, SCALE), other = tunes([60, 72, 62, 71, 60, 71, 60, 72]);
  assertEquals(ngramHead("pitch", TRAIN, { order: 2, smoothing: same }).smoothing, SMOOTHINGS[0]);
  assertEquals(ngramHead("pitch", TRAIN, { order: 2, smoothing: other }).smoothing, SMOOTHINGS.at(-1));
  const heads = [ngramHead("pitch", TRAIN, { order: 2, smoothing: 1 }), uniformHead("pitch")] as const;
  assertEquals(mixtureHead(...heads, same).weight, 0.95);
  assertEquals(mixtureHead(...heads, tunes([1, 2, 3])).weight, 0.05);
});

Deno.test("ngramHead(), intervalHead() and mixtureHead() need something to choose by", () => {
  const lone = tunes([60], [62]), a = uniformHead("pitch");
  for (const smoothing of [undefined, 0, -1, Infinity]) {
    assertThrows(
      () => ngramHead("pitch", TRAIN, { order: 2, smoothing }),
      RangeError,
      `give a positive number, or held-out pieces to choose it by, got ${smoothing}`,
    );
  }
  assertThrows(() => ngramHead("step", TRAIN, { order: 2, smoothing: lone }), RangeError, "no note that follows");
  assertThrows(() => intervalHead(TRAIN, { order: 2, smoothing: lone }), RangeError, "no note that follows");
  assertThrows(() => mixtureHead(a, a, lone), RangeError, "no note that follows another");
});

Deno.test("repeatHead() expects what was, as often as it came again", () => {
  const head = repeatHead("pitch", TRAIN), r = (2 + 1) / (20 + 2);
  const said = after(head, 60, 67);
  assertAlmostEquals(said[67], r, 1e-15);
  assertAlmostEquals(said[60], (1 - r) / 127, 1e-15);
  assertEquals(after(head)[0], 1 / 128);
});
