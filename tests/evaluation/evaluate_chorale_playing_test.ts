import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { choralePlayingMarkdown, evaluateChoralePlaying } from "../../lib/evaluation/mod.ts";
import { openSampleChorales } from "../../lib/corpus/mod.ts";
import { withFolder } from "../corpus/made_up.ts";

const sample = await openSampleChorales();
/** The beginning of each chorale is enough to try. */
const short = (side: typeof sample.test) =>
  side.map(({ name, frames, struck }) => ({ name, frames: frames.slice(0, 48), struck: struck.slice(0, 48) }));
const corpus = { ...sample, train: short(sample.train), valid: short(sample.valid), test: short(sample.test) };
const overrides = { length: 32, shift: 32, units: 4 };

Deno.test("evaluateChoralePlaying() lets systems play and harmonise beside Bach, and keeps what they played", () =>
  withFolder(async (cache) => {
    const labels: string[] = [];
    const options = {
      models: ["grid-bigram-4", "bachbot", "deepbach"],
      samples: 2,
      epochs: 1,
      overrides,
      cache,
      onProgress: ({ label }: { label: string }) => void labels.push(label),
    };
    const report = await evaluateChoralePlaying(corpus, options), { players, harmonising } = report;
    assertEquals(players.map(({ name }) => name), ["illiac-suite", "grid-bigram-4", "bachbot", "deepbach"]);
    assertEquals(harmonising.harmonisers.map(({ name }) => name), ["bachbot", "deepbach"]);
    for (const { chorales, measures, name } of players) {
      assertEquals(chorales.length, 2);
      if (name !== "illiac-suite") assertEquals(chorales.map(({ length }) => length), [48, 48]);
      assert(measures["notes per quarter"].mean! > 0, name);
    }
    for (const { agreement: { voices, all }, pitchClasses, seconds } of harmonising.harmonisers) {
      assertEquals(voices.length, 3);
      assert([...voices, all, pitchClasses].every((share) => share >= 0 && share <= 1));
      assert(pitchClasses >= all && seconds > 0);
    }
    const markdown = choralePlayingMarkdown(report);
    for (const line of ["| parallel fifth", "## Harmonising", "that were not learned from (1)", "| style grade"]) {
      assertStringIncludes(markdown, line);
    }
    assert(labels.some((label) => label === "DeepBach: harmonising"));
    labels.length = 0;
    const again = await evaluateChoralePlaying(corpus, options);
    assertEquals(labels, []);
    assertEquals(again.players.slice(1), players.slice(1));
    assertEquals(again.harmonising, harmonising);
  }));

Deno.test("evaluateChoralePlaying() harmonises no melody that was learned from", () =>
  withFolder(async (cache) => {
    const known = { ...corpus, test: corpus.train };
    const options = { models: ["bachbot"], samples: 1, epochs: 1, overrides, cache };
    const { harmonising } = await evaluateChoralePlaying(known, options);
    assertEquals([harmonising.melodies, harmonising.harmonisers], [0, []]);
  }));

Deno.test("evaluateChoralePlaying() refuses what it does not know", async () => {
  await assertRejects(() => evaluateChoralePlaying(corpus, { models: ["lstm"] }), RangeError, "no system of chorales");
  await assertRejects(
    () => evaluateChoralePlaying(corpus, { samples: 0 }),
    RangeError,
    "samples must be a positive integer",
  );
});
