import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  evaluateLadder,
  type EvaluateLadderOptions,
  ladderMarkdown,
  type LadderReport,
  ladderRows,
} from "../../lib/evaluation/mod.ts";
import type { Rung, Variant } from "../../lib/systems/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { smallCorpus } from "./small_corpus.ts";

const SMALL = { length: 4, shift: 4, units: 4, dropout: 0, batchSize: 20, warmUpSteps: 0, carryState: true };
const variant = (name: string, system: string, settings: Variant["settings"] = {}): Variant => ({
  name,
  system,
  settings: { ...SMALL, ...settings },
});
const recent = variant("recent", "viewpoints", { features: ["recent"] });
const RUNGS: Rung[] = [
  { name: "recent", title: "the last notes", alone: { without: variant("counts", "unigram"), with: recent } },
  {
    name: "key",
    title: "the key | of it",
    alone: { without: recent, with: variant("recent and key", "viewpoints", { features: ["recent", "key"] }) },
    among: { without: variant("counts", "unigram"), with: variant("pairs", "bigram") },
  },
];
const OPTIONS: EvaluateLadderOptions = { rungs: RUNGS, epochs: 2, seeds: 2 };

Deno.test("evaluateLadder() says what each idea saves, piece by piece, and trains every variant once", () =>
  withFolder(async (cache) => {
    const trained: string[] = [];
    let climbed = 0;
    const watched: EvaluateLadderOptions = {
      ...OPTIONS,
      cache,
      onProgress({ label, note, done, total }) {
        const [name, what = ""] = note?.split(": ") ?? [];
        if (what.startsWith("epoch") && trained.at(-1) !== name) trained.push(name!);
        if (label !== "the ladder") return;
        assert(done >= climbed && done <= total && total === 6, `${done} of ${total} after ${climbed}`);
        climbed = done;
      },
    };
    const report = await evaluateLadder(smallCorpus(), watched);
    assertEquals(report.failures, []);
    assertEquals(climbed, 6);
    assertEquals(report.variants.map(({ name }) => name), ["counts", "recent", "recent and key", "pairs"]);
    assertEquals(trained, [
      "recent, seed 42",
      "recent, seed 43",
      "recent and key, seed 42",
      "recent and key, seed 43",
    ]);
    for (const { alone, among } of report.rungs) {
      for (const worth of [alone, among]) {
        if (!worth) continue;
        const [without, having] = [worth.without, worth.with].map((name) =>
          report.variants.find((variant) => variant.name === name)!
        );
        for (const side of ["pitch", "step", "duration", "total"] as const) {
          for (const mean of ["micro", "macro"] as const) {
            const { value, low, high } = worth.saves[side][mean];
            assertAlmostEquals(
              value!,
              without.likelihood[side][mean].value! - having.likelihood[side][mean].value!,
              1e-9,
            );
            assert(low! <= value! && value! <= high!);
          }
        }
      }
    }
    assertEquals(report.rungs[0].among, null);
    assert(report.rungs[1].among!.saves.pitch.micro.value! > 0, "pairs of notes tell more than notes");
    assertEquals(report.variants.map(({ epochs }) => epochs.length), [1, 2, 2, 1]);

    trained.length = 0;
    assertEquals(await evaluateLadder(smallCorpus(), watched), report);
    assertEquals(trained, []);
    assertEquals(JSON.parse(JSON.stringify(report)), report);
  }));

Deno.test("evaluateLadder() loses no other idea to a variant that fails", () =>
  withFolder(async (cache) => {
    const broken = variant("broken", "viewpoints", { features: ["tuba"] });
    const report = await evaluateLadder(smallCorpus(), {
      rungs: [...RUNGS.slice(1), { name: "tuba", title: "a tuba", alone: { without: recent, with: broken } }],
      epochs: 1,
      cache,
    });
    assertEquals(report.failures.map(({ variant }) => variant), ["broken"]);
    assertStringIncludes(report.failures[0].error, 'Cannot hear "tuba"');
    assertEquals(report.rungs.map(({ alone }) => alone === null), [false, true]);
    assertEquals(ladderRows(report).map(({ label }) => label), ["the key | of it"]);
    assertStringIncludes(ladderMarkdown(report), "Failed: broken with seed 42: Cannot hear");
  }));

Deno.test("evaluateLadder() stops where it is told to, and refuses what makes no sense", () =>
  withFolder(async (cache) => {
    const signal = AbortSignal.abort(new Error("Enough"));
    await assertRejects(() => evaluateLadder(smallCorpus(), { ...OPTIONS, cache, signal }), Error, "Enough");
    await assertRejects(() => evaluateLadder(smallCorpus(), { ...OPTIONS, cache, seeds: 0 }), RangeError, "seeds");
  }));

Deno.test("ladderMarkdown() has a table for ideas by themselves, one beside all else, and one of what was trained", () => {
  const figure = (value: number) => ({ value, low: value - 0.25, high: value + 0.25, spread: null });
  const nats = (value: number) => ({ micro: figure(value), macro: figure(value / 2) });
  const sides = (value: number) => ({
    pitch: nats(value),
    step: nats(value + 1),
    duration: nats(0),
    total: nats(2 * value + 1),
  });
  const side = { pieces: ["a"], notes: 9, hash: "abc" };
  const report: LadderReport = {
    corpus: "made up",
    reading: "published",
    kernel: "a kernel",
    code: "0123456789",
    seeds: [42],
    level: 0.95,
    resamples: 2000,
    sides: { train: side, heldOut: side, test: side },
    rungs: [{
      name: "key",
      title: "the key",
      alone: { without: "a", with: "b", saves: sides(0.5) },
      among: { without: "b", with: "c", saves: sides(-0.5) },
    }, { name: "metre", title: "the metre", alone: { without: "a", with: "b", saves: sides(1) }, among: null }],
    variants: [{
      name: "b",
      system: "viewpoints",
      reads: "state",
      settings: null,
      parameters: 7,
      seconds: 1.26,
      epochs: [3],
      likelihood: { ...sides(2), accuracy: figure(0.5) },
    }],
    failures: [],
  };
  const lines = ladderMarkdown(report).split("\n");
  const table = lines.filter((line) => /^\| [^-]/.test(line)).map((line) => line.replaceAll(/ +/g, " "));
  assertEquals(
    table,
    [
      "| idea | pitch | step | duration | total | total, over pieces |",
      "| the key | 0.50 [0.25, 0.75] | 1.50 [1.25, 1.75] | 0.00 [-0.25, 0.25] | 2.00 [1.75, 2.25] | 1.00 [0.75, 1.25] |",
      "| the metre | 1.00 [0.75, 1.25] | 2.00 [1.75, 2.25] | 0.00 [-0.25, 0.25] | 3.00 [2.75, 3.25] | 1.50 [1.25, 1.75] |",
      "| idea | pitch | step | duration | total | total, over pieces |",
      "| the key | -0.50 [-0.75, -0.25] | 0.50 [0.25, 0.75] | 0.00 [-0.25, 0.25] | 0.00 [-0.25, 0.25] | 0.00 [-0.25, 0.25] |",
      "| model | reads | pitch | step | duration | total | total, over pieces | total ± | epoch | parameters | seconds |",
      "| b | state | 2.000 | 3.000 | 0.000 | 5.000 | 2.500 | – | 3 | 7 | 1.3 |",
    ].map((line) => line),
  );
  assertEquals(ladderRows(report).map(({ values }) => Object.keys(values)), [
    ["by itself", "beside everything else"],
    ["by itself"],
  ]);
});
