/** The published run, from the zip to its second epoch, held against what its notebook printed. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openCorpus, PUBLISHED_FILES, SEED_FILE } from "../../lib/corpus/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { corpusTable } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { evaluate, fit } from "../../lib/training/mod.ts";
import { windows } from "../../lib/windows/mod.ts";

const ZIP = new URL("../../../shared/corpus/bachcentral/bach.zip", import.meta.url).pathname;
const present = await Deno.stat(ZIP).then(() => true, () => false);

Deno.test({
  name: `fit() reaches the losses that the published run printed after two epochs${
    present ? "" : " [needs ../shared, skipped without it]"
  }`,
  ignore: !present,
  fn: async () => {
    await startBackend();
    const published = settings("published", { epochs: 2 });
    const open = async (only: readonly string[]) => {
      const { pieces } = await openCorpus(ZIP, { only: [...only] });
      return corpusTable(pieces, { flattening: published.flattening });
    };
    const examples = windows(await open(PUBLISHED_FILES), published);
    assertEquals([examples.events, examples.size], [5196, 5121]);

    const prng = seeded(published.seed);
    const model = vanillaLstm({ ...published, prng });
    // The run printed 4.8088; its step and duration (0.6999, 0.0439) hang on the draw of the weights.
    const untrained = await evaluate(model, examples, published);
    assertAlmostEquals(untrained.pitch, 4.85, 0.1);

    const steps: number[] = [];
    const { epochs } = await fit(model, examples, {
      ...published,
      prng,
      onStep: ({ steps: of }) => void steps.push(of),
    });
    assertEquals([steps.length, steps[0]], [204, 102]);
    // The run printed pitch 3.0084, step 0.0137, duration 0.0255, total 0.1895.
    const { train } = epochs[1];
    assertAlmostEquals(train.pitch, 3.0, 0.1);
    assert(train.step < 0.03 && train.duration < 0.04, `step ${train.step}, duration ${train.duration}`);
    assertAlmostEquals(train.total, 0.1895, 0.01);

    const seedNotes = (await open([SEED_FILE])).head(published.length);
    const sample = await generate(model, seedNotes, { ...published, prng });
    assertEquals(sample.height, 120);
  },
});
