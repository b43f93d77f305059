import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Cell, gridCells, type NoteEvent, notePieces, paperEncoding, START } from "../../lib/encodings/mod.ts";
import { counted, paperHeads, regression } from "../../lib/heads/mod.ts";
import { durationClasses, pitchColumn, secondsColumn, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import {
  fewRepeats,
  generate,
  noLoop,
  noQuotation,
  noSelfCopy,
  noWideLeaps,
  onGrid,
  type Rule,
  RULES,
  sampleEvents,
  withinRange,
  withinScale,
} from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { type CountingSystem, ngrams, type SequenceModel, unigramGrid } from "../../lib/systems/mod.ts";
import { tunes } from "../systems/tunes.ts";
import { dice } from "./dice.ts";

const PIECES = notePieces(
  tunes([60, 62, 64, 65, 67, 65, 64, 62, 60, 61, 60, 72, 60, 60, 60], [67, 65, 64, 62, 60, 59, 60]),
);
const model = ngrams.learn({ train: PIECES, heldOut: PIECES }, settings("corrected"));
const SEED = PIECES[0].events.slice(0, 4);

async function play(rules: Rule<NoteEvent>[], changes: Record<string, unknown> = {}): Promise<number[]> {
  const options = { count: 150, temperature: 1.5, prng: seeded(5), rules, ...changes };
  return [...pitchColumn(await generate(model, SEED, options))];
}

function longestRun(pitches: readonly number[], others: readonly number[], own = false): number {
  let longest = 0;
  for (let i = 0; i < pitches.length; i++) {
    for (let j = 0; j < (own ? i : others.length); j++) {
      let n = 0;
      while (i + n < pitches.length && j + n < others.length && pitches[i + n] === others[j + n]) n++;
      longest = Math.max(longest, n);
    }
  }
  return longest;
}

Deno.test("withinRange(), withinScale(), fewRepeats() and noWideLeaps() hold where they are hard", async () => {
  for (const pitch of await play([withinRange({ lowest: 58, highest: 70 })])) assert(pitch >= 58 && pitch <= 70);
  for (const pitch of await play([withinScale({ tonic: 9, mode: "minor" })])) {
    assert([9, 11, 0, 2, 4, 5, 6, 7, 8].includes(pitch % 12));
  }
  const sung = await play([fewRepeats({ most: 2 })]);
  assert(sung.every((pitch, i) => i < 2 || pitch !== sung[i - 1] || pitch !== sung[i - 2]));
  const near = [SEED.at(-1)!.pitch, ...await play([noWideLeaps({ semitones: 5 })])];
  assert(near.every((pitch, i) => i === 0 || Math.abs(pitch - near[i - 1]) <= 5));
});

Deno.test("noSelfCopy() allows copies up to its length, and none that is longer", async () => {
  const seed = SEED.map(({ pitch }) => pitch);
  const free = [...seed, ...await play([], { temperature: 0.7 })];
  const kept = [...seed, ...await play([noSelfCopy({ longest: 4 })], { temperature: 0.7 })];
  assert(longestRun(free, free, true) > 4, "nothing to forbid");
  assertEquals(longestRun(kept, kept, true), 4);
});

Deno.test("noSelfCopy() allows copies of what is farther back than it looks", () => {
  const tune = [60, 62, 64, 65, 67, 69];
  const weighed = (within?: number) => {
    const listener = noSelfCopy<NoteEvent>({ longest: 2, within }).listen(model);
    for (const pitch of [...tune, 70, 72, 60, 62]) listener.hear({ pitch, step: 0.5, duration: 0.5 });
    return listener.weigh("pitch", 64, {});
  };
  // The copy is of what came eight notes before.
  assertEquals([weighed(), weighed(8), weighed(7)], [-Infinity, -Infinity, 0]);
});

Deno.test("noSelfCopy() with a share allows long copies, as long as they are few", () => {
  const tune = [60, 62, 64, 65];
  const listener = noSelfCopy<NoteEvent>({ longest: 2, share: 0.25 }).listen(model);
  const hear = (pitches: number[]) => pitches.forEach((pitch) => listener.hear({ pitch, step: 0.5, duration: 0.5 }));
  // No copy yet; then three notes of eight are one.
  hear([...tune, 70, 60, 62]);
  assertEquals(listener.weigh("pitch", 64, {}), 0);
  hear([64]);
  assertEquals(listener.weigh("pitch", 65, {}), -Infinity);
  // Three of twelve are as many as may be, three of thirteen are fewer.
  hear([71, 60, 73, 62]);
  const fork = listener.fork();
  hear([64]);
  assertEquals(listener.weigh("pitch", 65, {}), 0);
  for (const pitch of [60, 62]) fork.hear({ pitch, step: 0.5, duration: 0.5 });
  assertEquals(fork.weigh("pitch", 64, {}), 0);
});

Deno.test("noQuotation() allows quotations up to its length, and none that is longer or crosses pieces", async () => {
  const quoted = (pitches: number[]) =>
    Math.max(...PIECES.map(({ events }) => longestRun(pitches, events.map(({ pitch }) => pitch))));
  const seed = SEED.map(({ pitch }) => pitch);
  assert(quoted(await play([], { temperature: 0.7 })) > 4, "nothing to forbid");
  const kept = [...seed, ...await play([noQuotation({ music: PIECES, longest: 4 })], { temperature: 0.7 })];
  assertEquals(quoted(kept), 4);
});

Deno.test("noSelfCopy() by several heads forbids the last one alone", () => {
  const listener = noSelfCopy<NoteEvent>({ longest: 1, by: ["pitch", "step"] }).listen(model);
  for (const pitch of [60, 62, 60]) listener.hear({ pitch, step: 0.25, duration: 0.5 });
  const step = stepClasses.of(0.25);
  assertEquals(listener.weigh("pitch", 62, {}), 0);
  assertEquals(listener.weigh("step", step, { pitch: 62 }), -Infinity);
  assertEquals(listener.weigh("step", step + 1, { pitch: 62 }), 0);
  assertEquals(listener.weigh("pitch", 62, { step }), -Infinity);
});

Deno.test("noLoop() breaks a loop before it is one", async () => {
  const loops = (pitches: number[]) =>
    Array.from({ length: 48 }, (_, d) => d + 1).some((distance) =>
      pitches.some((_, end) => {
        const window = pitches.slice(end - 64, end);
        return end >= 64 + distance &&
          window.filter((pitch, i) => pitch === pitches[end - 64 + i - distance]).length >= 58;
      })
    );
  assert(loops(await play([], { temperature: 0.1 })), "nothing to break");
  assert(!loops([...SEED.map(({ pitch }) => pitch), ...await play([noLoop()], { temperature: 0.1 })]));
});

Deno.test("onGrid() keeps steps and durations near multiples of a unit", async () => {
  const rules = [onGrid({ seconds: 0.1, times: ["step", "duration"] })];
  const table = await generate(model, SEED, { count: 100, temperature: 4, prng: seeded(1), rules });
  for (const name of ["step", "duration"] as const) {
    for (const time of secondsColumn(table, name)) {
      const nearest = Math.round(time / 0.1) * 0.1;
      assert(time === 0 || (nearest > 0 && Math.abs(time - nearest) <= 0.05 * nearest + 1e-9), `${name} ${time}`);
    }
  }
});

Deno.test("soft rules make a breach as rare as their nats say", () => {
  const coin = dice(() => [0.5, 0.5]), listener = coin.listen();
  const rules = [withinRange<NoteEvent>({ lowest: 61, highest: 90, nats: Math.log(3) }).listen(coin)];
  const drawn = sampleEvents(coin, listener, { temperature: 1, prng: seeded(2), rules });
  const low = Array.from({ length: 4000 }, () => drawn.next().value.pitch).filter((pitch) => pitch === 60).length;
  // Four standard deviations of a quarter in 4,000 draws are 0.027.
  assert(Math.abs(low / 4000 - 0.25) < 0.028, `${low} of 4000`);
});

Deno.test("rules choose among numbers where a head says no classes", () => {
  const prng = seeded(4), other = dice(() => [1]);
  const step = { ...regression("step", { classes: stepClasses }), draw: () => prng() };
  const seconds: SequenceModel<NoteEvent> = {
    ...other,
    heads: [step],
    decode: ({ step }) => ({ pitch: 60, step, duration: 1 }),
  };
  const rule = onGrid({ seconds: 0.5 }).listen(seconds);
  const drawn = sampleEvents(seconds, seconds.listen(), { temperature: 1, prng, rules: [rule] });
  for (let i = 0; i < 100; i++) {
    const { value: { step } } = drawn.next();
    assert([0.5, 1].some((multiple) => Math.abs(step / multiple - 1) <= 0.05 + 1e-9), `a step of ${step}`);
  }
  const never = [{ ...rule, weigh: () => -Infinity }];
  const stuck = sampleEvents(seconds, seconds.listen(), { temperature: 1, prng, rules: never });
  assertThrows(() => stuck.next(), Error, "forbid every step");
});

Deno.test("pitch rules know the voices of a grid", () => {
  const range = { lowest: 55, highest: 70 };
  const grid: SequenceModel<Cell> = (unigramGrid as CountingSystem<Cell>).learn(
    { train: [{ piece: "", events: [START, 60] }], heldOut: [] },
    { ...settings("corrected"), range },
  );
  const { say } = gridCells(range), listener = noWideLeaps<Cell>({ semitones: 2 }).listen(grid);
  for (const cell of [START, 70, 66, 62, 58]) listener.hear(cell);
  const weight = (cell: Cell) => listener.weigh("cell", say(cell).cell, {});
  assertEquals([72 - 4, 67, -1].map(weight), [0, -Infinity, 0]);
  listener.hear(70);
  assertEquals([70, 66].map(weight), [-Infinity, 0]);
});

Deno.test("generate() says that rules leave nothing, or lifts them", async () => {
  const rules = [
    withinRange<NoteEvent>({ lowest: 0, highest: 10 }),
    withinRange<NoteEvent>({ lowest: 20, highest: 30 }),
  ];
  await assertRejects(() => play(rules), Error, "Cannot go on: the rules forbid every pitch");
  assertEquals(await play(rules, { whenStuck: "lift" }), await play([]));
});

for (const { name, example } of RULES) {
  Deno.test(`${name}() weighs with numbers, and its forks are independent`, () => {
    const rule = example(), listener = rule.listen(model);
    for (const note of PIECES[0].events) listener.hear(note);
    const said = { pitch: 128, step: stepClasses.count, duration: durationClasses.count };
    const weights = (of: typeof listener) =>
      of.heads.map((head) =>
        Array.from({ length: said[head as keyof typeof said] }, (_, value) => {
          const weight = of.weigh(head, value, {});
          assert(weight < Infinity, `${head} ${value} weighs ${weight}`);
          return weight;
        })
      );
    const before = weights(listener), fork = listener.fork();
    assertEquals(weights(fork), before);
    for (const note of PIECES[1].events) fork.hear(note);
    assertEquals(weights(listener), before);
    const straight = rule.listen(model);
    for (const note of [...PIECES[0].events, ...PIECES[1].events]) straight.hear(note);
    assertEquals(weights(fork), weights(straight));
  });

  Deno.test(`${name}() gives the same notes with the same seed`, async () => {
    const once = () => play([example()], { whenStuck: "lift" });
    assertEquals(await once(), await once());
  });
}

Deno.test("rules say which head they miss", () => {
  const tokens = { ...dice(() => [1]), heads: [counted("token", { classes: 3 })] };
  assertThrows(() => withinRange({ lowest: 1, highest: 2 }).listen(tokens), TypeError, "the model says token");
  assertThrows(() => onGrid({ seconds: 1 }).listen(tokens), TypeError, "and no step");
  assertThrows(() => noLoop({ by: ["pitch"] }).listen(tokens), TypeError, 'by "pitch"');
  const pitches = { head: "token", pitchOf: (value: number) => value === 0 ? undefined : 60 + value, voices: 1 };
  const listener = withinRange({ lowest: 62, highest: 70, pitches }).listen(tokens);
  assertEquals([0, 1, 2].map((value) => listener.weigh("token", value, {})), [0, -Infinity, 0]);
  assertThrows(() => withinRange({ lowest: 9, highest: 2 }), RangeError, "above the highest");
});

Deno.test("paper's encoding says seconds that a grid can judge", () => {
  const { say, decode } = paperEncoding();
  const seconds = { ...model, say, decode, heads: paperHeads() };
  const listener = onGrid({ seconds: 0.25 }).listen(seconds);
  assertEquals([0, 0.25, 0.26, 0.3].map((step) => listener.weigh("step", step, {})), [0, 0, 0, -Infinity]);
});
