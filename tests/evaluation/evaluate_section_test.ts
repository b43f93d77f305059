import { assertEquals } from "@std/assert";
import { evaluateSection } from "../../lib/evaluation/experiment/evaluate_section.ts";
import { resultCache } from "../../lib/evaluation/experiment/result_cache.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { small, smallCorpus } from "./small_corpus.ts";

Deno.test("evaluateSection() takes no results of other code or another kernel, and trains anew only for what trains", () =>
  withFolder(async (folder) => {
    await startBackend();
    const works = async (code: { learning: string; measuring: string }, kernel: string) => {
      const stages = new Set<string>();
      await evaluateSection(smallCorpus(), {
        settings: settings("corrected", small.overrides),
        models: ["unigram", "lstm"],
        overrides: small.overrides,
        seeds: [42],
        epochs: 1,
        strict: false,
        voices: false,
        samples: 2,
        cache: resultCache(folder),
        code,
        kernel,
        onProgress: ({ label }) => void stages.add(label.replace(/.*\d: /, "")),
      });
      return ["unigram: scoring", "LSTM: training", "LSTM, best epoch: scoring"].map((stage) => stages.has(stage));
    };
    assertEquals(await works({ learning: "a", measuring: "b" }, "c"), [true, true, true]);
    assertEquals(await works({ learning: "a", measuring: "b" }, "c"), [false, false, false]);
    assertEquals(await works({ learning: "a", measuring: "other" }, "c"), [true, false, true]);
    assertEquals(await works({ learning: "other", measuring: "other too" }, "c"), [true, true, true]);
    assertEquals(await works({ learning: "a", measuring: "b" }, "other"), [false, true, true]);
  }));
