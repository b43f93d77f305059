import type { ChoraleCorpus } from "../../corpus/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { seeded } from "../../random/mod.ts";
import { calibrateRules, choraleRules, inItsKey } from "../../sampling/mod.ts";
import type { Chorale } from "../../score/mod.ts";
import { choraleSystem, fillingSystem } from "../../systems/mod.ts";
import { choraleSystemsOf, openChoraleModels } from "./chorale_models.ts";
import { costOfRules, drawnAlone, ratesOfMusic, type RuledPlayer, type RulesReport } from "./cost_of_rules.ts";
import { type EvaluateCorpusOptions, FIRST_SEED, SYSTEMS_AND_RUNS } from "./evaluate_corpus.ts";
import { fillingPlayer, ruledPlayer } from "./ruled_players.ts";

/** Options of {@linkcode evaluateRules}. */
export interface EvaluateRulesOptions
  extends Pick<EvaluateCorpusOptions, "epochs" | "overrides" | "cache" | "signal" | "onProgress"> {
  /**
   * Names of systems of chorales, those that fill in among them.
   *
   * @default ["grid-bigram", "chorale-viewpoints", "bachbot", "deepbach"]
   */
  models?: readonly string[];
  /**
   * Samples of each under each of the rules, and in each round of calibration.
   *
   * @default 16
   */
  samples?: number;
  /**
   * Sixteenths of a sample.
   *
   * @default 128
   */
  frames?: number;
}

/** What rules cost systems that have learned chorales, as plain JSON. */
export interface RulesEvaluation extends RulesReport {
  /** Name of the corpus. */
  corpus: string;
  /** What computed the networks, null where there were none. */
  kernel: string | null;
  /** Hash of the code. */
  code: string;
  /** Nats of a breach that calibration found for each player, by rule. */
  calibrated: Record<string, Record<string, number>>;
}

/** Rounds of calibration. */
const ROUNDS = 3;

/**
 * What rules of voice leading cost systems that have learned the chorales of a corpus, and what they avoid.
 *
 * Each goes on from the first bars of chorales that it has not learned from, without rules, under rules that forbid,
 * and under rules calibrated to the rates of the training chorales; calibration draws from beginnings of the `valid`
 * side, what is reported from those of the `test` side. Chorales with notation lend samples their fermatas, so that the rule
 * about cadences is calibrated like the others; it is silent on those without, as the JSB chorales are. Networks are those of
 * the ladder's runs, with seed 42.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @throws {RangeError} If an option is out of range, or a system has another name.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function evaluateRules(
  corpus: ChoraleCorpus,
  options: EvaluateRulesOptions = {},
): Promise<RulesEvaluation> {
  checkOptions<EvaluateRulesOptions>("weigh rules", options, {
    models: SYSTEMS_AND_RUNS.models,
    overrides: SYSTEMS_AND_RUNS.overrides,
    epochs: SYSTEMS_AND_RUNS.epochs,
    cache: SYSTEMS_AND_RUNS.cache,
    signal: SYSTEMS_AND_RUNS.signal,
    onProgress: SYSTEMS_AND_RUNS.onProgress,
    samples: optional(kinds.positiveInteger),
    frames: optional(kinds.positiveInteger),
  });
  const { models = ["grid-bigram", "chorale-viewpoints", "bachbot", "deepbach"], samples = 16, frames = 128 } = options;
  const { signal, onProgress = () => {} } = options;
  const opened = await openChoraleModels(corpus, models, options);
  const { fills } = choraleSystemsOf(models), range = { lowest: corpus.lowest, highest: corpus.highest };
  const calibrated: RulesEvaluation["calibrated"] = {};
  const rows: RulesReport["rows"] = [];
  for (const name of models) {
    signal?.throwIfAborted();
    const system = fills.includes(name) ? fillingSystem(name) : choraleSystem(name).system;
    const { networks } = opened.dependencies(system, FIRST_SEED), { title } = system;
    let player: (beginnings: readonly Chorale[]) => RuledPlayer, dispose: () => void;
    if (fills.includes(name)) {
      const filling = await opened.filling(name, networks[0]);
      dispose = filling.dispose;
      player = (beginnings) => fillingPlayer(filling.model, { beginnings, frames });
    } else {
      const learned = await opened.learned(choraleSystem(name), networks);
      dispose = learned.dispose;
      player = (beginnings) => ruledPlayer(choraleSystem(name), learned.model, { beginnings, range, frames });
    }
    try {
      const { draw } = player(corpus.valid);
      const { rules } = await calibrateRules({
        music: corpus.train.map(inItsKey),
        rounds: ROUNDS,
        draw: async (rules, round) => {
          const drawn = [];
          for (let i = 0; i < samples; i++) {
            signal?.throwIfAborted();
            const done = round * samples + i;
            await onProgress({ label: `${title}: calibrating`, done, total: ROUNDS * samples });
            drawn.push(drawnAlone(await draw(i, rules, seeded(FIRST_SEED + done))));
          }
          const done = (round + 1) * samples;
          await onProgress({ label: `${title}: calibrating`, done, total: ROUNDS * samples });
          return drawn;
        },
      });
      calibrated[title] = Object.fromEntries(rules.map(({ name, nats }) => [name, nats]));
      const cost = await costOfRules({
        players: { [title]: player(corpus.test) },
        rules: { calibrated: rules, hard: choraleRules() },
        music: corpus.test,
        samples,
        seed: FIRST_SEED,
        signal,
        onProgress,
      });
      rows.push(...cost.rows);
    } finally {
      dispose();
    }
  }
  const measured = { corpus: corpus.name, kernel: opened.kernel, code: opened.code.measuring };
  return { ...measured, ...ratesOfMusic(corpus.test), calibrated, rows };
}
