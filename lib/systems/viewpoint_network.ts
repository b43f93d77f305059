import * as tf from "@tensorflow/tfjs";
import type { Column, Encoding } from "../encodings/mod.ts";
import { glorotUniform, normal, orthogonal, shiftedLogits, tickingLstm } from "../layers/mod.ts";
import type { Prng } from "../random/mod.ts";
import type { Augmentation } from "../settings/mod.ts";
import { beside, columnInput, everyLstmState } from "./network_parts.ts";

/** Widths of embeddings: of pitches, and of all else. */
const PITCH_EMBEDDING = 24, EMBEDDING = 12;
/** As many classes has a column that moves with the pitches, and is one of pitch classes and none. */
const PITCH_CLASSES = 13;
/** Width of a slow layer. */
const SLOW = 96;
/** Farthest interval from an anchor that has a logit of its own: of pitches in semitones, of times in classes. */
const SEMITONES = 30, TIMES = 20;

/** What {@linkcode viewpointNetwork} is built by. */
export interface ViewpointNetworkOptions {
  /** Its name. */
  name: string;
  /** Events in a window. */
  length: number;
  /** Width of the LSTM and of the heads' layers. */
  units: number;
  /** Rate of dropout of what is learned; of what is heard and known, half of it. */
  dropout: number;
  /** How examples are changed: where something is forgotten, each class that is embedded has one more beside it. */
  augmentation: Augmentation;
  /** Draws the weights. */
  prng: Prng;
}

/**
 * A network that derives from the columns of an encoding, whatever they are.
 *
 * One LSTM hears what columns say of each event: classes embedded, numbers as they are. A head of two layers says each
 * of the said columns. It reads the LSTM's state, what is heard, and of the next event what is known
 * and drawn before its own turn. Columns that serve one head alone (`Column.serves`) stay out of all that: evidence is
 * read by that head, and its logits are a sum of those of the absolute class; of intervals from each of its anchors, or
 * degrees, where the anchor has fewer classes than the head; and of its logs, each times a gate.
 *
 * @param encoding What is heard, known and said, as classes.
 * @returns A model whose inputs are all columns that a head can read, and whose outputs are logits.
 * @throws {RangeError} If nothing is heard that could be remembered, but anchors, logs and evidence at most.
 */
export function viewpointNetwork<Event>(encoding: Encoding<Event>, options: ViewpointNetworkOptions): tf.LayersModel {
  return new ViewpointNetwork(encoding, options).model();
}

/** A column as an input. */
interface Input {
  name: string;
  column: Column;
  tensor: tf.SymbolicTensor;
}

/** Whether a column's classes are pitches. */
function isOfPitches({ transposing, size = 0 }: Column): boolean {
  return transposing !== undefined && size > PITCH_CLASSES;
}

class ViewpointNetwork<Event> {
  readonly #encoding: Encoding<Event>;
  readonly #options: ViewpointNetworkOptions;

  constructor(encoding: Encoding<Event>, options: ViewpointNetworkOptions) {
    this.#encoding = encoding;
    this.#options = options;
  }

  model(): tf.LayersModel {
    const { hears, knows = [], says } = this.#encoding, { name } = this.#options;
    const order = says.map(({ name }) => name);
    const heard = hears.map((column) => this.#input(column.name, column));
    const alone = heard.filter(({ column }) => !column.serves);
    const serving = heard.filter(({ column }) => column.serves);
    const slow = this.#slow(alone), own = alone.filter(({ column }) => column.clock === undefined);
    const past = this.#drop(beside([this.#values(own), ...slow]), this.#options.dropout / 2);
    const soFar = [this.#drop(this.#remembered(past), this.#options.dropout), past];
    const inputs = [...heard], outputs: tf.SymbolicTensor[] = [];
    says.forEach((side, turn) => {
      // What the draw just before has made known.
      const told = knows.filter(({ after = [] }) =>
        turn === Math.max(...after.map((name) => order.indexOf(name)), -1) + 1
      );
      const known = [...turn > 0 ? [says[turn - 1]] : [], ...told].filter(({ serves }) => {
        return !serves || order.indexOf(serves.head) >= turn;
      }).map((column) => this.#input(`next.${column.name}`, column));
      inputs.push(...known);
      serving.push(...known.filter(({ column }) => column.serves));
      const read = known.filter(({ column }) => !column.serves);
      if (read.length > 0) soFar.push(this.#drop(this.#values(read), this.#options.dropout / 2));
      outputs.push(this.#head(side, soFar, serving.filter(({ column }) => column.serves!.head === side.name)));
    });
    return tf.model({
      name: name.replaceAll("-", "_"),
      inputs: inputs.map(({ tensor }) => tensor),
      outputs,
    });
  }

  /** For each clock, a layer that hears what columns say at its ticks. */
  #slow(heard: readonly Input[]): tf.SymbolicTensor[] {
    const { dropout, prng } = this.#options;
    const clocks = new Set(heard.flatMap(({ column }) => column.clock ?? []));
    return [...clocks].map((clock) => {
      const said = this.#values(heard.filter(({ column }) => column.clock === clock));
      const { tensor } = heard.find(({ name }) => name === clock)!;
      const layer = tickingLstm({
        name: `slow.${clock}`,
        units: SLOW,
        kernelInitializer: glorotUniform(prng),
        recurrentInitializer: orthogonal(prng),
      });
      return layer.apply([this.#drop(said, dropout / 2), tensor]) as tf.SymbolicTensor;
    });
  }

  #remembered(heard: tf.SymbolicTensor): tf.SymbolicTensor {
    const { units, prng } = this.#options;
    return everyLstmState(heard, units, prng, { name: "lstm", unitForgetBias: true });
  }

  /** A head: two layers, the second beside the first, and logits that are a sum. */
  #head(
    side: Column,
    soFar: readonly tf.SymbolicTensor[],
    serving: readonly Input[],
  ): tf.SymbolicTensor {
    const { units, dropout } = this.#options, { name } = side, classes = side.size!;
    const evidence = serving.filter(({ column }) => column.serves!.as === "evidence").map(({ tensor }) => tensor);
    const first = this.#drop(this.#hidden(beside([...soFar, ...evidence]), units), dropout);
    const second = this.#drop(this.#hidden(first, units), dropout);
    const said = tf.layers.add().apply([first, second]) as tf.SymbolicTensor;
    const terms = serving.flatMap(({ column, tensor }) => {
      const { as } = column.serves!;
      if (as === "anchor") return [this.#shifted(said, side, column, tensor)];
      return as === "logs" ? [this.#weighed(said, tensor)] : [];
    });
    if (terms.length === 0) return this.#logits(said, classes, name);
    return tf.layers.add({ name }).apply([this.#logits(said, classes), ...terms]) as tf.SymbolicTensor;
  }

  /** Logits of intervals from an anchor, as far as each has one of its own; or of degrees. */
  #shifted(said: tf.SymbolicTensor, side: Column, anchor: Column, from: tf.SymbolicTensor): tf.SymbolicTensor {
    const classes = side.size!, size = anchor.size!;
    const farthest = Math.min(isOfPitches(side) ? SEMITONES : TIMES, classes - 1);
    const layer = shiftedLogits(size < classes ? { classes, modulo: size } : { classes, farthest });
    return layer.apply([this.#logits(said, layer.width), from]) as tf.SymbolicTensor;
  }

  #weighed(said: tf.SymbolicTensor, logs: tf.SymbolicTensor): tf.SymbolicTensor {
    return tf.layers.multiply().apply([this.#logits(said, 1), logs]) as tf.SymbolicTensor;
  }

  #input(name: string, column: Column): Input {
    return { name, column, tensor: columnInput(name, column, this.#options.length) };
  }

  /** Classes embedded and numbers as they are, beside each other. */
  #values(inputs: readonly Input[]): tf.SymbolicTensor {
    const forgotten = (this.#options.augmentation.forget ?? 0) > 0 ? 1 : 0;
    return beside(inputs.map(({ name, column, tensor }) => {
      if (column.size === undefined) return tensor;
      return tf.layers.embedding({
        name: `embedding.${name}`,
        inputDim: column.size + forgotten,
        outputDim: isOfPitches(column) ? PITCH_EMBEDDING : EMBEDDING,
        embeddingsInitializer: normal(this.#options.prng, 0.4),
      }).apply(tensor) as tf.SymbolicTensor;
    }));
  }

  #logits(said: tf.SymbolicTensor, units: number, name?: string): tf.SymbolicTensor {
    const kernelInitializer = normal(this.#options.prng, 0.3 / Math.sqrt(this.#options.units));
    return tf.layers.dense({ name, units, kernelInitializer }).apply(said) as tf.SymbolicTensor;
  }

  #hidden(from: tf.SymbolicTensor, units: number): tf.SymbolicTensor {
    const kernelInitializer = glorotUniform(this.#options.prng);
    return tf.layers.dense({ units, activation: "gelu", kernelInitializer }).apply(from) as tf.SymbolicTensor;
  }

  #drop(from: tf.SymbolicTensor, rate: number): tf.SymbolicTensor {
    return tf.layers.dropout({ rate }).apply(from) as tf.SymbolicTensor;
  }
}
