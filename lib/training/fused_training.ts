import * as tf from "@tensorflow/tfjs";
import { type Engine, kernelEngine, type NetworkBatch } from "../kernels/mod.ts";
import type { FlatAdam } from "./flat_adam.ts";
import { HEADS, type LossWeights } from "./losses.ts";
import { type NoteNetwork, noteNetwork, noteStack } from "./note_network.ts";
import { pitchesOf } from "./pitch_targets.ts";
import { weightsInto } from "./weights.ts";

/** The parts of a compiled model that tfjs keeps to itself. */
interface Compiled {
  /** The weights that training changes. */
  collectedTrainableWeights: tf.LayerVariable[];
  /** One for each loss, then the metrics. */
  metricsTensors: unknown[];
  /** The penalties of regularisers. */
  calculateLosses(): tf.Scalar[];
}

/**
 * A compiled model of notes, trained on the kernel in place of tfjs: forwards,
 * losses, backwards and Adam in one call. Weights, moments and iterations are
 * in the model and its optimizer after each batch, and are read there again
 * when somebody else has set them.
 */
export class FusedTraining {
  readonly #model: tf.LayersModel;
  readonly #optimizer: FlatAdam;
  readonly #lossWeights: LossWeights;
  #engine?: Engine;
  #notes?: NoteNetwork;
  /** What the optimizer updates, in its order. */
  #updated: tf.Variable[] = [];
  /** Whose numbers the network has: those of the weights, and those of the moments. */
  #held: tf.DataId[][] = [[], []];

  /**
   * @param model Compiled with `optimizer` and the losses of `compileNoteModel`.
   * @param lossWeights How much each loss counts.
   */
  constructor(model: tf.LayersModel, optimizer: FlatAdam, lossWeights: LossWeights) {
    this.#model = model;
    this.#optimizer = optimizer;
    this.#lossWeights = lossWeights;
  }

  /** Whether the kernel can train the model as it is now; to be asked before the first batch of each `fit`. */
  begin(): boolean {
    const engine = kernelEngine();
    if (engine !== this.#engine) this.dispose();
    if (!engine || !noteStack(this.#model, true)) return false;
    this.#engine = engine;
    this.#notes ??= noteNetwork(this.#model, this.#lossWeights)!;
    const compiled = this.#model as unknown as Compiled;
    // What reads as a tensor is the variable itself.
    this.#updated = compiled.collectedTrainableWeights.map((weight) => weight.read() as tf.Variable);
    const { variables } = this.#notes;
    return this.#updated.length === variables.length &&
      variables.every((variable) => this.#updated.includes(variable)) &&
      compiled.metricsTensors.length === HEADS.length &&
      tf.tidy(() => compiled.calculateLosses().length) === 0;
  }

  /**
   * Learns from a batch. Where a loss is not finite, the weights stay as they are.
   *
   * @param data As tfjs's own train function takes it: inputs, the targets of each head, weights of the examples.
   * @returns The total loss and each head's, times its weight; nothing if the batch is one for tfjs.
   */
  step(data: readonly (tf.Tensor | null)[]): tf.Scalar[] | undefined {
    const batch = this.#notes && this.#model.optimizer === this.#optimizer ? batchOf(this.#model, data) : undefined;
    if (!batch) return;
    const notes = this.#notes!;
    this.#read(notes);
    const losses = notes.network.train(batch, this.#optimizer.next);
    if (losses.every(Number.isFinite)) this.#write(notes);
    const weighted = Array.from(losses, (loss, i) => loss * this.#lossWeights[this.#names[i]]);
    return [weighted.reduce((sum, loss) => sum + loss), ...weighted].map((loss) => tf.scalar(loss));
  }

  get #names() {
    return this.#model.outputNames as (typeof HEADS[number])[];
  }

  /** The moments in the order of the network's weights. */
  #moments({ variables }: NoteNetwork): [tf.Variable[], tf.Variable[]] {
    const [means, squares] = this.#optimizer.moments(this.#updated);
    const order = variables.map((variable) => this.#updated.indexOf(variable));
    return [order.map((index) => means[index]), order.map((index) => squares[index])];
  }

  #read(notes: NoteNetwork): void {
    const moments = this.#moments(notes), now = [notes.variables, moments.flat()].map(idsOf);
    const isSame = now.map((ids, i) => ids.every((id, k) => id === this.#held[i][k]));
    if (!isSame[0]) notes.readModel();
    if (!isSame[1]) {
      const [means, squares] = moments.map((each) => each.map((moment) => moment.dataSync() as Float32Array));
      notes.network.moments = [means, squares];
    }
    this.#held = now;
  }

  #write(notes: NoteNetwork): void {
    const moments = this.#moments(notes);
    notes.writeModel();
    notes.network.moments.forEach((values, i) => weightsInto(moments[i], values));
    this.#optimizer.advance();
    this.#held = [notes.variables, moments.flat()].map(idsOf);
  }

  /** Gives the kernel's memory back; the model stays. */
  dispose(): void {
    this.#notes?.dispose();
    this.#notes = this.#engine = undefined;
    this.#held = [[], []];
  }
}

/** tfjs gives a variable new data whenever it is assigned to. */
function idsOf(variables: readonly tf.Variable[]): tf.DataId[] {
  return variables.map(({ dataId }) => dataId);
}

/** A batch for the network; nothing if it is one for tfjs, which has errors of its own for what does not fit. */
function batchOf({ outputNames }: tf.LayersModel, data: readonly (tf.Tensor | null)[]): NetworkBatch | undefined {
  const [inputs, ...rest] = data as [tf.Tensor, ...(tf.Tensor | null)[]];
  const truths = rest.slice(0, outputNames.length) as tf.Tensor[];
  const isWeighted = rest.slice(outputNames.length).some((weights) => weights);
  if (isWeighted || inputs.rank !== 3) return;
  const [size, steps] = inputs.shape;
  const targets = outputNames.map((name, i) =>
    name === "pitch" ? pitchesOf(truths[i]) : truths[i].dataSync() as Float32Array
  );
  if (targets.some((target) => target?.length !== size)) return;
  return { inputs: inputs.dataSync() as Float32Array, targets: targets as Float32Array[], size, steps };
}
