import { counted, type Distribution, logSoftmax } from "../heads/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { followPiece } from "./follow_piece.ts";
import type { Listener, SequenceModel } from "./sequence_model.ts";

/** Options of {@linkcode mixedModel}. */
export interface MixedModelOptions {
  /** What a table of results calls it. */
  name: string;
  /**
   * What is mixed: probabilities, so that the mixture allows what one of the models allows; or their logs, so that it
   * keeps to what all of them find likely.
   */
  of: "probabilities" | "logs";
  /**
   * How much each model counts: one weight per model, 0 or more, which sum to 1; the same for all heads, or by the heads'
   * names.
   *
   * @default all the same
   */
  weights?: MixtureWeights;
}

/** A weight per model, for all heads or by the heads' names. */
export type MixtureWeights = readonly number[] | Readonly<Record<string, readonly number[]>>;

const WEIGHTS: Kind<MixtureWeights> = {
  words: "a weight per model, for all heads or by their names",
  hasType: (value) => typeof value === "object" && value !== null,
};

/** Weights may be rounded by so much. */
const ROUNDED = 1e-6;

/**
 * Several models that name the next event together. Of probabilities, with weights w: `p(x) = Σ w_k p_k(x)`;
 * of logs: `p(x) ∝ exp(Σ w_k ln p_k(x))`, divided by its sum over all classes.
 *
 * Mixed is what is said by each head, given what is drawn of the event already: `p(pitch | step)` is a
 * mixture of what the models say of the pitch given that step. What each said of the step moves no weight after it,
 * as it would in a mixture of whole events. So the weights of a head can be chosen for that head alone.
 *
 * G. E. Hinton, "Products of experts" (1999), for logs.
 *
 * @param models They have the same heads, of classes, in the same order; what one is told as drawn they all are.
 * @throws {TypeError} If there is no model, their heads differ or say numbers instead of classes, one takes pieces in its
 * own way, or an option is missing,
 * unknown or of the wrong type.
 * @throws {RangeError} If there is not one weight per model, or weights are negative or do not sum to 1.
 */
export function mixedModel<Event>(
  models: readonly SequenceModel<Event>[],
  options: MixedModelOptions,
): SequenceModel<Event> {
  const { name, of, weights } = checkOptions("mix models", options, {
    name: kinds.text,
    of: kinds.oneOf("probabilities", "logs"),
    weights: optional(WEIGHTS),
  });
  const [first] = models;
  if (!first) throw new TypeError("Cannot mix models: there are none");
  for (const model of models) checkHeads(first, model);
  const other = models.find(({ pieces }) => pieces);
  if (other) throw new TypeError(`Cannot mix models: "${other.name}" takes pieces in its own way`);
  const weightsOf = weightsByHead(first.heads, models.length, weights);
  const heads = first.heads.map(({ name, classes }) =>
    counted(name, {
      classes,
      reads: first.heads.map((other) => other.name)
        .filter((read) => models.some((model) => headOf(model, name).reads?.includes(read))),
    })
  );
  /** Mixes what each model says of one head. */
  const mix = (head: string, said: (model: number) => ArrayLike<number>) => {
    const logs = models.map((model, k) => headOf(model, head).logs(said(k)));
    return of === "probabilities" ? mixProbabilities(logs, weightsOf[head]) : mixLogs(logs, weightsOf[head]);
  };
  const listenerOf = (ears: readonly Listener<Event>[]): Listener<Event> => ({
    hear: (event) => ears.forEach((ear) => ear.hear(event)),
    next: (head, drawn) => mix(head, (k) => ears[k].next(head, drawn)),
    fork: () => listenerOf(ears.map((ear) => ear.fork())),
    dispose: () => ears.forEach((ear) => ear.dispose()),
  });
  return {
    name,
    heads,
    say: first.say,
    decode: first.decode,
    get parameters() {
      return sum(models.map(({ parameters }) => parameters));
    },
    listen: (piece) => listenerOf(models.map((model) => model.listen(piece))),
    *follow(piece, name) {
      const answers = models.map((model) => followPiece(model, piece, name));
      try {
        for (let i = 1; i < piece.length; i++) {
          const said = answers.map((each) => each.next().value!);
          yield Object.fromEntries(heads.map(({ name }) => [name, mix(name, (k) => said[k][name])]));
        }
      } finally {
        for (const each of answers) each.return(undefined);
      }
    },
  };
}

function headOf<Event>({ heads }: Pick<SequenceModel<Event>, "heads">, name: string): Distribution {
  return heads.find((head) => head.name === name)!;
}

/**
 * @throws {TypeError} If a model says anything else than the first, or says numbers.
 */
function checkHeads<Event>(first: SequenceModel<Event>, model: SequenceModel<Event>): void {
  const [expected, had] = [first, model].map(({ heads }) => heads.map(({ name, classes }) => `${name} (${classes})`));
  if (expected.join() !== had.join()) {
    throw new TypeError(
      `Cannot mix models: "${model.name}" says ${had.join(", ")}, "${first.name}" ${expected.join(", ")}; ` +
        "they need the same heads with the same classes in the same order",
    );
  }
  const number = model.heads.find(({ discrete = false }) => !discrete);
  if (number) {
    throw new TypeError(
      `Cannot mix models: "${model.name}" says ${number.name} as a number, and only what says classes can be mixed`,
    );
  }
}

/**
 * A weight per model by the heads' names.
 *
 * @throws {RangeError} If there is not one per model, or they are negative or do not sum to 1.
 */
function weightsByHead(
  heads: readonly Distribution[],
  count: number,
  weights: MixtureWeights = Array<number>(count).fill(1 / count),
): Record<string, readonly number[]> {
  const byHead = heads.map(({ name }) => [name, Array.isArray(weights) ? weights : (weights as never)[name]] as const);
  for (const [name, some] of byHead) {
    if (!Array.isArray(some) || some.length !== count) {
      throw new RangeError(
        `Cannot mix models: ${name} needs one weight for each of ${count} models, got ${JSON.stringify(some)}`,
      );
    }
    if (!some.every((weight) => weight >= 0) || !(Math.abs(sum(some) - 1) <= ROUNDED)) {
      throw new RangeError(
        `Cannot mix models: the weights of ${name} must be 0 or more and sum to 1, got ${some.join(", ")}`,
      );
    }
  }
  return Object.fromEntries(byHead);
}

// Loops: what maps small arrays for each class takes longer than some of the models.

/** Natural logs of the mixed probabilities of each class. */
function mixProbabilities(logs: readonly ArrayLike<number>[], weights: readonly number[]): Float64Array {
  const logWeights = weights.map(Math.log), mixed = new Float64Array(logs[0].length);
  for (let c = 0; c < mixed.length; c++) {
    let highest = -Infinity, total = 0;
    for (let k = 0; k < logs.length; k++) highest = Math.max(highest, logWeights[k] + logs[k][c]);
    // Probabilities too small for a number are still told apart.
    for (let k = 0; k < logs.length; k++) total += Math.exp(logWeights[k] + logs[k][c] - highest);
    mixed[c] = highest === -Infinity ? highest : highest + Math.log(total);
  }
  return mixed;
}

/**
 * Natural logs of each class's probability by the mean of the logs.
 *
 * @throws {RangeError} If there is no class that all models allow.
 */
function mixLogs(logs: readonly ArrayLike<number>[], weights: readonly number[]): Float64Array {
  const means = new Float64Array(logs[0].length);
  for (let k = 0; k < logs.length; k++) {
    // A model without weight may rule out what it likes.
    if (weights[k] > 0) { for (let c = 0; c < means.length; c++) means[c] += weights[k] * logs[k][c]; }
  }
  if (means.every((mean) => mean === -Infinity)) {
    throw new RangeError("Cannot mix models: no class is allowed by all of them");
  }
  return logSoftmax(means);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
