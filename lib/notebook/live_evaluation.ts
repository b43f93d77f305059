import type { EvaluateCorpusOptions } from "../evaluation/mod.ts";
import { progress } from "./progress.ts";
import { stages } from "./stages.ts";
import { interrupted } from "./stop.ts";

/**
 * Makes an evaluation visible and stoppable: a bar for each stage, and the Stop button. Spread it into the options of
 * `evaluateCorpus`:
 *
 *     const report = await evaluateCorpus(corpus, { epochs: 5, ...liveEvaluation() });
 */
export function liveEvaluation(): Required<Pick<EvaluateCorpusOptions, "signal" | "onProgress">> {
  return { signal: interrupted(), onProgress: stages(progress) };
}
