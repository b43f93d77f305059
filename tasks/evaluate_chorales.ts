import {
  type ChoraleCorpus,
  choralesOf,
  gridChorales,
  openChorales,
  openCorpus,
  openJsb,
  openJsbQuarters,
} from "../lib/corpus/mod.ts";
import {
  choraleMarkdown,
  choralePlayingMarkdown,
  evaluateChoralePlaying,
  evaluateChorales,
  type EvaluateChoralesOptions,
  evaluateRules,
  quarterLines,
  rulesEvaluationMarkdown,
} from "../lib/evaluation/mod.ts";
import { BEST_CHORALE_SYSTEMS, choraleSystem, FILLING_SYSTEMS } from "../lib/systems/mod.ts";
import { userCorpus } from "./user_path.ts";

/** Corpora of chorales that have a name. */
export const CHORALE_CORPORA: readonly string[] = ["jsb", "jsb-quarters", "chorales"];

/** What is asked of chorales: the ladder, or instead of it how systems play, or what rules cost them. */
export interface ChoraleTaskOptions extends EvaluateChoralesOptions {
  /** Whether they play. */
  playing: boolean;
  /** Whether rules are priced. */
  rules: boolean;
  /** How many samples of each, where they are drawn. */
  samples?: number;
}

/** What `deno task evaluate` does with the chorales of a corpus that has a name or a place. */
export async function choraleTask(
  corpus: string,
  { playing, rules, seeds, samples, ...options }: ChoraleTaskOptions,
  save: (report: unknown, markdown: string, name?: string) => Promise<void>,
): Promise<void> {
  const chorales = await choraleCorpusOf(corpus);
  if (playing) {
    const report = await evaluateChoralePlaying(chorales, { samples, ...options });
    return await save(report, choralePlayingMarkdown(report), "playing");
  }
  if (rules) {
    const report = await evaluateRules(chorales, { samples, ...options });
    return await save(report, rulesEvaluationMarkdown(report), "rules");
  }
  const report = await evaluateChorales(chorales, { seeds, ...options });
  const lines = corpus === "jsb-quarters" ? quarterLines(report) : [];
  await save(report, choraleMarkdown(report) + lines.map((line) => `${line}\n`).join(""));
}

/**
 * The systems of chorales that a name stands for: itself, or the best of each kind.
 *
 * @throws {RangeError} If there is none of that name.
 */
export function choraleModels(name: string): readonly string[] {
  if (name === "best") return BEST_CHORALE_SYSTEMS;
  return FILLING_SYSTEMS.some((system) => system.name === name) ? [name] : [choraleSystem(name).system.name];
}

async function choraleCorpusOf(corpus: string): Promise<ChoraleCorpus> {
  if (corpus === "jsb") return gridChorales(await openJsb());
  if (corpus === "jsb-quarters") return gridChorales(await openJsbQuarters(), corpus);
  if (corpus === "chorales") return await openChorales();
  return choralesOf(await openCorpus(userCorpus(corpus)));
}
