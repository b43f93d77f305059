import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { evaluateCorpus, type EvaluateCorpusOptions, type EvaluationReport } from "../../lib/evaluation/mod.ts";
import { viewpointsMixture, viewpointsPlayer } from "../../lib/systems/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { small, smallCorpus, timeless } from "./small_corpus.ts";

const members = viewpointsMixture.members.length;
const alone = viewpointsMixture.members[0].system.name;

/** As small as can be: windows of eight notes, one epoch. */
const options: EvaluateCorpusOptions = {
  ...small,
  readings: ["published"],
  samples: 1,
  epochs: 1,
  overrides: { ...small.overrides, length: 8, shift: 8, warmUpSteps: 1 },
};
const runsOf = ({ sections: [{ rows, failures }] }: EvaluationReport, id: string) => {
  assertEquals(failures, []);
  return rows.find((row) => row.id === id)!.runs;
};
/** Folders of training runs in a cache. */
const foldersIn = (cache: string) =>
  Array.from(Deno.readDirSync(cache)).filter(({ isDirectory }) => isDirectory).length;

Deno.test("evaluateCorpus() trains the members of a mixture once, shares their runs, weighs them, and goes on with them", async () => {
  await withFolder(async (cache) => {
    const evaluated = (models: string[]) => evaluateCorpus(smallCorpus(), { ...options, models, cache });
    const single = await evaluated([alone]);
    assertEquals(foldersIn(cache), 1);
    const both = await evaluated([alone, viewpointsMixture.name]);
    // The first member has the seed of the network's own row.
    assertEquals(foldersIn(cache), members);
    assertEquals(runsOf(both, `${alone}:best`), runsOf(single, `${alone}:best`));

    const [{ weights, seconds, scores, samples, epoch, history }] = runsOf(both, viewpointsMixture.name);
    assertEquals(Object.keys(weights!), ["step", "pitch", "duration"]);
    for (const some of Object.values(weights!)) {
      assertEquals(some.length, members);
      assertAlmostEquals(some.reduce((a, b) => a + b), 1, 1e-9);
    }
    assertEquals([epoch, history], [null, null]);
    assert(seconds > runsOf(both, `${alone}:best`)[0].seconds);
    assert(scores.total.every(({ nats }) => nats > 0));
    assertEquals(samples[0].notes.pitch.length, 8);

    await Deno.remove(cache, { recursive: true });
    const anew = await evaluated([viewpointsMixture.name]);
    assertEquals(
      runsOf(timeless(anew), viewpointsMixture.name),
      runsOf(timeless(both), viewpointsMixture.name),
    );
  });
});

Deno.test("evaluateCorpus() mixes as a mixture says, and weighs nothing", async () => {
  await withFolder(async (cache) => {
    const models = viewpointsPlayer.members.map(({ system }) => system.name);
    const report = await evaluateCorpus(smallCorpus(), {
      ...options,
      models: [...models, viewpointsPlayer.name],
      cache,
    });
    const [{ weights, scores }] = runsOf(report, viewpointsPlayer.name);
    assertEquals([weights, foldersIn(cache)], [undefined, models.length]);
    const totals = models.map((name) => runsOf(report, `${name}:best`)[0].scores.total);
    // What both find likely costs no more than the weighted sum of what it costs them.
    const mixed = viewpointsPlayer.mixed!.weights as readonly number[];
    for (const [i, { nats }] of scores.total.entries()) {
      assert(nats <= totals.reduce((sum, total, k) => sum + mixed[k] * total[i].nats, 0) + 1e-9);
    }
  });
});

Deno.test("evaluateCorpus() trains a mixture once a seed", async () => {
  await withFolder(async (cache) => {
    const report = await evaluateCorpus(smallCorpus(), {
      ...options,
      models: [viewpointsMixture.name],
      seeds: 2,
      cache,
    });
    const runs = runsOf(report, viewpointsMixture.name);
    assertEquals(runs.map(({ seed }) => seed), [42, 43]);
    assert(runs[0].weights!.pitch[0] !== runs[1].weights!.pitch[0]);
    assertEquals(foldersIn(cache), 2 * members);
  });
});
