import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { NoteEvent } from "../../lib/encodings/mod.ts";
import { numberColumn, pitchColumn, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import {
  fewNewSteps,
  generate,
  keepsBeat,
  keepsMotion,
  keepsPitchClasses,
  type Rule,
  withinCompass,
} from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { uniform } from "../../lib/systems/mod.ts";

/** Anything may come. */
const dice = uniform.learn({ train: [], heldOut: [] }, settings("corrected"));
/** Eighths, and the sixteenths of a turn now and then: all onsets are on sixteenths. */
const TUNE = Array.from({ length: 32 }, (_, i): NoteEvent => {
  const step = i % 8 === 6 || i % 8 === 7 ? 0.125 : 0.25;
  return { pitch: 60 + [0, 2, 4, 5, 7, 5, 4, 2][i % 8], step, duration: step };
});

async function play(rules: Rule<NoteEvent>[], count = 100) {
  return await generate(dice, TUNE, { count, temperature: 1, rules, inTime: true, prng: seeded(3) });
}

Deno.test("withinCompass() keeps a piece's range near its beginning's, wherever it goes", async () => {
  const heard = TUNE.map(({ pitch }) => pitch);
  for (const [wider, beginning] of [[0, 8], [5, 20]]) {
    const all = [...heard, ...pitchColumn(await play([withinCompass({ wider, beginning })]))];
    const range = Math.max(...all) - Math.min(...all);
    assertEquals(range, 7 + wider);
  }
});

Deno.test("withinCompass() counts drawn notes where the beginning is not over", async () => {
  const all = [
    ...TUNE.map(({ pitch }) => pitch),
    ...pitchColumn(await play([withinCompass({ wider: 0, beginning: 34 })])),
  ];
  const range = (pitches: number[]) => Math.max(...pitches) - Math.min(...pitches);
  assertEquals(range(all), range(all.slice(0, 34)));
  assert(range(all) > 7);
});

Deno.test("withinCompass() with nats makes what is outside rarer", () => {
  const listener = withinCompass<NoteEvent>({ wider: 1, beginning: 32, nats: 2 }).listen(dice);
  for (const note of TUNE) listener.hear(note);
  assertEquals([58, 59, 60, 67, 68, 69].map((pitch) => listener.weigh("pitch", pitch, {})), [-2, 0, 0, 0, 0, -2]);
  const fork = listener.fork();
  fork.hear({ pitch: 59, step: 0.25, duration: 0.25 });
  assertEquals([listener, fork].map((each) => each.weigh("pitch", 68, {})), [0, -2]);
});

Deno.test("keepsBeat() makes a step rarer that leads to where the piece has had few onsets", () => {
  const listener = keepsBeat().listen(dice);
  for (const note of TUNE) listener.hear(note);
  const weigh = (seconds: number) => listener.weigh("step", stepClasses.of(seconds), {});
  // Of 32 onsets four are between the eighths.
  const cost = (there: number) => Math.log((there / 28 + 0.05) / 1.05);
  for (const [seconds, there] of [[0.25, 28], [0.5, 28], [0.125, 4], [0.375, 4], [1 / 12, 0], [0.25 / 3, 0]]) {
    assertAlmostEquals(weigh(seconds), cost(there), 1e-9, `${seconds}`);
  }
  assertEquals(weigh(0), 0);
  // From there it is the eighth that leads to where there have been few.
  const fork = listener.fork();
  fork.hear({ pitch: 60, step: 0.125, duration: 0.125 });
  assertAlmostEquals(fork.weigh("step", stepClasses.of(0.125), {}), 0, 1e-9);
  assertAlmostEquals(fork.weigh("step", stepClasses.of(0.25), {}), cost(5), 1e-9);
  assertAlmostEquals(weigh(0.25), 0, 1e-9);
});

Deno.test("keepsBeat() is as strong as asked for, and silent before there is a beat", () => {
  const [once, twice] = [keepsBeat(), keepsBeat({ strength: 2 })].map((rule) => rule.listen(dice));
  const weigh = () => [once, twice].map((listener) => listener.weigh("step", stepClasses.of(0.125), {}));
  assertEquals(weigh(), [0, 0]);
  for (const note of TUNE) for (const listener of [once, twice]) listener.hear(note);
  const [one, two] = weigh();
  assertAlmostEquals(two, 2 * one);
});

Deno.test("keepsBeat() of the beginning counts no onset after it", () => {
  const [all, first] = [keepsBeat(), keepsBeat({ beginning: 32 })].map((rule) => rule.listen(dice));
  const weigh = () => [all, first].map((listener) => listener.weigh("step", stepClasses.of(0.375), {}));
  for (const note of TUNE) for (const listener of [all, first]) listener.hear(note);
  const [before, same] = weigh();
  assertEquals(before, same);
  // From between the eighths, a dotted eighth leads to where nearly all have been; eighths lead between them again.
  for (let i = 0; i < 16; i++) {
    const note = { pitch: 60, step: i === 0 ? 0.375 : 0.25, duration: 0.25 };
    for (const listener of [all, first]) listener.hear(note);
  }
  const between = [all, first].map((listener) => listener.weigh("step", stepClasses.of(0.25), {}));
  assert(between[0] > between[1]);
  assertAlmostEquals(between[1], before, 1e-9);
});

Deno.test("keepsMotion() makes likelier what has become rarer than at the beginning", () => {
  const listener = keepsMotion({ recent: 8, beginning: 9, strength: 2 }).listen(dice);
  const hear = (pitch: number) => listener.hear({ pitch, step: 0.25, duration: 0.25 });
  assertEquals(listener.weigh("pitch", 60, {}), 0);
  // Of eight intervals two are repeats, four are steps, two are leaps.
  for (const pitch of [60, 60, 60, 62, 63, 62, 60, 65, 60]) hear(pitch);
  assertEquals([60, 58, 64, 48].map((pitch) => listener.weigh("pitch", pitch, {})), [0, 0, 0, 0]);
  const fork = listener.fork();
  for (const pitch of [62, 64, 65, 67, 65, 64, 62, 60]) fork.hear({ pitch, step: 0.25, duration: 0.25 });
  const weights = [60, 62, 58, 63, 36].map((pitch) => fork.weigh("pitch", pitch, {}));
  const [repeat, step] = [2 * Math.log(2.3 / 0.3), 2 * Math.log(4.3 / 8.3)];
  for (const [i, weight] of [repeat, step, step, repeat, repeat].entries()) {
    assertAlmostEquals(weights[i], weight, 1e-9);
  }
  assertEquals(listener.weigh("pitch", 62, {}), 0);
});

Deno.test("keepsMotion() keeps leaps rare where anything may come", async () => {
  const leaps = async (rules: Rule<NoteEvent>[]) => {
    const all = [60, ...pitchColumn(await play(rules, 200))];
    return all.filter((pitch, i) => i > 0 && Math.abs(pitch - all[i - 1]) > 2).length;
  };
  assert(await leaps([]) > 180);
  assert(await leaps([keepsMotion({ strength: 4, beginning: 32 })]) < 40);
});

Deno.test("keepsPitchClasses() keeps to those of the beginning", async () => {
  const foreign = async (rules: Rule<NoteEvent>[]) =>
    [...pitchColumn(await play(rules, 200))].filter((pitch) => ![0, 2, 4, 5, 7].includes(pitch % 12)).length;
  assert(await foreign([]) > 90);
  assert(await foreign([keepsPitchClasses({ strength: 3, beginning: 32 })]) < 40);
  const listener = keepsPitchClasses({ recent: 4, beginning: 5 }).listen(dice);
  for (const pitch of [60, 62, 64, 65, 67, 67, 67]) listener.hear({ pitch, step: 0.25, duration: 0.25 });
  // Then 62, 64, 65, 67 once each; lately 67 three times, 65 once.
  const weights = [62, 65, 67, 79, 61].map((pitch) => listener.weigh("pitch", pitch, {}));
  const expected = [Math.log(2), 0, Math.log(2 / 4), Math.log(2 / 4), 0];
  for (const [i, weight] of expected.entries()) assertAlmostEquals(weights[i], weight, 1e-9);
});

Deno.test("fewNewSteps() keeps to the steps that the piece has had", async () => {
  const steps = [...numberColumn(await play([fewNewSteps()]), "step")];
  assertEquals([...new Set(steps)].sort(), [0.125, 0.25]);
  const listener = fewNewSteps({ nats: 3 }).listen(dice), fork = listener.fork();
  fork.hear({ pitch: 60, step: 1, duration: 1 });
  assertEquals([listener, fork].map((each) => each.weigh("step", stepClasses.of(1), {})), [-3, 0]);
});

Deno.test("keepsBeat() and fewNewSteps() say that they need steps", () => {
  const pitches = { ...dice, heads: dice.heads.filter(({ name }) => name === "pitch") };
  assertThrows(
    () => keepsBeat().listen(pitches),
    TypeError,
    "Cannot keep to the beat: the model says pitch, and no step",
  );
  assertThrows(() => fewNewSteps().listen(pitches), TypeError, "Cannot keep to the steps of a piece");
});
