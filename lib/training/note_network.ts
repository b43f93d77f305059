import type * as tf from "@tensorflow/tfjs";
import { type Head, kernelEngine, Network, type NetworkBatch } from "../kernels/mod.ts";
import { isForKernel, type Stack, type StackHead, stackOf, variablesOf } from "../layers/mod.ts";
import type { Batch } from "../windows/mod.ts";
import type { LossWeights } from "./losses.ts";
import { weightsInto } from "./weights.ts";

/** The paper's heads. */
const HEADS = ["pitch", "step", "duration"];
const HEAD_SIZES: Readonly<Record<string, number>> = { pitch: 128, step: 1, duration: 1 };

/** What the kernel learns by for each head. */
const head = (name: string, weight: number): Head =>
  name === "pitch"
    ? { loss: "crossEntropy", size: HEAD_SIZES.pitch, weight }
    : { loss: "pressedError", size: 1, weight, pressure: 10 };

/** A model of notes as one network on the kernel, with weights of its own. */
export class NoteNetwork {
  /** The network; its heads are in the order of the model's outputs. */
  readonly network: Network;
  readonly #names: string[];
  readonly #variables: tf.Variable[];

  /** Use {@linkcode noteNetwork}. */
  constructor(network: Network, stack: Stack) {
    this.network = network;
    this.#names = stack.heads.map(({ name }) => name);
    this.#variables = variablesOf(stack);
    this.readModel();
  }

  /** The model's weights, in the network's order. */
  get variables(): readonly tf.Variable[] {
    return this.#variables;
  }

  /** Takes the weights that the model has now. */
  readModel(): void {
    this.network.weights = this.#variables.map((variable) => variable.dataSync() as Float32Array);
  }

  /** Puts its weights into the model. */
  writeModel(): void {
    weightsInto(this.#variables, this.network.weights);
  }

  /** A batch as the network takes it: with the notes after each window, or after `every` note. */
  batch(batch: Batch, every: boolean): NetworkBatch {
    const [name] = Object.keys(batch.inputs).filter((input) => !input.startsWith("next."));
    return {
      inputs: batch.inputs[name] as Float32Array,
      targets: this.#names.map((name) => batch.targets[name]),
      size: batch.size,
      steps: batch.steps[name],
      every,
    };
  }

  /** What the network says of each head, by its name. */
  byName(values: ArrayLike<number>): Record<string, number> {
    return Object.fromEntries(HEADS.map((head) => [head, values[this.#names.indexOf(head)]]));
  }

  /** Gives its memory back; the model stays. */
  dispose(): void {
    this.network.dispose();
  }
}

/**
 * A model of notes as a network on the kernel.
 *
 * @param model Any model.
 * @param lossWeights How much each loss counts where it learns; without, it is not to learn.
 * @returns Nothing where there is no kernel, or the model is not one that it computes: LSTM or GRU layers with tanh and
 * sigmoid on top of each other, then the linear heads `pitch`, `step` and `duration`.
 */
export function noteNetwork(model: tf.LayersModel, lossWeights?: LossWeights): NoteNetwork | undefined {
  const engine = kernelEngine(), stack = stackOf(model);
  if (!engine || !stack || !isForKernel(stack, lossWeights !== undefined)) return;
  const { inputs, layers, heads } = stack;
  const isHead = ({ name, size }: StackHead) => HEAD_SIZES[name] === size;
  if (heads.length !== HEADS.length || !heads.every(isHead)) return;
  const weight = (name: string) => lossWeights?.[name] ?? 1;
  const network = new Network(engine, {
    inputs,
    layers: layers.map(({ cell, units }) => ({ cell, units })),
    heads: heads.map(({ name }) => head(name, weight(name))),
  });
  return new NoteNetwork(network, stack);
}
