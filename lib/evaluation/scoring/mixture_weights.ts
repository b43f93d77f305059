import type { EventPiece } from "../../encodings/mod.ts";
import { logProbability } from "../../heads/mod.ts";
import { checkOptions } from "../../options/mod.ts";
import { mixedModel, type MixtureSystem, type SequenceModel } from "../../systems/mod.ts";
import { eachEvent, PASS, type PassOptions, piecesToScore } from "./each_event.ts";

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
  const { signal, onProgress } = checkOptions("choose weights", options, PASS);
  const { pieces, total } = piecesToScore(heldOut), heads = models[0].heads;
  const logs = new Map(heads.map(({ name }) => [name, models.map(() => new Float64Array(total))]));
  for (const [k, model] of models.entries()) {
    const progress = onProgress && ((done: number) => onProgress(k * total + done, models.length * total));
    await eachEvent(model, pieces, { signal, onProgress: progress }, ({ said, came, index }) => {
      const values = model.say(came);
      for (const head of model.heads) {
        logs.get(head.name)![k][index] = logProbability(head, said[head.name], values[head.name]);
      }
    });
  }
  return Object.fromEntries(heads.map(({ name }) => [name, likeliestWeights(logs.get(name)!, name)]));
}

/**
 * What a system mixes of its members, as it says itself, or else by {@linkcode mixtureWeights}, which then come along.
 *
 * @param models Its members, trained.
 * @param heldOut Pieces that nothing is measured on later.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function mixMembers<Event>(
  { title, mixed }: Pick<MixtureSystem<Event>, "title" | "mixed">,
  models: readonly SequenceModel<Event>[],
  heldOut: readonly EventPiece<Event>[],
  options: PassOptions = {},
): Promise<{ model: SequenceModel<Event>; weights?: Record<string, number[]> }> {
  if (mixed) return { model: mixedModel(models, { name: title, ...mixed }) };
  const weights = await mixtureWeights(models, heldOut, options);
  return { model: mixedModel(models, { name: title, of: "probabilities", weights }), weights };
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
