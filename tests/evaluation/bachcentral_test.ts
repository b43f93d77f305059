import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openCorpus } from "../../lib/corpus/mod.ts";
import { evaluateCorpus } from "../../lib/evaluation/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { readSharedJson, sharedTest } from "../shared.ts";

const ZIP = new URL("../../../shared/corpus/bachcentral/bach.zip", import.meta.url).pathname;

interface Reference {
  split: { test: string[]; valid: string[] };
  sizes: { P: Record<"train" | "valid" | "test", [pieces: number, notes: number]> };
  ngrams: { P: Record<string, { test: { micro: number; macro: number }; acc?: { test: number } }> };
  ngram_mix_test: { P: { micro_without_toccata2: number } };
}

sharedTest(
  "evaluateCorpus() reproduces the figures for unseen Bach on the paper's corpus",
  () =>
    withFolder(async (cache) => {
      const { split, sizes, ngrams, ngram_mix_test } = await readSharedJson<Reference>("reference/bach_heldout.json");
      const report = await evaluateCorpus(await openCorpus(ZIP), {
        readings: ["published"],
        models: ["unigram", "bigram", "n-grams"],
        samples: 1,
        cache,
      });
      const [{ sides, rows, largest, leftOut, alike, failures }] = report.sections;
      assertEquals(failures, []);
      assertEquals(sides.test.pieces, split.test);
      assertEquals(sides.heldOut.pieces, split.valid);
      assertEquals([sides.train.pieces.length, sides.train.notes], sizes.P.train);
      const mended = report.leftOut.filter(({ reason }) => reason.includes("mended"));
      assertEquals([mended.length, leftOut.length, largest], [11, 13, "organ/toccata2.mid"]);
      assertEquals(alike.at(-1), ["organ/toccata1.mid", "organ/toccata2.mid"]);

      const heads: Record<string, Record<"pitch" | "step" | "duration", string>> = {
        unigram: { pitch: "pitch_1gram", step: "step_1gram", duration: "dur_1gram" },
        bigram: { pitch: "pitch_2gram", step: "step_2gram", duration: "dur_2gram" },
        "n-grams": { pitch: "mix_pitch5_interval6", step: "step_5gram", duration: "dur_5gram" },
      };
      assertEquals(rows.map(({ id }) => id), Object.keys(heads));
      for (const { id, likelihood } of rows) {
        let [micro, macro] = [0, 0];
        for (const name of ["pitch", "step", "duration"] as const) {
          const { test, acc } = ngrams.P[heads[id][name]];
          assertAlmostEquals(likelihood[name].micro.value!, test.micro, 1e-9, `${id}, ${name}`);
          assertAlmostEquals(likelihood[name].macro.value!, test.macro, 1e-9, `${id}, ${name}`);
          if (acc && name === "pitch") assertAlmostEquals(likelihood.accuracy.value!, acc.test, 1e-9);
          [micro, macro] = [micro + test.micro, macro + test.macro];
        }
        assertAlmostEquals(likelihood.total.micro.value!, micro, 1e-9);
        assertAlmostEquals(likelihood.total.macro.value!, macro, 1e-9);
      }
      const { withoutLargest } = rows[2];
      assertAlmostEquals(withoutLargest!.pitch.micro.value!, ngram_mix_test.P.micro_without_toccata2, 1e-9);
    }),
);
