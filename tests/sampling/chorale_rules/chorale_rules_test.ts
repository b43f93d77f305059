import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Cell, cellPieces } from "../../../lib/encodings/mod.ts";
import { crossings, leadingTones, outOfRange, parallels, wideSpacings } from "../../../lib/metrics/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import {
  beamSearch,
  cellRule,
  CHORALE_RULES,
  choraleRule,
  type ChoraleRuleName,
  choraleRules,
  countBreaches,
  frameRule,
  type PartialFrame,
  type RuledChorale,
  sampleEvents,
  weighPitches,
} from "../../../lib/sampling/mod.ts";
import { settings } from "../../../lib/settings/mod.ts";
import { bigramGrid, unigramGrid } from "../../../lib/systems/mod.ts";
import { REST } from "../../../lib/score/mod.ts";

const RANGE = { lowest: 38, highest: 79 };

/** Four voices that jump about, and break everything. */
function randomFrames(count: number, prng: () => number): number[][] {
  const centres = [67, 62, 57, 48];
  return Array.from(
    { length: count },
    () => centres.map((centre) => prng() < 0.05 ? REST : centre - 9 + Math.floor(prng() * 19)),
  );
}

/** The breaches that cells pay for when they are drawn one after the other. */
function paid(rule: ChoraleRuleName, { frames, ...facts }: RuledChorale, order: readonly number[]): number {
  const known: (number | undefined)[][] = [];
  let nats = 0;
  for (const [frame, pitches] of frames.entries()) {
    known.push([]);
    for (const voice of order) {
      nats -= weighPitches([choraleRule(rule, 1)], { ...facts, frames: known, frame, voice }, [pitches[voice]!])[0];
      known[frame][voice] = pitches[voice];
    }
  }
  return nats;
}

Deno.test("countBreaches() counts what the metrics of counterpoint count", () => {
  const frames = randomFrames(400, seeded(1));
  const count = countBreaches(choraleRules(), [{ frames, tonic: 7 }]);
  const parallel = parallels(frames).filter(({ antiparallel }) => !antiparallel);
  assertEquals(count["parallel fifth"], parallel.filter(({ interval }) => interval === "fifth").length);
  assertEquals(count["parallel octave"], parallel.filter(({ interval }) => interval === "octave").length);
  assertEquals(count.crossing, crossings(frames).length);
  assertEquals(count["wide spacing"], wideSpacings(frames).length);
  assertEquals(count["out of range"], outOfRange(frames).length);
  const left = leadingTones(frames, { tonic: 7 }).filter(({ to }) => to !== REST);
  assertEquals(
    count["unresolved leading tone"],
    left.filter(({ authentic, resolved }) => authentic && !resolved).length,
  );
  assert(Object.values(count).slice(0, 5).every((breaches) => breaches > 0), "nothing to count");
});

Deno.test("weighPitches() lets a chorale pay for each breach once, in whatever order its voices are drawn", () => {
  const frames = randomFrames(150, seeded(2));
  const chorale = { frames, tonic: 0, fermata: frames.map((_, t) => t % 5 === 0) };
  const count = countBreaches(choraleRules(), [chorale]);
  for (const order of [[0, 1, 2, 3], [3, 0, 2, 1]]) {
    for (const rule of CHORALE_RULES) {
      assertEquals(paid(rule, chorale, order), count[rule], `${rule} in the order ${order}`);
    }
  }
});

Deno.test("weighPitches() weighs, with all others known, as whole chorales would be weighed", () => {
  // From the twenty-fourth on, frames last for three, as those of quarter notes last for four.
  const drawn = randomFrames(60, seeded(3)), frames = drawn.map((frame, t) => t < 24 ? frame : drawn[t - t % 3]);
  const facts = { tonic: 5, fermata: frames.map((_, t) => t % 4 === 3) };
  const rules = choraleRules(1);
  const cost = (all: readonly PartialFrame[]) =>
    Object.values(countBreaches(rules, [{ frames: all, ...facts }])).reduce((a, b) => a + b, 0);
  const pitches = [REST, 48, 55, 60, 64, 67, 71];
  for (const [frame, voice, until] of [[0, 0, 1], [7, 3, 8], [20, 1, 23], [25, 3, 34], [40, 1, 52], [59, 2, 60]]) {
    const weights = weighPitches(rules, { ...facts, frames, frame, voice, until }, pitches);
    const costs = pitches.map((pitch) =>
      cost(frames.map((row, t) => t < frame || t >= until ? row : row.with(voice, pitch)))
    );
    assertEquals([...weights].map((weight) => weights[0] - weight), costs.map((nats) => nats - costs[0]));
  }
});

Deno.test("weighPitches() hears what is known of the frames to come", () => {
  const frames = [[67, 60], [], [69, 62]];
  const parallelFifths = [choraleRule("parallel fifth", Infinity)];
  const weights = weighPitches(parallelFifths, { frames: [[67, 60], [71], [69, 62]], frame: 1, voice: 1 }, [
    64,
    60,
    65,
  ]);
  assertEquals([...weights], [-Infinity, 0, 0], "from 71 over 64 to 69 over 62");
  assertEquals(
    [...weighPitches(parallelFifths, { frames, frame: 1, voice: 1 }, [64])],
    [0],
    "the soprano is not known",
  );
});

Deno.test("choraleRule() asks for a cadence where a fermata begins, and twice as much for a triad over its root", () => {
  const rules = [choraleRule("imperfect cadence", 2)], fermata = [false, true, true];
  const bass = (upper: number[], { before = [] as number[], frame = 1 } = {}) => {
    const frames: PartialFrame[] = [before, []];
    frames[frame] = upper;
    return [...weighPitches(rules, { frames, frame, voice: 3, fermata, tonic: 0 }, [48, 52, 55, REST])];
  };
  const chord = [72, 67, 64];
  assertEquals(bass(chord), [0, -4, -4, 0], "what was before is not known");
  assertEquals(bass(chord, { before: [71, 67, 62, 43] }), [0, -4, -4, 0], "from G to C");
  assertEquals(bass(chord, { before: [72, 69, 65, 41] }), [0, -4, -4, 0], "from F to C");
  assertEquals(bass(chord, { before: [72, 69, 64, 45] }), [0, -2, -2, 0], "nothing makes a cadence after A minor");
  assertEquals(bass(chord, { frame: 0 }), [0, 0, 0, 0], "no fermata");
  assertEquals(bass(chord, { frame: 2 }), [0, 0, 0, 0], "a fermata that goes on");
  assertEquals(bass([72, 67, 65]), [0, 0, 0, 0], "what is broken already cannot be mended");
  const alto = weighPitches(rules, { frames: [[], [72]], frame: 1, voice: 1, fermata }, [67, 66, 65]);
  assertEquals([...alto], [0, -4, 0], "a tritone fits no triad");
});

Deno.test("choraleRule() keeps silent about leading tones without a key", () => {
  const frames = [[71, 67, 62, 43], [67, 67, 64]];
  const weigh = (facts: { tonic?: number }) =>
    weighPitches([choraleRule("unresolved leading tone", 3)], { ...facts, frames, frame: 1, voice: 3 }, [48, 45]);
  assertEquals([...weigh({})], [0, 0]);
  assertEquals([...weigh({ tonic: 0 })], [-3, 0]);
});

Deno.test("choraleRule() refuses what it does not know, and rewards", () => {
  assertThrows(() => choraleRule("hidden fifth" as "crossing", 1), TypeError, "hidden fifth");
  assertThrows(() => choraleRule("crossing", -1), RangeError, "nats");
  assertThrows(() => choraleRules(NaN), RangeError, "nats");
});

Deno.test("hard rules hold in what is drawn cell by cell and in what a beam finds", () => {
  const prng = seeded(4);
  const pieces = cellPieces(Array.from({ length: 6 }, () => randomFrames(40, prng)));
  const lessons = { train: pieces, heldOut: pieces }, made = { ...settings("corrected"), range: RANGE };
  const rules = choraleRules();
  const framesOf = (cells: readonly Cell[]) =>
    Array.from({ length: cells.length / 4 }, (_, t) => cells.slice(4 * t, 4 * t + 4));
  const total = (frames: readonly number[][]) =>
    Object.values(countBreaches(rules, [{ frames, tonic: 0 }])).reduce((a, b) => a + b, 0);

  const model = bigramGrid(1).learn(lessons, made);
  const draw = (kept: typeof rules) => {
    const listener = model.listen(), rule = cellRule(kept, { tonic: 0 }).listen(model);
    listener.hear(pieces[0].events[0]);
    const drawn = sampleEvents(model, listener, { temperature: 1, prng: seeded(5), rules: [rule] });
    return framesOf(Array.from({ length: 240 }, () => drawn.next().value));
  };
  assert(total(draw([])) > 20, "nothing to forbid");
  assertEquals(total(draw(rules)), 0);

  const unigram = unigramGrid.learn(lessons, made), listener = unigram.listen();
  listener.hear(pieces[0].events[0]);
  const [best] = beamSearch(unigram, listener, {
    count: 40,
    width: 3,
    rules: [cellRule(rules, { tonic: 0 }).listen(unigram)],
  });
  assertEquals(total(framesOf(best.events)), 0);
});

Deno.test("cellRule() hears what is given of frames to come, and forks go their own way", () => {
  const pieces = cellPieces([randomFrames(40, seeded(6))]);
  const model = unigramGrid.learn({ train: pieces, heldOut: pieces }, { ...settings("corrected"), range: RANGE });
  const rule = cellRule([choraleRule("parallel fifth", Infinity)], { given: [[67], [69]] }).listen(model);
  const classOf = (cell: Cell) => model.say(cell).cell;
  for (const cell of [67, 60, 55, 48]) rule.hear(cell);
  rule.hear(69);
  assertEquals(rule.weigh("cell", classOf(62), {}), -Infinity);
  const other = rule.fork();
  other.hear(64);
  assertEquals(rule.weigh("cell", classOf(62), {}), -Infinity);
  assertEquals(other.weigh("cell", classOf(59), {}), 0);
});

Deno.test("frameRule() weighs the voices of a frame in whatever order they are drawn", () => {
  const heads = ["bass", "soprano", "tenor", "alto"].map((name) => ({ name, classes: 41 }));
  const model = {
    heads,
    decode: (said: Record<string, number>) => ({
      pitches: ["soprano", "alto", "tenor", "bass"].map((voice) => said[voice] === 0 ? REST : said[voice] + 39),
    }),
  } as unknown as Parameters<ReturnType<typeof frameRule>["listen"]>[0];
  const rule = frameRule([choraleRule("parallel octave", 1.5)]).listen(model);
  rule.hear({ pitches: [-2, -2, -2, -2] });
  rule.hear({ pitches: [72, 67, 64, 48] });
  assertEquals(rule.weigh("soprano", 74 - 39, { bass: 50 - 39 }), -1.5);
  assertEquals(rule.weigh("soprano", 74 - 39, {}), 0, "the bass is not drawn yet");
  assertEquals(rule.weigh("soprano", 0, { bass: 50 - 39 }), 0);
});
