import * as tf from "@tensorflow/tfjs";
import { type Curve, CURVES, type GraphNode, type GraphOperation, type GraphShape, isCurve } from "../kernels/mod.ts";
import { isTrivialReshape, statesToSay } from "./every_step.ts";
import { cellObstacle, cellOf } from "./recurrent_layer.ts";
import { RelativeAttention } from "./relative_attention.ts";
import { ReverseSteps } from "./reverse_steps.ts";
import type { RecurrentLayer } from "./run_on_kernel.ts";
import { ShiftedLogits } from "./shifted_logits.ts";
import { TickingLstm } from "./ticking_lstm.ts";

/** A model as the kernel computes it. */
export interface ModelGraph {
  /** Without losses. Its outputs, and the nodes of its inputs, have the names that they have in the model. */
  shape: GraphShape;
  /** What its weights are in the model, in their order. */
  variables: readonly tf.Variable[];
}

/** Options of {@linkcode graphOf}. */
export interface GraphOfOptions {
  /**
   * Whether a model that names what comes after a window should name what comes after each event of it.
   *
   * @default false
   */
  every?: boolean;
}

/**
 * Takes a model apart, into what the kernel's graph computes as a whole.
 *
 * It may be made of inputs of classes and of numbers, `embedding`, `dense`
 * (linear, relu, gelu, tanh, sigmoid; `timeDistributed` too), `lstm` and `gru`
 * (the last state or all, `goBackwards`, and `bidirectional` of last states),
 * `dropout`, `layerNormalization`, `concatenate`, `add`, `multiply`,
 * `activation`, `flatten` and `reshape` that take away an axis of length 1, and of
 * `relativeAttention`, `reverseSteps`, `shiftedLogits` and `tickingLstm`. A layer may be used more than once.
 *
 * @param model Any model.
 * @returns The graph; or, where there is none, one line that says which layer is the reason, and what to write instead.
 */
export function graphOf(
  model: tf.LayersModel,
  options: GraphOfOptions = {},
): { graph?: ModelGraph; obstacle?: string } {
  const { every = false } = options;
  if (!(model instanceof tf.LayersModel)) return { obstacle: "it is not a tf.LayersModel" };
  const { states, obstacle } = every ? statesToSay(model) : { states: new Set<number>() };
  if (obstacle) return { obstacle };
  const builder = new GraphBuilder(model, states);
  try {
    return { graph: builder.build() };
  } catch (error) {
    if (error instanceof Obstacle) return { obstacle: error.message };
    throw error;
  }
}

/** Why a layer is none for the graph. */
class Obstacle extends Error {
  constructor(layer: tf.layers.Layer, reason: string) {
    super(`layer "${layer.name}" ${reason}`);
  }
}

/** A call of a layer, with its place in the graph. */
interface Call {
  layer: tf.layers.Layer;
  inputs: readonly tf.SymbolicTensor[];
  output: tf.SymbolicTensor;
}

class GraphBuilder {
  readonly #model: tf.LayersModel;
  /** Ids of the tensors that are wanted of every step. */
  readonly #states: ReadonlySet<number>;
  readonly #nodes: GraphNode[] = [];
  readonly #variables: tf.Variable[] = [];
  readonly #weights: { name: string; shape: readonly number[] }[] = [];
  /** Names of the nodes that are made, by the ids of their tensors. */
  readonly #made = new Map<number, string>();
  readonly #counts = new Map<string, number>();

  constructor(model: tf.LayersModel, states: ReadonlySet<number>) {
    this.#model = model;
    this.#states = states;
  }

  build(): ModelGraph {
    const { inputs, inputNames, outputs, outputNames } = this.#model;
    inputs.forEach((input, i) => this.#input(input, inputNames[i]));
    outputs.forEach((output) => this.#node(output));
    const shape = { nodes: this.#nodes, weights: this.#weights, outputs: outputNames, losses: [] };
    return { shape, variables: this.#variables };
  }

  #input(input: tf.SymbolicTensor, name: string): void {
    const { dtype, shape, sourceLayer } = input;
    const classes = this.#classesOf(input);
    if (classes === undefined && dtype !== "float32") {
      throw new Obstacle(
        sourceLayer,
        "is an input of classes that no embedding, no shiftedLogits and no tickingLstm reads",
      );
    }
    if (shape.length > 3 || (classes !== undefined && shape.length > 2)) {
      throw new Obstacle(
        sourceLayer,
        `is an input of shape [${shape.map((size) => size ?? "?")}], with an axis too many`,
      );
    }
    const width = classes === undefined ? shape.at(-1) : 1;
    if (width == null || shape.length < 2 && classes === undefined) {
      throw new Obstacle(sourceLayer, "is an input whose width is not said");
    }
    this.#add(input, name, [], { op: "input", ...classes !== undefined && { classes }, width });
  }

  /** How many classes an input has, by what reads it; nothing if nothing reads classes of it. */
  #classesOf(input: tf.SymbolicTensor): number | undefined {
    const sizes = this.#model.layers.flatMap((layer) =>
      layer.inboundNodes.flatMap(({ inputTensors }) => {
        const at = inputTensors.indexOf(input);
        if (at < 0) return [];
        if (layer.getClassName() === "Embedding") return [(layer.getConfig() as { inputDim: number }).inputDim];
        if (layer instanceof TickingLstm && at === 1) return [2];
        return layer instanceof ShiftedLogits && at === 1 ? [layer.classes] : [];
      })
    );
    return sizes.length > 0 ? Math.max(...sizes) : undefined;
  }

  /** The node of a tensor, made when it is first asked for. */
  #node(tensor: tf.SymbolicTensor): string {
    const made = this.#made.get(tensor.id);
    if (made !== undefined) return made;
    const layer = tensor.sourceLayer;
    const { inputTensors, callArgs } = layer.inboundNodes[tensor.nodeIndex];
    if (layer instanceof tf.LayersModel) throw new Obstacle(layer, "is a model inside the model: write its layers out");
    if (Object.keys(callArgs ?? {}).length > 0) throw new Obstacle(layer, "is called with more than its inputs");
    const call = { layer, inputs: inputTensors, output: tensor };
    const make = OPERATIONS[layer.getClassName()];
    if (!make) throw new Obstacle(layer, `is a ${layer.getClassName()}, which the kernel does not have`);
    return make(this, call);
  }

  /** The nodes that a call reads. */
  from({ inputs }: Call): string[] {
    return inputs.map((input) => this.#node(input));
  }

  /** Adds a call's own node, under its output's name in the model or under one that does not hang on tfjs's numbering. */
  add(call: Call, from: readonly string[], operation: GraphOperation): string {
    const at = this.#model.outputs.findIndex(({ id }) => id === call.output.id);
    const name = at < 0 ? this.#inner(operation.op) : this.#model.outputNames[at];
    return this.#add(call.output, name, from, operation);
  }

  /** Adds a node that is only a part of what a layer does. */
  addPart(from: readonly string[], operation: GraphOperation): string {
    const name = this.#inner(operation.op);
    this.#nodes.push({ name, from, ...operation });
    return name;
  }

  /** Says that a call does nothing to a node. */
  same(call: Call, node: string): string {
    const isOutput = this.#model.outputs.some(({ id }) => id === call.output.id);
    if (isOutput) return this.add(call, [node], { op: "activation", activation: "linear" });
    this.#made.set(call.output.id, node);
    return node;
  }

  #add(tensor: tf.SymbolicTensor, name: string, from: readonly string[], operation: GraphOperation): string {
    if (this.#nodes.some((node) => node.name === name)) {
      throw new Obstacle(tensor.sourceLayer, `has a name, "${name}", that is taken`);
    }
    this.#nodes.push({ name, from, ...operation });
    this.#made.set(tensor.id, name);
    return name;
  }

  #inner(op: string): string {
    const count = (this.#counts.get(op) ?? 0) + 1;
    this.#counts.set(op, count);
    // A slash, which no layer's name may have.
    return `${op}/${count}`;
  }

  /** The place of a weight, which two layers may share. */
  weight(weight: tf.LayerVariable): number {
    // What reads as a tensor is the variable itself.
    const variable = weight.read() as tf.Variable;
    const at = this.#variables.indexOf(variable);
    if (at >= 0) return at;
    this.#variables.push(variable);
    return this.#weights.push({ name: weight.originalName, shape: variable.shape }) - 1;
  }

  /** Whether what stands once in the model is made at every step here. */
  get speaksAtEveryStep(): boolean {
    return this.#states.size > 0;
  }

  /** Whether a recurrent layer's states are all wanted. */
  isEvery({ layer, output }: Call): boolean {
    return (layer as RecurrentLayer).returnSequences || this.#states.has(output.id);
  }
}

/** How the calls of each class of layers become nodes. */
const OPERATIONS: Record<string, (graph: GraphBuilder, call: Call) => string> = {
  Embedding(graph, call) {
    const { maskZero } = call.layer.getConfig();
    if (maskZero) throw new Obstacle(call.layer, "has maskZero: leave it out, windows have lengths");
    if (call.inputs[0].sourceLayer.getClassName() !== "InputLayer") {
      throw new Obstacle(call.layer, "embeds something that is not an input");
    }
    return graph.add(call, graph.from(call), { op: "embedding", weights: [graph.weight(call.layer.weights[0])] });
  },
  Dense: (graph, call) => dense(graph, call, call.layer),
  TimeDistributed(graph, call) {
    const { layer } = call.layer as unknown as { layer: tf.layers.Layer };
    if (layer.getClassName() !== "Dense") {
      throw new Obstacle(call.layer, "has something else than a dense layer inside");
    }
    return dense(graph, call, layer);
  },
  LSTM: recurrent,
  GRU: recurrent,
  TickingLstm(graph, call) {
    if (call.inputs[1].sourceLayer.getClassName() !== "InputLayer") {
      throw new Obstacle(call.layer, "ticks by something that is not an input");
    }
    const [kernel, recurrentKernel, bias] = call.layer.weights.map((weight) => graph.weight(weight));
    const weights = [kernel, recurrentKernel, bias] as const;
    return graph.add(call, graph.from(call), { op: "lstm", weights, every: true, backwards: false });
  },
  Bidirectional(graph, call) {
    const { forwardLayer, backwardLayer, mergeMode, returnSequences } = call.layer as unknown as {
      forwardLayer: RecurrentLayer;
      backwardLayer: RecurrentLayer;
      mergeMode: string | null;
      returnSequences: boolean;
    };
    if (returnSequences) {
      const instead = "write an lstm, one with goBackwards and reverseSteps after it";
      throw new Obstacle(
        call.layer,
        `returns the states of every step, of which the kernel has one way only: ${instead}`,
      );
    }
    const merge = { concat: "concatenate", sum: "add", mul: "multiply" } as const;
    const op = merge[mergeMode as keyof typeof merge];
    if (!op) throw new Obstacle(call.layer, `has the mergeMode ${mergeMode}: write "concat", "sum" or "mul"`);
    const from = graph.from(call);
    const both = [forwardLayer, backwardLayer].map((layer) =>
      graph.addPart(from, recurrentOperation(graph, { ...call, layer }))
    );
    return graph.add(call, both, { op });
  },
  Dropout(graph, call) {
    const { rate, noiseShape } = call.layer.getConfig() as { rate: number; noiseShape?: unknown };
    if (noiseShape) throw new Obstacle(call.layer, "has a noiseShape: leave it out");
    const from = graph.from(call);
    return rate > 0 ? graph.add(call, from, { op: "dropout", rate }) : graph.same(call, from[0]);
  },
  LayerNormalization(graph, call) {
    const { axis, epsilon, center, scale } = call.layer.getConfig() as Record<string, number>;
    const isLast = [axis].flat().every((one) => one === -1 || one === call.inputs[0].rank - 1);
    if (!isLast) throw new Obstacle(call.layer, "normalises along another axis than the last: write axis: -1");
    if (!center || !scale) throw new Obstacle(call.layer, "lacks its gamma or beta: write center: true, scale: true");
    const from = graph.from(call), [gamma, beta] = call.layer.weights.map((weight) => graph.weight(weight));
    return graph.add(call, from, { op: "layerNormalization", weights: [gamma, beta], epsilon });
  },
  Concatenate(graph, call) {
    const { axis } = call.layer.getConfig() as { axis: number };
    if (axis !== -1 && axis !== call.output.rank - 1) {
      throw new Obstacle(call.layer, "joins along another axis than the last: write axis: -1");
    }
    return graph.add(call, graph.from(call), { op: "concatenate" });
  },
  Add: (graph, call) => graph.add(call, graph.from(call), { op: "add" }),
  Multiply: (graph, call) => graph.add(call, graph.from(call), { op: "multiply" }),
  Activation: (graph, call) => graph.add(call, graph.from(call), { op: "activation", activation: curveOf(call) }),
  ReLU(graph, call) {
    if (call.layer.getConfig().maxValue != null) throw new Obstacle(call.layer, "has a maxValue: leave it out");
    return graph.add(call, graph.from(call), { op: "activation", activation: "relu" });
  },
  Flatten: reshape,
  Reshape: reshape,
  RelativeAttention(graph, call) {
    const { heads, weights } = call.layer as RelativeAttention;
    return graph.add(call, graph.from(call), { op: "attention", heads, weights: [graph.weight(weights[0])] });
  },
  [ReverseSteps.className]: (graph, call) => graph.add(call, graph.from(call), { op: "reverse" }),
  ShiftedLogits(graph, call) {
    const { classes, modulo, farthest } = call.layer as ShiftedLogits;
    const [logits, anchor] = call.inputs;
    if (anchor.sourceLayer.getClassName() !== "InputLayer") {
      throw new Obstacle(call.layer, "is counted from something that is not an input");
    }
    const [shifted, from] = graph.from(call);
    const isOnce = !graph.speaksAtEveryStep && logits.rank === 2 && anchor.rank === 2 && anchor.shape[1] !== 1;
    const given = isOnce ? graph.addPart([from], { op: "last" }) : from;
    return graph.add(call, [shifted, given], {
      op: "shift",
      classes,
      ...modulo === undefined ? { farthest } : { modulo },
    });
  },
};

function dense(graph: GraphBuilder, call: Call, layer: tf.layers.Layer): string {
  const from = graph.from(call), [kernel, bias] = layer.weights.map((weight) => graph.weight(weight));
  const weights = bias === undefined ? [kernel] as const : [kernel, bias] as const;
  return graph.add(call, from, { op: "dense", weights, activation: curveOf({ ...call, layer }) });
}

function curveOf({ layer }: Call): Curve {
  const name = (layer as unknown as { activation: tf.serialization.Serializable }).activation?.getClassName() ??
    "linear";
  if (isCurve(name)) return name;
  const instead = name === "softmax"
    ? 'write "linear", the loss takes logits'
    : name === "gelu_new"
    ? 'write "gelu"'
    : `the kernel has ${CURVES.join(", ")}`;
  throw new Obstacle(layer, `has the activation ${name}: ${instead}`);
}

function recurrent(graph: GraphBuilder, call: Call): string {
  return graph.add(call, graph.from(call), recurrentOperation(graph, call));
}

function recurrentOperation(graph: GraphBuilder, call: Call): GraphOperation {
  const layer = call.layer as RecurrentLayer;
  const reason = cellObstacle(layer, true);
  if (reason) throw new Obstacle(layer, reason);
  if (layer.returnState || call.inputs.length > 1) throw new Obstacle(layer, "takes or gives its state");
  if (layer.stateful) throw new Obstacle(layer, "is stateful: leave it out");
  const { kernel, recurrentKernel, bias } = layer.cell;
  if (!bias) throw new Obstacle(layer, "has no bias: write useBias: true");
  return {
    op: cellOf(layer)!,
    weights: [graph.weight(kernel), graph.weight(recurrentKernel), graph.weight(bias)],
    every: graph.isEvery(call),
    backwards: layer.goBackwards,
  };
}

function reshape(graph: GraphBuilder, call: Call): string {
  const { shape } = call.inputs[0];
  if (!isTrivialReshape(shape, call.output.shape)) {
    const [before, after] = [shape, call.output.shape].map((sizes) => `[${sizes.map((size) => size ?? "?")}]`);
    throw new Obstacle(call.layer, `makes ${after} of ${before}: the kernel's tensors are [batch, steps, width]`);
  }
  return graph.same(call, graph.from(call)[0]);
}
