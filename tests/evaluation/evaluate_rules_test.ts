import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openSampleChorales } from "../../lib/corpus/mod.ts";
import { aroundEncoding } from "../../lib/encodings/mod.ts";
import { evaluateRules, fillingPlayer, rulesEvaluationMarkdown } from "../../lib/evaluation/mod.ts";
import { counted } from "../../lib/heads/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { CHORALE_RULES, choraleRule, choraleRules, countBreaches } from "../../lib/sampling/mod.ts";
import { CHORALE_VOICES, choraleOfFrames } from "../../lib/score/mod.ts";
import type { ConditionalModel } from "../../lib/systems/mod.ts";

Deno.test("evaluateRules() calibrates and prices rules for systems that have learned chorales", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const corpus = await openSampleChorales();
    const report = await evaluateRules(corpus, { models: ["grid-bigram"], samples: 2, frames: 32, cache });
    assertEquals(report.rows.map(({ rules }) => rules), ["none", "calibrated", "hard"]);
    assertEquals(report.rows[2].rates, Object.fromEntries(CHORALE_RULES.map((name) => [name, 0])));
    assert(report.rows[2].price! > 0 && report.calibrated.bigram.crossing > 0);
    const markdown = rulesEvaluationMarkdown(report);
    assert(markdown.includes("| bigram") && markdown.includes("the music"));

    const cadence = "imperfect cadence";
    assert(report.cadences && report.rows[0].rates[cadence] > report.music[cadence], "samples have Bach's fermatas");
    assert(report.calibrated.bigram[cadence] > 0);
    assert(markdown.includes(cadence) && markdown.includes("Samples have the fermatas"));
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("evaluateRules() asks for no cadence where no chorale has fermatas, and says so", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const { train, valid, test, ...sample } = await openSampleChorales();
    const [learned, chosen, unheard] = [train, valid, test].map((side) =>
      side.map(({ notation: _, ...plain }): typeof side[number] => plain)
    );
    const corpus = { ...sample, train: learned, valid: chosen, test: unheard };
    const report = await evaluateRules(corpus, { models: ["grid-bigram"], samples: 1, frames: 8, cache });
    assertEquals([report.cadences, report.music["imperfect cadence"]], [false, 0]);
    const markdown = rulesEvaluationMarkdown(report);
    assert(!markdown.includes("imperfect cadence") && markdown.includes("No cadence is asked for"));
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("evaluateRules() tells what hears notation of what is to come", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const overrides = { length: 32, shift: 32, units: 4 }, models = ["deepbach-holds"];
    const options = { models, overrides, epochs: 1, samples: 1, frames: 16, cache };
    const { rows } = await evaluateRules(await openSampleChorales(), options);
    assertEquals(rows.map(({ rules }) => rules), ["none", "calibrated", "hard"]);
    // Next to nothing is learned: voices cross until that is forbidden.
    assert(rows[0].rates.crossing > 0 && rows[2].rates.crossing < rows[0].rates.crossing);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("players go on with the fermatas of a chorale as far as it goes, and cadences are asked for there", async () => {
  const { test: [chorale] } = await openSampleChorales(), { notation, frames } = chorale;
  const end = frames.length - 20, { cells } = aroundEncoding({ range: { lowest: 36, highest: 81 } });
  const model: ConditionalModel = {
    name: "all alike",
    parameters: 0,
    cells,
    heads: CHORALE_VOICES.map((name) => counted(name, { classes: cells.count })),
    given: ({ frames }, _, from = 0, to = frames.length) =>
      Array.from({ length: to - from }, () => Array(cells.count).fill(-Math.log(cells.count))),
  };
  const player = fillingPlayer(model, { beginnings: [chorale], given: end, frames: 128 });
  const drawn = await player.draw(0, [choraleRule("imperfect cadence", Infinity)], seeded(1));
  assertEquals(drawn.chorale.notation, notation);
  assertEquals(drawn.chorale.frames.length, frames.length);
  const cadences = (some: typeof frames) =>
    countBreaches([choraleRule("imperfect cadence", 1)], [{ ...drawn, ...notation, frames: some, from: end }]);
  assert(notation!.fermata.lastIndexOf(true) >= end);
  assertEquals(cadences(drawn.chorale.frames), { "imperfect cadence": 0 });
  const free = await player.draw(0, [], seeded(1));
  assert(cadences(free.chorale.frames)["imperfect cadence"] > 0);
  assertThrows(
    () => fillingPlayer(model, { beginnings: [chorale], given: frames.length }),
    RangeError,
    "it must have more than the",
  );
});

Deno.test("evaluateRules() refuses systems that there are not", async () => {
  await assertRejects(
    async () => evaluateRules(await openSampleChorales(), { models: ["palestrina"] }),
    RangeError,
    "palestrina",
  );
});

Deno.test("fillingPlayer() keeps what is given, and has no likelihood to tell", async () => {
  const begin = choraleOfFrames(Array.from({ length: 8 }, () => [72, 67, 64, 48]), "a chord");
  const { cells } = aroundEncoding({ range: { lowest: 40, highest: 79 } }), classes = cells.count;
  const model: ConditionalModel = {
    name: "all alike",
    parameters: 0,
    cells,
    heads: CHORALE_VOICES.map((name) => counted(name, { classes })),
    given: ({ frames }, _, from = 0, to = frames.length) =>
      Array.from({ length: to - from }, () => Array(classes).fill(-Math.log(classes))),
  };
  const player = fillingPlayer(model, { beginnings: [begin], given: 4, frames: 12 });
  const { chorale, given } = await player.draw(0, choraleRules(1), seeded(1));
  assertEquals([chorale.frames.length, given, player.nats, player.price], [16, 4, undefined, undefined]);
  assertEquals(chorale.frames.slice(0, 4), begin.frames.slice(0, 4));
  const free = (await player.draw(0, [], seeded(1))).chorale;
  const total = (frames: typeof free.frames) =>
    Object.values(countBreaches(choraleRules(1), [{ frames, from: 4 }])).reduce((a, b) => a + b, 0);
  assert(total(chorale.frames) < total(free.frames));
});
