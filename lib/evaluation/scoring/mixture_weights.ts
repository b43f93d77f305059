import type { EventPiece } from "../../encodings/mod.ts";
import { logProbability } from "../../heads/mod.ts";
import type { ScoredNotes } from "../../metrics/mod.ts";
import { checkOptions } from "../../options/mod.ts";
import { mixedModel, type MixtureSystem, type SaidByHead, type SequenceModel } from "../../systems/mod.ts";
import { eachEvent, PASS, type PassOptions, piecesToScore } from "./each_event.ts";
import { scoreModel } from "./score_model.ts";

/** Steps of the search, and by how much the weights have to change for another one. */
const STEPS = 1000, CHANGE = 1e-6;

/**
 * Weights under which a mixture of models makes held-out events as likely as can be, for each head by itself: by
 * expectation maximisation, from equal ones. The likelihood has no other maximum.
 *
 * A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum likelihood from incomplete data via the EM algorithm" (1977).
 *
 * @param models What `mixedModel` is to mix of their probabilities: they have the same heads.
 * @param heldOut Pieces that nothing is measured on later.
 * @returns A weight per model by the heads' names.
 * @throws {RangeError} If no event has one before it, or all models rule out what came.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function mixtureWeights<Event>(
  models: readonly SequenceModel<Event>[],
  heldOut: readonly EventPiece<Event>[],
  options: PassOptions = {},
): Promise<Record<string, number[]>> {
  checkOptions("choose weights", options, PASS);
  return await chosenWeights(models, heldOut, options);
}

/** The weights; `hear` is told what each model said of each event, in order. */
async function chosenWeights<Event>(
  models: readonly SequenceModel<Event>[],
  heldOut: readonly EventPiece<Event>[],
  { signal, onProgress }: PassOptions,
  hear: (model: number, said: SaidByHead) => void = () => {},
): Promise<Record<string, number[]>> {
  const { pieces, total } = piecesToScore(heldOut), heads = models[0].heads;
  const logs = new Map(heads.map(({ name }) => [name, models.map(() => new Float64Array(total))]));
  for (const [k, model] of models.entries()) {
    const progress = onProgress && ((done: number) => onProgress(k * total + done, models.length * total));
    await eachEvent(model, pieces, { signal, onProgress: progress }, ({ said, came, index }) => {
      hear(k, said);
      const values = model.say(came);
      for (const head of model.heads) {
        logs.get(head.name)![k][index] = logProbability(head, said[head.name], values[head.name]);
      }
    });
  }
  return Object.fromEntries(heads.map(({ name }) => [name, likeliestWeights(logs.get(name)!, name)]));
}

/** Options of {@linkcode mixMembers}. */
export interface MixMembersOptions extends PassOptions {
  /**
   * Whether the held-out events are scored too: what the members say of all of them is then kept until that is done.
   *
   * @default false
   */
  score?: boolean;
}

/** What became of the members of a mixture. */
export interface MixedMembers<Event> {
  /** The mixture. */
  model: SequenceModel<Event>;
  /** How much each member counts, by head; nothing where the system says that itself. */
  weights?: Record<string, number[]>;
  /** What the mixture gives to the held-out events, as `scoreModel` has it; nothing where nobody asked, or no weights were chosen. */
  heldOut?: ScoredNotes;
}

/**
 * What a system mixes of its members, as it says itself, or else by {@linkcode mixtureWeights}. The members are asked about
 * the held-out events once, whether for the weights alone or for what the mixture gives to those events, too.
 *
 * @param models Its members, trained.
 * @param heldOut Pieces that nothing is measured on later.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function mixMembers<Event>(
  { title, mixed }: Pick<MixtureSystem<Event>, "title" | "mixed">,
  models: readonly SequenceModel<Event>[],
  heldOut: readonly EventPiece<Event>[],
  { score = false, ...watched }: MixMembersOptions = {},
): Promise<MixedMembers<Event>> {
  if (mixed) return { model: mixedModel(models, { name: title, ...mixed }) };
  const answers: SaidByHead[][] = models.map(() => []);
  const keep = (k: number, said: SaidByHead) => {
    // Copies, because a listener may overwrite what it has said.
    answers[k].push(
      Object.fromEntries(Object.entries(said).map(([head, values]) => [head, Float64Array.from(values)])),
    );
  };
  const weights = await chosenWeights(models, heldOut, watched, score ? keep : undefined);
  const mix = (models: readonly SequenceModel<Event>[]) =>
    mixedModel(models, { name: title, of: "probabilities", weights });
  const model = mix(models);
  if (!score) return { model, weights };
  const again = mix(models.map((model, k) => repeating(model, answers[k])));
  return { model, weights, heldOut: await scoreModel(again, heldOut, { signal: watched.signal }) };
}

/** A model that says again what it has said of pieces, one after the other, when it is asked about the same ones. */
function repeating<Event>(model: SequenceModel<Event>, said: readonly SaidByHead[]): SequenceModel<Event> {
  let next = 0;
  return {
    ...model,
    *follow(piece) {
      for (let i = 1; i < piece.length; i++) yield said[next++];
    },
  };
}

/**
 * The weights of one head.
 *
 * @param logs Of each model the natural log of the probability that it gave to what came, event by event.
 * @throws {RangeError} If an event is ruled out by all models.
 */
export function likeliestWeights(logs: readonly Float64Array[], head: string): number[] {
  const events = logs[0].length;
  let weights = logs.map(() => 1 / logs.length);
  // Relative to the model that found an event likeliest, so that none is too small for a number.
  const relative = logs.map((each) => Float64Array.from(each));
  for (let i = 0; i < events; i++) {
    const most = Math.max(...logs.map((each) => each[i]));
    if (most === -Infinity) throw new RangeError(`Cannot choose weights: all models rule out what came of "${head}"`);
    for (const each of relative) each[i] = Math.exp(each[i] - most);
  }
  for (let step = 0; step < STEPS; step++) {
    const share = new Float64Array(weights.length);
    for (let i = 0; i < events; i++) {
      let mixed = 0;
      for (let k = 0; k < weights.length; k++) mixed += weights[k] * relative[k][i];
      for (let k = 0; k < weights.length; k++) share[k] += weights[k] * relative[k][i] / mixed;
    }
    const all = share.reduce((a, b) => a + b), next = Array.from(share, (each) => each / all);
    const change = Math.max(...next.map((weight, k) => Math.abs(weight - weights[k])));
    weights = next;
    if (change < CHANGE) break;
  }
  return weights;
}
