import type { Corpus } from "../../corpus/mod.ts";
import { startBackend } from "../../kernels/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { seeded } from "../../random/mod.ts";
import { READING, type Reading, settings } from "../../settings/mod.ts";
import { isNetwork, noteSystem, RECIPE, RIVALS, type Variant } from "../../systems/mod.ts";
import {
  evaluate,
  fit,
  fusedStep,
  layersModelStep,
  type TrainingStep,
  type TrainingStepOptions,
} from "../../training/mod.ts";
import { windowsOf } from "../../windows/mod.ts";
import type { RaceReport, Runner } from "../report/race_report.ts";
import { kernelVersion } from "./code_version.ts";
import { type EvaluateCorpusOptions, FIRST_SEED } from "./evaluate_corpus.ts";
import { plainSettings, reportOf, sectionData } from "./section_data.ts";
import { usablePieces } from "./usable_pieces.ts";

/** Options of {@linkcode raceToPitch}; those of `evaluateCorpus` mean what they mean there. */
export interface RaceToPitchOptions extends Pick<EvaluateCorpusOptions, "overrides" | "signal" | "onProgress"> {
  /**
   * Who runs.
   *
   * @default {RIVALS}
   */
  rivals?: readonly Variant[];
  /**
   * How notes are read.
   *
   * @default {"published"}
   */
  reading?: Reading;
}

/** Steps of a rival from one measurement to the next. */
const EVERY = 4;
/** How often the recipe is measured in an epoch, and after how many epochs without a better pitch it has been at its best. */
const PER_EPOCH = 4, PATIENCE = 1;

/**
 * Seconds of training until networks name the pitch of held-out notes as well as the published recipe ever does.
 *
 * The recipe is trained until some epochs have brought no better pitch; its best is the goal. Then each rival is trained,
 * and stopped where it has reached it. The held-out windows of each are measured every few steps, with the clock stopped: what
 * counts are the steps, and putting their batches together. Nothing is kept: times are those of this call, all on one
 * kernel, one after another.
 *
 * Needs the permission to read the project.
 *
 * @param corpus An open corpus.
 * @throws {RangeError} If an option is out of range, a variant is not a network, or the corpus too small for three sides.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function raceToPitch(corpus: Corpus, options: RaceToPitchOptions = {}): Promise<RaceReport> {
  checkOptions("race", options, {
    rivals: optional(kinds.list("variants", kinds.object("a variant, as RIVALS has them"))),
    reading: optional(READING),
    overrides: optional(kinds.object("an object of settings")),
    signal: optional(kinds.signal),
    onProgress: optional(kinds.callback),
  });
  const { rivals = RIVALS, reading = "published", overrides = {}, signal, onProgress = () => {} } = options;
  await startBackend();
  const { pieces } = usablePieces(corpus.pieces);
  const { sides: { train, heldOut } } = sectionData(pieces, settings(reading, overrides));

  /** Trains until `isOver` says so of what has been measured, or all epochs are over. */
  const run = async (
    { name, system: of, settings: own }: Variant,
    every: (stepsPerEpoch: number) => number,
    isOver: (measured: Runner["measured"], stepsPerEpoch: number) => boolean,
  ): Promise<Runner> => {
    const system = noteSystem(of);
    if (!isNetwork(system)) throw new RangeError(`Cannot race: "${of}" is not a network`);
    const chosen = settings(reading, { ...system.defaults, ...own, ...overrides, seed: FIRST_SEED, system: of });
    const begun = performance.now();
    const encoding = system.encoding(chosen, train.events), heads = system.heads(chosen);
    const windows = windowsOf(train.events, encoding, chosen), unseen = windowsOf(heldOut.events, encoding, chosen);
    const secondsBefore = (performance.now() - begun) / 1000;
    const model = system.build({ ...chosen, prng: seeded(FIRST_SEED) });
    const stepsPerEpoch = Math.max(1, Math.ceil(windows.size / chosen.batchSize));
    const measured: Runner["measured"] = [], pause = every(stepsPerEpoch), over = new AbortController();
    let seconds = 0, steps = 0;
    const createStep = (_: unknown, options: TrainingStepOptions): TrainingStep => {
      const step = fusedStep(model, options).step ?? layersModelStep(model, options);
      const measure = async () => {
        step.writeModel();
        const { pitch } = await evaluate(model, unseen, { ...chosen, heads, signal });
        measured.push({ steps, seconds, pitch });
        return pitch;
      };
      let before = performance.now();
      return {
        ...bound(step),
        async run(batch, args) {
          if (steps === 0) {
            // The first batch has been put together already.
            seconds += (performance.now() - before) / 1000;
            await measure();
            before = performance.now();
          }
          const losses = await step.run(batch, args);
          seconds += (performance.now() - before) / 1000;
          steps++;
          if (steps % pause === 0) {
            const pitch = await measure();
            if (isOver(measured, stepsPerEpoch)) over.abort();
            await onProgress({
              label: name,
              done: steps,
              total: stepsPerEpoch * chosen.epochs,
              note: `${pitch.toFixed(3)} nats after ${seconds.toFixed(2)} s`,
            });
          }
          before = performance.now();
          return losses;
        },
      };
    };
    try {
      await fit(model, windows, {
        ...chosen,
        monitor: "train",
        patience: Infinity,
        heads,
        prng: seeded(FIRST_SEED),
        signal: signal ? AbortSignal.any([signal, over.signal]) : over.signal,
        createStep,
      });
      signal?.throwIfAborted();
      await onProgress({ label: name, done: 1, total: 1 });
      return {
        name,
        system: of,
        settings: plainSettings(chosen),
        parameters: model.countParams(),
        secondsBefore,
        measured,
      };
    } finally {
      model.dispose();
    }
  };

  const recipe = await run(
    RECIPE,
    (steps) => Math.max(1, Math.floor(steps / PER_EPOCH)),
    (measured, stepsPerEpoch) => measured.at(-1)!.steps - bestOf(measured).steps >= PATIENCE * stepsPerEpoch,
  );
  const goal = bestOf(recipe.measured);
  const runners: RaceReport["runners"] = [];
  for (const rival of rivals) {
    const runner = await run(rival, () => EVERY, (measured) => measured.at(-1)!.pitch <= goal.pitch);
    runners.push({
      ...runner,
      reached: runner.measured.find(({ steps, pitch }) => steps > 0 && pitch <= goal.pitch) ?? null,
    });
  }
  return {
    corpus: corpus.name,
    reading,
    kernel: await kernelVersion(),
    seed: FIRST_SEED,
    sides: { train: reportOf(train), heldOut: reportOf(heldOut) },
    recipe: { ...recipe, reached: goal },
    runners,
  };
}

function bestOf(measured: Runner["measured"]): Runner["measured"][number] {
  return measured.reduce((best, one) => one.pitch < best.pitch ? one : best);
}

/** The step's own functions, which may need their `this`. */
function bound(step: TrainingStep): TrainingStep {
  return {
    run: (batch, args) => step.run(batch, args),
    measure: (batch, at) => step.measure(batch, at),
    readModel: () => step.readModel(),
    writeModel: () => step.writeModel(),
    getState: () => step.getState(),
    setState: (state) => step.setState(state),
    dispose: () => step.dispose(),
  };
}
