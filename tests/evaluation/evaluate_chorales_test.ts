import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { choraleMarkdown, evaluateChorales, quarterLines, scoreModel } from "../../lib/evaluation/mod.ts";
import { gridChorales, openSampleChorales } from "../../lib/corpus/mod.ts";
import { readJsb } from "../../lib/formats/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { cellPieces } from "../../lib/encodings/mod.ts";
import { CHORALE_SYSTEMS, gridGru } from "../../lib/systems/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { readShared, readSharedJson, sharedTest } from "../shared.ts";

const TUNE = [[67, 64, 60, 48], [67, 64, 60, 50], [69, 64, -1, 50]];
const HIGHER = TUNE.map((frame) => frame.map((pitch) => pitch < 0 ? pitch : pitch + 2));
const OTHER = [[60, 60, 60, 48], [67, 64, 60, 48]];
const corpusOf = (sides: unknown) => gridChorales(readJsb(JSON.stringify(sides)), "small");
const small = corpusOf({ train: [TUNE, OTHER.toReversed()], valid: [OTHER], test: [HIGHER, OTHER] });
const baselines = CHORALE_SYSTEMS.map(({ system }) => system).filter((system) => "learn" in system).map(({ name }) =>
  name
);

Deno.test("evaluateChorales() tells chorales with a known melody from others, and their means make the whole", () =>
  withFolder(async (cache) => {
    const { ladder, sizes, kernel } = await evaluateChorales(small, { models: baselines, cache });
    assertEquals([sizes.shared, sizes.test, kernel], [1, { pieces: 2, frames: 5 }, null]);
    assertEquals(ladder.map(({ name }) => name), baselines);
    for (const { test, title } of ladder) {
      assertAlmostEquals((3 * test.shared! + 2 * test.others!) / 5, test.micro, 1e-12, title);
      assertAlmostEquals(test.frame, 4 * test.micro, 1e-12);
      const { frame, onset, hold, voices } = test.intervals;
      const told = [test.frame, test.onset, test.hold, ...test.voices];
      for (const [i, figure] of [frame, onset, hold, ...voices].entries()) {
        const { value, low, high } = figure!;
        assertAlmostEquals(value!, told[i], 1e-12, title);
        assert(low === null || low <= value! && value! <= high!, `${title}: ${low}, ${value}, ${high}`);
      }
      assert(voices.every(({ low, high }) => low !== null && high !== null), "two chorales make an interval");
    }
    const markdown = choraleMarkdown({ corpus: "small", ladder, filling: [], sizes, kernel, code: "0123456789" });
    assertStringIncludes(markdown, "| uniform");
    assertStringIncludes(markdown, "of which 1 share the beginning");
    const [uniform] = ladder;
    assertStringIncludes(
      quarterLines({ ladder, filling: [], sizes, kernel, code: "", corpus: "" }).join(),
      `here |    ${(-uniform.test.frame).toFixed(2)} |`,
    );
  }));

Deno.test("evaluateChorales() keeps its results, and takes them again", () =>
  withFolder(async (cache) => {
    const labels: string[] = [];
    const options = {
      models: ["grid-bigram"],
      cache,
      onProgress: ({ label }: { label: string }) => void labels.push(label),
    };
    assertEquals((await evaluateChorales(small, { ...options, keptOnly: true })).ladder, []);
    const first = await evaluateChorales(small, options);
    assertEquals((await evaluateChorales(small, { ...options, keptOnly: true })).ladder, first.ladder);
    assertEquals([labels.includes("bigram: test"), first.ladder[0].seeds], [true, 1]);
    labels.length = 0;
    assertEquals(await evaluateChorales(small, options), first);
    assertEquals(labels, []);
  }));

Deno.test("evaluateChorales() trains a network, scores its best epoch, and goes on from what is kept", () =>
  withFolder(async (cache) => {
    const grid = corpusOf({ train: Array(6).fill(TUNE), valid: [OTHER, TUNE], test: [TUNE] });
    const overrides = { length: 16, shift: 16, units: 6, batchSize: 2 };
    const options = { models: ["grid-uniform", "grid-gru"], overrides, epochs: 12, seeds: 2, cache };
    const report = await evaluateChorales(grid, options);
    const [uniform, network] = report.ladder;
    assertEquals([network.seeds, uniform.seeds], [2, 1]);
    assert(network.test.micro < uniform.test.micro - 0.5, `${network.test.micro} against ${uniform.test.micro}`);
    assert(report.kernel !== null && network.parameters > 0);
    assertEquals(await evaluateChorales(grid, options), report);
  }));

Deno.test("gridGru says the same cell by cell as all at once, whatever comes later", async () => {
  const grid = readJsb(JSON.stringify({ train: [TUNE], valid: [OTHER], test: [TUNE] }));
  const chosen = { ...settings("corrected", { ...gridGru.defaults, length: 16, units: 6 }), range: grid };
  const model = gridGru.build({ ...chosen, prng: seeded(1) });
  const how = { name: "GRU", encoding: gridGru.encoding(chosen), heads: gridGru.heads(chosen) };
  const [carried, read] = [true, false].map((carryState) => networkModel(model, { ...how, carryState }));
  const [piece] = cellPieces([TUNE]);
  const altered = [{ ...piece, events: [...piece.events.slice(0, 9), 48, 48, 48, 48] }];
  const scores = await Promise.all([carried, read].map((each) => scoreModel(each, [piece])));
  const [nats, other] = scores.map(({ heads: { cell } }) => [...cell.nats]);
  nats.forEach((value, i) => assertAlmostEquals(value, other[i], 1e-4));
  const { heads: { cell } } = await scoreModel(carried, altered);
  assertEquals([...cell.nats].slice(0, 8), nats.slice(0, 8));
  model.dispose();
});

Deno.test("evaluateChorales() refuses what it does not know", async () => {
  await assertRejects(
    () => evaluateChorales(small, { models: ["lstm"] }),
    RangeError,
    "no system of chorales of that name",
  );
  await assertRejects(() => evaluateChorales(small, { seeds: 0 }), RangeError, "seeds must be a positive integer");
});

sharedTest(
  "evaluateChorales() prints the ladder of the JSB chorales, to its exact values",
  () =>
    withFolder(async (cache) => {
      const chorales = readJsb(new TextDecoder().decode(readShared("corpus/jsb/Jsb16thSeparated.json")));
      const { models, uniform } = await readSharedJson<{
        uniform: { ln47: number };
        models: Record<string, { valid: { micro: number }; test: { micro: number; macro: number } }>;
      }>("reference/metrics/ladder.json");
      const { ladder, sizes } = await evaluateChorales(gridChorales(chorales), { models: baselines, cache });
      const of = (name: string) => ladder.find((row) => row.name === name)!;
      assertAlmostEquals(of("grid-uniform").test.micro, uniform.ln47, 1e-9);
      const names = {
        "grid-unigram": "unigram",
        "grid-bigram": "bigramP1",
        "grid-bigram-4": "bigramP4",
        "grid-bigram-16": "bigramP16",
      };
      for (const [name, reference] of Object.entries(names)) {
        const { test, valid } = models[reference];
        assertAlmostEquals(of(name).test.micro, test.micro, 1e-9, name);
        assertAlmostEquals(of(name).test.macro, test.macro, 1e-9, name);
        assertAlmostEquals(of(name).valid.micro, valid.micro, 1e-9, name);
      }
      // 18 of the 77 share the first 64 sixteenths of their soprano, as counted by another program.
      assertEquals(sizes.shared, 18);
    }),
);

Deno.test("evaluateChorales() scores systems of all events by the same cells, says what else was paid, and keeps apart what fills in", () =>
  withFolder(async (cache) => {
    const sample = await openSampleChorales();
    const overrides = { length: 32, shift: 32, units: 4, features: ["voices"] };
    const models = ["deepbach-holds", "chorale-viewpoints", "bachbot", "grid-uniform"];
    const { ladder, filling, sizes } = await evaluateChorales(sample, { models, overrides, epochs: 1, cache });
    assertEquals(ladder.map(({ name }) => name), ["chorale-viewpoints", "bachbot", "grid-uniform"]);
    const [viewpoints, tokens, uniform] = ladder;
    assertEquals(Object.keys(tokens.test.beside), ["delimiters", "fermatas", "ends"]);
    assertEquals([viewpoints.test.beside, uniform.test.beside], [{}, {}]);
    assertEquals(sizes.test, { pieces: 1, frames: 252 });
    // Untrained they are near the uniform distribution over the same classes.
    for (const { test, title } of ladder) assertAlmostEquals(test.micro, uniform.test.micro, 0.5, title);
    assertEquals(filling.map(({ name }) => name), ["between", "deepbach-holds"]);
    const [between, { test, classes, seeds }] = filling;
    assertEquals(between.classes, classes - 1);
    assert(between.test.micro > 0 && between.test.accuracy > 0.5);
    assertEquals([classes, seeds], [sample.highest - sample.lowest + 3, 1]);
    assertAlmostEquals(test.micro, (test.voices[0] + test.voices[1] + test.voices[2] + test.voices[3]) / 4, 1e-12);
    assert(test.accuracy >= 0 && test.accuracy <= 1 && test.onset > 0);
    const markdown = choraleMarkdown({ corpus: "sample", ladder, filling, sizes, kernel: null, code: "0123456789" });
    assertStringIncludes(markdown, "## Filling in");
    assertEquals([test.shared, test.others, test.intervals.micro.low], [null, test.micro, null]);
  }));

Deno.test("evaluateChorales() says how far other chorales could move the figures of what fills in", () =>
  withFolder(async (cache) => {
    const overrides = { length: 16, shift: 16, units: 4 };
    const report = await evaluateChorales(small, { models: ["deepbach"], overrides, epochs: 1, seeds: 2, cache });
    for (const { title, test } of report.filling) {
      const { intervals } = test;
      const told = {
        ...{
          micro: [test.micro],
          macro: [test.macro],
          onset: [test.onset],
          shared: [test.shared],
          others: [test.others],
        },
        ...{ voices: test.voices, accuracy: [test.accuracy], voiceAccuracy: test.voiceAccuracy },
        onsetAccuracy: [test.onsetAccuracy],
      };
      assertEquals(Object.keys(intervals).sort(), Object.keys(told).sort());
      for (const [name, values] of Object.entries(told)) {
        const figures = [intervals[name as keyof typeof told]!].flat();
        for (const [i, { value, low, high }] of figures.entries()) {
          assertAlmostEquals(value!, values[i]!, 1e-12, `${title}: ${name}`);
          assert(low === null || low <= value! && value! <= high!, `${title}: ${low}, ${value}, ${high}`);
        }
      }
      // Three frames of the chorale that shares a melody, two of the other.
      assertAlmostEquals((3 * test.shared! + 2 * test.others!) / 5, test.micro, 1e-12);
      const { low, high } = intervals.micro;
      assert(low! < high!, "two chorales make an interval");
    }
    const [, { title, test: { intervals: { micro } }, seeds }] = report.filling;
    assertEquals(seeds, 2);
    assert(micro.spread! > 0, "seeds differ");
    const three = (value: number | null) => value!.toFixed(3);
    const cell = `${three(micro.value)} [${three(micro.low)}, ${three(micro.high)}]`;
    const lines = choraleMarkdown(report).split("\n");
    assert(lines.some((line) => line.startsWith(`| ${title}`) && line.includes(cell)));
    assert(!lines.some((line) => line.includes("| kind")), "a ladder of nobody has no table");
  }));

Deno.test("evaluateChorales() weighs the members of a mixture on the valid side, and takes their own runs", () =>
  withFolder(async (cache) => {
    const sample = await openSampleChorales(), overrides = { length: 32, units: 4, features: ["voices"] };
    const mixtures = CHORALE_SYSTEMS.filter(({ kind }) => kind === "mixture").map(({ system }) => system.name);
    assert(mixtures.length > 0);
    for (const name of mixtures) {
      const { ladder: [row] } = await evaluateChorales(sample, { models: [name], overrides, epochs: 1, cache });
      assertEquals(row.kind, "mixture");
      for (const weights of Object.values(row.weights!)) {
        assertAlmostEquals(weights.reduce((a, b) => a + b), 1, 1e-6);
      }
    }
  }));
