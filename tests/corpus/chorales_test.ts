import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Chorale,
  choralesAlike,
  choralesOf,
  CorpusError,
  gridChorales,
  openCorpus,
  openSampleChorales,
  splitLike,
} from "../../lib/corpus/mod.ts";
import { readMidi, writeMidi } from "../../lib/formats/mod.ts";
import { choraleOfFrames, choraleOfScore, type Frame, REST, scoreOfChorale } from "../../lib/score/mod.ts";
import { madeUpPiece, melody } from "./made_up.ts";

/** A chorale of so many sonorities, each a quarter note long, unlike that of any other seed. */
function madeUp(seed: number, length = 24, name = `number ${seed}`): Chorale {
  const voices = [0, 1, 2, 3].map((voice) => melody(4 * seed + voice, length).map((pitch) => pitch - 12 * voice + 24));
  return choraleOfFrames(sixteenths(voices[0].map((_, t) => voices.map((voice) => voice[t]))), name);
}

const sixteenths = (quarters: readonly Frame[]) => quarters.flatMap((frame) => [frame, frame, frame, frame]);
const changed = (chorale: Chorale, frames: readonly Frame[]) => choraleOfFrames(frames, `another ${chorale.name}`);
const transposed = (chorale: Chorale, by: number) =>
  changed(chorale, chorale.frames.map((frame) => frame.map((pitch) => pitch + by)));

Deno.test("choralesAlike() finds the same music in another key, rhythm and place, and in three of four voices", () => {
  const one = madeUp(1), others = [2, 3, 4].map((seed) => madeUp(seed));
  const forms = {
    "another key": transposed(one, -5),
    "other holds": changed(one, one.frames.flatMap((frame, t) => t % 3 ? [frame] : [frame, frame])),
    "after an upbeat": changed(one, [...one.frames.slice(0, 6).toReversed(), ...one.frames]),
    "its second half": changed(one, one.frames.slice(48)),
    "another bass": changed(one, one.frames.map((frame, t) => frame.with(3, others[0].frames[t][3]))),
    "an octave lower bass": changed(one, one.frames.map((frame) => frame.with(3, frame[3] - 12))),
    "another soprano": changed(one, one.frames.map((frame, t) => frame.with(0, others[0].frames[t][0]))),
  };
  for (const [name, form] of Object.entries(forms)) {
    const found = choralesAlike([form], [...others, one]);
    assertEquals(found.map(({ one, other }) => [one, other]), [[0, 3]], name);
    assert(found[0].share > 0.9 && found[0].share <= 1, name);
  }
});

Deno.test("choralesAlike() leaves apart what has a melody alone in common, and what is no other", () => {
  const one = madeUp(1), other = madeUp(2);
  const melodyAlone = changed(one, one.frames.map((frame, t) => other.frames[t].with(0, frame[0])));
  assertEquals(choralesAlike([one], [melodyAlone]), []);
  assertEquals(choralesAlike([one, other], [one, other]), []);
  assertEquals(choralesAlike([madeUp(1, 5)], [madeUp(1, 5)]), []);
  const phrase = changed(other, [...other.frames, ...one.frames.slice(0, 24)]);
  assertEquals(choralesAlike([one], [phrase]).length, 0);
  assertEquals(choralesAlike([one], [phrase], 0.05).length, 1);
});

Deno.test("splitLike() puts what is the music of a test chorale on the test side, and what is alike to that", () => {
  const [tested, chosen, learned] = [1, 2, 3].map((seed) => madeUp(seed));
  const both = changed(tested, [...tested.frames.slice(48), ...learned.frames.slice(0, 48)]);
  const farther = changed(learned, learned.frames.slice(0, 64));
  const chorales = [transposed(chosen, 3), both, transposed(tested, 1), madeUp(4), farther];
  const split = splitLike({ valid: [chosen], test: [tested] }, chorales);
  assertEquals(split, { train: [chorales[3]], valid: [chorales[0]], test: [both, chorales[2], farther] });
});

Deno.test("gridChorales() names chorales by side, and knows the range", () => {
  const frames = [[67, 64, 60, REST]];
  const corpus = gridChorales({
    train: [frames, frames],
    valid: [frames],
    test: [[[70, 64, 60, 40]]],
    lowest: 40,
    highest: 70,
  });
  assertEquals(corpus.train.map(({ name }) => name), ["train/000", "train/001"]);
  assertEquals([corpus.name, corpus.test[0].name, corpus.lowest, corpus.highest], ["jsb", "test/000", 40, 70]);
});

Deno.test("openSampleChorales() has the five chorales of the sample, with what their scores say", async () => {
  const { train, valid, test, leftOut } = await openSampleChorales();
  assertEquals([train, valid, test].map(({ length }) => length), [3, 1, 1]);
  for (const { name, frames, struck, notation } of [...train, ...valid, ...test]) {
    assert(name.endsWith("-chorale.krn"), name);
    assert(notation?.fermata.includes(true) && notation.minor, name);
    // Holds and repeated notes: more notes begin than pitches change.
    const changes = choraleOfFrames(frames, name).struck.flat().filter(Boolean).length;
    assert(struck.flat().filter(Boolean).length > changes, name);
  }
  // As MIDI they are the same, fermatas aside.
  const [{ name, frames, struck }] = test, midi = readMidi(writeMidi(scoreOfChorale(test[0])));
  const { notation: _, ...read } = choraleOfScore(midi, name);
  assertEquals(read, { name, frames, struck });
  assertEquals(leftOut!.length, (await openCorpus("sample")).pieces.length - 5);
  assert(leftOut!.some(({ reason }) => reason === "it must have four parts, a voice each, and has 2"));
});

Deno.test("choralesOf() says what is missing where there are too few", () => {
  const corpus = { name: "mine", pieces: [madeUpPiece("tune.mid", [60, 62])], leftOut: [] };
  assertThrows(
    () => choralesOf(corpus),
    CorpusError,
    "it has 0, and three sides need three; of 1 that are none, the first, tune.mid: it must have four parts",
  );
});
