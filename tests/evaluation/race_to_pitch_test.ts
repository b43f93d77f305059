import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { raceMarkdown, raceToPitch, type RaceToPitchOptions } from "../../lib/evaluation/mod.ts";
import type { Variant } from "../../lib/systems/mod.ts";
import { smallCorpus } from "./small_corpus.ts";

const OPTIONS: RaceToPitchOptions = {
  // So low a rate that the recipe does not learn all there is to learn.
  overrides: { length: 4, units: 6, shift: 4, batchSize: 20, learningRate: 1e-3 },
};
const viewpoints: Variant = {
  name: "viewpoints",
  system: "viewpoints",
  settings: {
    features: ["recent", "habits"],
    shift: 4,
    dropout: 0,
    warmUpSteps: 0,
    schedule: "constant",
    epochs: 200,
    averageDecay: 0,
  },
};
/** Learns nothing. */
const sleeper: Variant = { name: "sleeper", system: "gru-metre", settings: { shift: 4, epochs: 4 } };

Deno.test("raceToPitch() stops each rival where it is as good as the recipe at its best, and the clock while it measures", async () => {
  const asleep = { ...OPTIONS, overrides: { ...OPTIONS.overrides, learningRate: 1e-9 } };
  const { recipe, runners: [viewpointsRun] } = await raceToPitch(smallCorpus(), { ...OPTIONS, rivals: [viewpoints] });
  const goal = recipe.reached.pitch;
  assertEquals(goal, Math.min(...recipe.measured.map(({ pitch }) => pitch)));
  assert(goal < Math.log(128));
  for (const { measured } of [recipe, viewpointsRun]) {
    measured.slice(1).forEach(({ steps, seconds }, i) => {
      assert(steps > measured[i].steps && seconds > measured[i].seconds);
    });
  }
  const before = viewpointsRun.measured.slice(0, -1);
  assert(before.length > 0);
  assert(before.every(({ pitch }) => pitch > goal));
  assertEquals(viewpointsRun.reached, viewpointsRun.measured.at(-1));
  assert(viewpointsRun.reached!.pitch <= goal);

  const lost = await raceToPitch(smallCorpus(), { ...asleep, rivals: [sleeper] });
  // Neither learns: whoever drew the better weights has won or lost, but the recipe's own best is its goal.
  assertEquals(lost.recipe.reached.pitch, Math.min(...lost.recipe.measured.map(({ pitch }) => pitch)));
  assertEquals(
    lost.runners[0].reached === null,
    lost.runners[0].measured.every(({ pitch }) => pitch > lost.recipe.reached.pitch),
  );
});

Deno.test("raceToPitch() measures the same in every call, but for seconds", async () => {
  const pitches = async () => {
    const { recipe, runners } = await raceToPitch(smallCorpus(), { ...OPTIONS, rivals: [viewpoints] });
    return [recipe, ...runners].map(({ measured }) => measured.map(({ steps, pitch }) => [steps, pitch]));
  };
  assertEquals(await pitches(), await pitches());
});

Deno.test("raceToPitch() refuses what is not a network, and stops where it is told to", async () => {
  const counts: Variant = { name: "counts", system: "unigram", settings: {} };
  await assertRejects(
    () => raceToPitch(smallCorpus(), { ...OPTIONS, rivals: [counts] }),
    RangeError,
    'Cannot race: "unigram" is not a network',
  );
  const signal = AbortSignal.abort(new Error("Enough"));
  await assertRejects(() => raceToPitch(smallCorpus(), { ...OPTIONS, signal }), Error, "Enough");
});

Deno.test("raceMarkdown() says how many times as fast, and nothing of who never was as good", () => {
  const runner = {
    system: "lstm",
    settings: {} as never,
    parameters: 7,
    secondsBefore: 0.26,
    measured: [{ steps: 0, seconds: 0, pitch: 4.5 }],
  };
  const side = { pieces: ["a"], notes: 9, hash: "" };
  const text = raceMarkdown({
    corpus: "made up",
    reading: "published",
    kernel: "a kernel",
    seed: 42,
    sides: { train: side, heldOut: side },
    recipe: { ...runner, name: "recipe", reached: { steps: 100, seconds: 20, pitch: 3.25 } },
    runners: [
      { ...runner, name: "fast", reached: { steps: 2, seconds: 0.25, pitch: 3.125 } },
      { ...runner, name: "slow", reached: null },
    ],
  });
  assertStringIncludes(text, "best after 20.0 seconds of training: 3.250 nats per note");
  const rows = text.split("\n").filter((line) => /^\| (fast|slow|recipe)/.test(line)).map((line) =>
    line.replaceAll(/ +/g, " ")
  );
  assertEquals(rows, [
    "| recipe | 7 | 4.500 | 100 | 3.250 | 20.000 | 1.0 | 0.3 |",
    "| fast | 7 | 4.500 | 2 | 3.125 | 0.250 | 80.0 | 0.3 |",
    "| slow | 7 | 4.500 | – | – | – | – | 0.3 |",
  ]);
});
