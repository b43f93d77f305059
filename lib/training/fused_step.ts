import type * as tf from "@tensorflow/tfjs";
import type { Head } from "../heads/mod.ts";
import { type Engine, Graph, type GraphBatch, type GraphShape, kernelEngine } from "../kernels/mod.ts";
import { graphOf, type ModelGraph } from "../layers/mod.ts";
import type { Supervision } from "../settings/mod.ts";
import type { Batch } from "../windows/mod.ts";
import { lastTargets, type LossWeights } from "./losses.ts";
import type { Match } from "./match.ts";
import { KERAS_ADAM } from "./optimiser.ts";
import type { HeadLosses, TrainingStep, TrainingStepOptions } from "./training_step.ts";
import { trainableVariables, weightsInto } from "./weights.ts";

/**
 * A step that the kernel computes as a whole: forwards, losses, backwards and
 * Adam in one call, on weights of its own, which `writeModel` puts into the
 * model.
 *
 * @param model Any model.
 * @param options What a step is made with.
 * @returns The step; or, where there is a kernel and it cannot train this model, one line that says what is in the way.
 */
export function fusedStep(
  model: tf.LayersModel,
  options: TrainingStepOptions,
): { step?: TrainingStep; obstacle?: string } {
  const engine = kernelEngine();
  if (!engine) return {};
  const { heads, supervision, weightDecay = 0, averageDecay = 0, clipNorm } = options;
  const frozen = model.layers.find((layer) => layer.weights.length > 0 && layer.trainable === false);
  if (frozen) return { obstacle: `layer "${frozen.name}" is not trainable` };
  const foreign = heads.find(({ kernel }) => !kernel);
  if (foreign) return { obstacle: `head "${foreign.name}" has a loss that the kernel does not have` };
  const { graph, obstacle } = graphOf(model, { every: supervision === "every" });
  if (!graph) return { obstacle };

  const { variables } = graph;
  let learner: HeadGraph;
  try {
    learner = new HeadGraph(engine, model, graph, options, supervision);
  } catch (error) {
    // What the kernel refuses, tfjs may know.
    if (error instanceof RangeError || error instanceof TypeError) return { obstacle: error.message };
    throw error;
  }
  // Made when events are measured otherwise than they are learned from; its weights follow.
  let measurer: HeadGraph | undefined;
  let isBehind = true;
  const measurerAt = (at: Supervision): HeadGraph => {
    if (at === supervision) return learner;
    measurer ??= new HeadGraph(engine, model, graphOf(model, { every: at === "every" }).graph!, options, at);
    if (isBehind) measurer.weightsOf(learner);
    isBehind = false;
    return measurer;
  };
  const readModel = () => {
    learner.graph.weights = variables.map((variable) => variable.dataSync() as Float32Array);
    isBehind = true;
  };
  readModel();
  // A checkpoint has the optimiser's state in the order of the model's weights, whichever step has made it.
  const order = trainableVariables(model).map((variable) => variables.indexOf(variable));
  const inModelsOrder = (arrays: readonly Float32Array[]) => order.map((index) => arrays[index]);
  const inGraphsOrder = (arrays: readonly Float32Array[]) => variables.map((_, index) => arrays[order.indexOf(index)]);
  let iterations = 0;
  const step: TrainingStep = {
    run(batch, { learningRate, dropoutSeed }) {
      const { beta1, beta2, epsilon } = KERAS_ADAM;
      const iteration = iterations + 1;
      // Keras adds epsilon before it corrects the bias of the root, the kernel after.
      const corrected = epsilon / Math.sqrt(1 - beta2 ** iteration);
      const adam = { learningRate, beta1, beta2, epsilon: corrected, iteration, clipNorm, weightDecay };
      const losses = learner.lossesOf(
        learner.graph.train(
          { ...learner.batch(batch), dropoutSeed },
          averageDecay > 0 ? { ...adam, average: averageDecay } : adam,
        ),
      );
      // Where one is not finite, the graph has stayed as it was.
      if (Object.values(losses).every(Number.isFinite)) iterations = iteration;
      isBehind = true;
      return losses;
    },
    measure(batch, at) {
      const by = measurerAt(at);
      return by.lossesOf(by.graph.evaluate(by.batch(batch)));
    },
    readModel,
    writeModel: () => weightsInto(variables, learner.graph.weights),
    getState() {
      const { graph: { average, moments } } = learner;
      const [means, squares] = moments.map(inModelsOrder);
      return { iterations, means, squares, ...average && { average: inModelsOrder(average) } };
    },
    setState({ means, squares, average, ...state }) {
      learner.graph.moments = [inGraphsOrder(means), inGraphsOrder(squares)];
      learner.graph.average = average && inGraphsOrder(average);
      iterations = state.iterations;
    },
    dispose() {
      learner.graph.dispose();
      measurer?.graph.dispose();
    },
  };
  return { step };
}

/** A model's graph with the losses of its heads, at every step or at the last. */
class HeadGraph {
  readonly graph: Graph;
  readonly #heads: readonly Head[];
  /** What the nodes of inputs are called, and the batch's columns for them. */
  readonly #inputs: [node: string, column: string][];
  readonly #at: Supervision;

  constructor(
    engine: Engine,
    model: tf.LayersModel,
    { shape }: ModelGraph,
    { heads, lossWeights, match }: { heads: readonly Head[]; lossWeights: LossWeights; match: Match },
    at: Supervision,
  ) {
    this.#heads = heads;
    this.#at = at;
    this.#inputs = match.inputs.map((column, i) => [model.inputNames[i], column]);
    this.graph = new Graph(engine, withLosses(model, shape, heads, lossWeights, at));
  }

  /** Takes the weights of another graph of the same model. */
  weightsOf({ graph }: HeadGraph): void {
    this.graph.weights = graph.weights;
  }

  /** A batch as the graph takes it. */
  batch(batch: Batch): GraphBatch {
    const { size, inputs, steps, lengths } = batch;
    const named = <Value>(values: Readonly<Record<string, Value>>) =>
      Object.fromEntries(this.#inputs.map(([node, column]) => [node, values[column]]));
    const targets = this.#heads.map(({ name }) => [
      name,
      this.#at === "every" ? batch.targets[name] : lastTargets(batch, name),
    ]);
    return { size, inputs: named(inputs), steps: named(steps), targets: Object.fromEntries(targets), lengths };
  }

  /** The losses by the names of the heads. */
  lossesOf(losses: Float64Array): HeadLosses {
    return Object.fromEntries(this.#heads.map(({ name }, i) => [name, losses[i]]));
  }
}

/** The shape with a loss for each head; where a model answers at every step, at the last one if only that counts. */
function withLosses(
  model: tf.LayersModel,
  shape: GraphShape,
  heads: readonly Head[],
  lossWeights: LossWeights,
  at: Supervision,
): GraphShape {
  const nodes = [...shape.nodes];
  const losses = heads.map(({ name, kernel }) => {
    const answersEvery = model.outputs[model.outputNames.indexOf(name)].rank === 3;
    const isLast = answersEvery && at === "last", node = isLast ? `${name}/last` : name;
    if (isLast) nodes.push({ name: node, from: [name], op: "last" });
    return { node, target: name, ...kernel!, weight: lossWeights[name] };
  });
  return { ...shape, nodes, losses };
}
