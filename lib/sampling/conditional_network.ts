import * as tf from "@tensorflow/tfjs";
import type { AroundEncoding, Moment, Values } from "../encodings/mod.ts";
import { type Head, HEADS } from "../heads/mod.ts";
import { Graph, kernelEngine } from "../kernels/mod.ts";
import { accelerate, applyModel, graphOf } from "../layers/mod.ts";
import { checkOptions, type Kind, kinds } from "../options/mod.ts";
import type { ConditionalModel } from "../systems/mod.ts";
import { matchOf } from "../training/mod.ts";

/** Options of {@linkcode conditionalNetwork}. */
export interface ConditionalNetworkOptions {
  /** What a table of results calls it. */
  name: string;
  /** What it hears and says: as in the windows that it learned from. */
  encoding: AroundEncoding;
  /** Its heads, voice by voice; each is an output of the model. */
  heads: readonly Head[];
}

/** A {@linkcode ConditionalModel} that holds memory of the kernel. */
export interface ConditionalNetwork extends ConditionalModel {
  /** Frees what it holds; the `tf.LayersModel` stays. */
  dispose(): void;
}

/** Frames that are asked for together, and frames that are heard to each side of them, if there are as many. */
const BLOCK = 64, CONTEXT = 32;
/** Blocks that are computed at once. */
const BATCH = 16;

/**
 * A network that fills in, such as DeepBach's.
 *
 * One pass of a voice's network names all of its cells. Frames are asked for in blocks of four bars, side by side in a
 * batch, each with two bars more to either side; so a cell hears at least two bars to each side, and at most six.
 *
 * @param model It goes by the weights that it has now.
 * @throws {TypeError} If an option is missing or of the wrong type, or the model lacks a head or has an input that the
 * encoding has nothing for.
 */
export function conditionalNetwork(model: tf.LayersModel, options: ConditionalNetworkOptions): ConditionalNetwork {
  const { name, encoding, heads } = checkOptions("fill in", options, {
    name: { words: "a string", hasType: (value) => typeof value === "string" },
    encoding: kinds.object("an encoding") as Kind<AroundEncoding>,
    heads: HEADS,
  });
  matchOf(model, { length: 0, encoding }, heads);
  accelerate(model);
  const voices: (VoiceNetwork | undefined)[] = heads.map(() => undefined);
  return {
    name,
    heads,
    cells: encoding.cells,
    masks: encoding.masks,
    get parameters() {
      return model.countParams();
    },
    given(chorale, voice, from = 0, to = chorale.frames.length, unknown) {
      voices[voice] ??= new VoiceNetwork(model, heads[voice]);
      const blocks: Block[] = [];
      for (let first = from; first < to; first += BLOCK) {
        const end = Math.min(to, first + BLOCK);
        blocks.push({
          ...{ first, end },
          begins: Math.max(0, first - CONTEXT),
          ends: Math.min(chorale.frames.length, end + CONTEXT),
        });
      }
      const rows = rowsOf(encoding, { chorale, unknown }, blocks);
      const said: Float32Array[] = [];
      for (let i = 0; i < blocks.length; i += BATCH) said.push(...voices[voice].say(rows, blocks.slice(i, i + BATCH)));
      return said;
    },
    dispose() {
      voices.forEach((voice, i) => {
        voice?.dispose();
        voices[i] = undefined;
      });
    },
  };
}

/** Frames that are asked for, and those that are heard. */
interface Block {
  first: number;
  end: number;
  begins: number;
  ends: number;
}

/** What is heard for each frame, by the frame. */
type Rows = ReadonlyMap<number, Values>;

function rowsOf(encoding: AroundEncoding, asked: Omit<Moment, "at">, blocks: readonly Block[]): Rows {
  const listener = encoding.listen(asked.chorale.name), rows = new Map<number, Values>();
  // A frame's row is what is heard at the moment before it.
  for (const { begins, ends } of blocks) {
    for (let t = begins; t < ends; t++) if (!rows.has(t)) rows.set(t, listener.hear({ ...asked, at: t - 1 }));
  }
  return rows;
}

/** The network of one voice: the part of the model that its output needs. */
class VoiceNetwork {
  readonly #model: tf.LayersModel;
  readonly #width: number;
  readonly #graph?: Graph;

  constructor(model: tf.LayersModel, { name, width }: Head) {
    const output = model.outputs[model.outputNames.indexOf(name)];
    const part = tf.model({ inputs: neededInputs(output), outputs: output });
    this.#model = part;
    this.#width = width;
    const engine = kernelEngine(), { graph } = graphOf(part, { every: true });
    if (!engine || !graph) return;
    this.#graph = new Graph(engine, graph.shape);
    this.#graph.weights = graph.variables.map((variable) => variable.dataSync() as Float32Array);
  }

  /** What it says of the frames that blocks ask for. */
  say(rows: Rows, blocks: readonly Block[]): Float32Array[] {
    const { inputNames } = this.#model, size = blocks.length;
    const lengths = Int32Array.from(blocks, ({ begins, ends }) => ends - begins), steps = Math.max(...lengths);
    const columns = inputNames.map((name) => {
      const column = new Int32Array(size * steps);
      blocks.forEach(({ begins, ends }, i) => {
        for (let t = begins; t < ends; t++) column[i * steps + t - begins] = rows.get(t)![name] as number;
      });
      return column;
    });
    const said = this.#compute(columns, size, steps, lengths), width = this.#width;
    return blocks.flatMap(({ first, end, begins }, i) =>
      Array.from({ length: end - first }, (_, k) => {
        const at = (i * steps + first - begins + k) * width;
        return said.subarray(at, at + width);
      })
    );
  }

  #compute(columns: readonly Int32Array[], size: number, steps: number, lengths: Int32Array): Float32Array {
    const { inputNames } = this.#model;
    if (this.#graph) {
      const named = <Value>(values: readonly Value[]) =>
        Object.fromEntries(inputNames.map((name, i) => [name, values[i]]));
      const masked = lengths.some((length) => length < steps);
      const batch = { size, inputs: named(columns), steps: named(columns.map(() => steps)) };
      return this.#graph.predict({ ...batch, ...masked && { lengths } })[0];
    }
    return tf.tidy(() => {
      const tensors = columns.map((column) => tf.tensor2d(column, [size, steps], "int32"));
      return applyModel(this.#model, tensors, { training: false, every: true, lengths })[0].dataSync() as Float32Array;
    });
  }

  dispose(): void {
    this.#graph?.dispose();
  }
}

/** The inputs that an output is computed from. */
function neededInputs(output: tf.SymbolicTensor): tf.SymbolicTensor[] {
  const inputs = new Set<tf.SymbolicTensor>(), seen = new Set<number>();
  const visit = (tensor: tf.SymbolicTensor) => {
    if (seen.has(tensor.id)) return;
    seen.add(tensor.id);
    const { sourceLayer, nodeIndex } = tensor;
    if (sourceLayer.getClassName() === "InputLayer") inputs.add(tensor);
    else sourceLayer.inboundNodes[nodeIndex].inputTensors.forEach(visit);
  };
  visit(output);
  return [...inputs];
}
