/** Models of every kind that the kernel knows, as a person puts them together in a cell. */

import * as tf from "@tensorflow/tfjs";
import { gru, lstm, relativeAttention, reverseSteps, shiftedLogits, tickingLstm } from "../../lib/layers/mod.ts";
import { gaussian, seeded } from "../../lib/random/mod.ts";

type Symbolic = tf.SymbolicTensor;

/** Steps of a window. */
export const LENGTH = 6;
/** Classes of the input `heard.pitch`, and of the head `pitch`. */
export const PITCHES = 7;
/** Classes of the input `place`. */
export const PLACES = 4;
/** Classes of an input. */
export const classesOf = (input: string): number => ({ place: PLACES, ticks: 2 })[input] ?? PITCHES;

const on = (layer: tf.layers.Layer, x: Symbolic | Symbolic[]) => layer.apply(x) as Symbolic;
const pitch = () => tf.input({ shape: [null], dtype: "int32", name: "heard.pitch" });
const place = () => tf.input({ shape: [null], dtype: "int32", name: "place" });
const times = () => tf.input({ shape: [null, 2], name: "times" });
const embedded = (x: Symbolic, classes: number, width: number) =>
  on(tf.layers.embedding({ inputDim: classes, outputDim: width }), x);
const dense = (units: number, x: Symbolic, args: Partial<Parameters<typeof tf.layers.dense>[0]> = {}) =>
  on(tf.layers.dense({ units, ...args }), x);
const joined = (...all: Symbolic[]) => on(tf.layers.concatenate(), all);
const recurrent = { recurrentActivation: "sigmoid", recurrentInitializer: "glorotUniform" } as const;

/** Embedded classes beside numbers, two recurrent layers, dropout between; heads on the last state. */
function classes(): tf.LayersModel {
  const inputs = [pitch(), times()];
  const low = on(
    lstm({ ...recurrent, units: 6, returnSequences: true }),
    joined(embedded(inputs[0], PITCHES, 4), inputs[1]),
  );
  const high = on(gru({ ...recurrent, units: 5 }), on(tf.layers.dropout({ rate: 0.3 }), low));
  return tf.model({ inputs, outputs: [dense(PITCHES, high, { name: "pitch" }), dense(1, high, { name: "step" })] });
}

/** A gated residual network that answers at every step, with a chained head. */
function chained(): tf.LayersModel {
  const inputs = [pitch(), tf.input({ shape: [null], dtype: "int32", name: "next.pitch" })];
  const heard = embedded(inputs[0], PITCHES, 6);
  const states = on(gru({ ...recurrent, units: 6, returnSequences: true }), heard);
  const gate = dense(6, heard, { activation: "sigmoid" });
  const summed = on(tf.layers.add(), [heard, on(tf.layers.multiply(), [gate, states])]);
  const normal = on(tf.layers.layerNormalization(), summed);
  const said = on(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: PITCHES }), name: "pitch" }), normal);
  const wide = dense(8, joined(normal, embedded(inputs[1], PITCHES, 3)), { activation: "gelu" });
  return tf.model({ inputs, outputs: [said, dense(1, on(tf.layers.dropout({ rate: 0.2 }), wide), { name: "step" })] });
}

/** Two layers of attention, as Music Transformer has them. */
function attention(): tf.LayersModel {
  const inputs = [pitch()];
  let x = embedded(inputs[0], PITCHES, 8);
  for (let layer = 0; layer < 2; layer++) {
    const normal = on(tf.layers.layerNormalization(), x);
    const [queries, keys, values] = [1, 2, 3].map(() => dense(8, normal, { useBias: false }));
    const seen = dense(8, on(relativeAttention({ heads: 2, distances: 4 }), [queries, keys, values]));
    x = on(tf.layers.add(), [x, on(tf.layers.dropout({ rate: 0.1 }), seen)]);
    const wide = dense(16, on(tf.layers.layerNormalization(), x), { activation: "relu" });
    x = on(tf.layers.add(), [x, dense(8, wide)]);
  }
  return tf.model({ inputs, outputs: dense(PITCHES, x, { name: "pitch" }) });
}

/** Logits that are sums: of pitches, of intervals from the last pitch, of degrees of a scale on a place. */
function sums(): tf.LayersModel {
  const inputs = [pitch(), place(), times()];
  const state = on(lstm({ ...recurrent, units: 7 }), inputs[2]);
  const intervals = on(shiftedLogits({ classes: PITCHES }), [dense(2 * PITCHES - 1, state), inputs[0]]);
  const degrees = on(shiftedLogits({ classes: PITCHES, modulo: 3 }), [dense(3, state), inputs[1]]);
  const said = on(tf.layers.add({ name: "pitch" }), [dense(PITCHES, state), intervals, degrees]);
  return tf.model({ inputs, outputs: said });
}

/** One voice between what comes before and what comes after it, as DeepBach has it: one table for both sides. */
function between(): tf.LayersModel {
  const inputs = [
    pitch(),
    tf.input({ shape: [null], dtype: "int32", name: "right" }),
    tf.input({ shape: [3], name: "now" }),
  ];
  const table = tf.layers.embedding({ inputDim: PITCHES, outputDim: 4 });
  const left = on(lstm({ ...recurrent, units: 5 }), on(table, inputs[0]));
  const right = on(lstm({ ...recurrent, units: 5, goBackwards: true }), on(table, inputs[1]));
  const both = on(
    tf.layers.bidirectional({ layer: lstm({ ...recurrent, units: 3 }), mergeMode: "sum" }),
    on(table, inputs[0]),
  );
  const now = dense(4, inputs[2], { activation: "tanh" });
  const wide = dense(9, joined(left, right, both, now), { activation: "relu" });
  return tf.model({ inputs, outputs: dense(PITCHES, wide, { name: "pitch" }) });
}

/** A layer that ticks now and then, and says its state to one that hears every event and to the heads. */
function scales(): tf.LayersModel {
  const inputs = [pitch(), tf.input({ shape: [null], dtype: "int32", name: "ticks" }), times()];
  const slow = on(tickingLstm({ units: 5 }), [inputs[2], inputs[1]]);
  const heard = joined(embedded(inputs[0], PITCHES, 4), embedded(inputs[1], 2, 3), slow);
  const fast = on(lstm({ ...recurrent, units: 6, returnSequences: true }), on(tf.layers.dropout({ rate: 0.2 }), heard));
  const both = joined(fast, slow);
  return tf.model({ inputs, outputs: [dense(PITCHES, both, { name: "pitch" }), dense(1, both, { name: "step" })] });
}

/** What comes before and what comes after each step, two layers of each, and heads at every step. */
function around(): tf.LayersModel {
  const inputs = [pitch(), times()];
  const heard = joined(embedded(inputs[0], PITCHES, 4), inputs[1]);
  const every = { ...recurrent, returnSequences: true };
  const left = on(lstm({ ...every, units: 6 }), heard);
  const back = (x: Symbolic) => on(reverseSteps(), on(lstm({ ...every, units: 5, goBackwards: true }), x));
  const right = back(on(tf.layers.dropout({ rate: 0.2 }), back(heard)));
  const both = joined(left, right);
  return tf.model({ inputs, outputs: [dense(PITCHES, both, { name: "pitch" }), dense(1, both, { name: "step" })] });
}

/** Each by what it is. */
export const MIXED: Record<string, () => tf.LayersModel> = {
  classes,
  chained,
  attention,
  sums,
  between,
  scales,
  around,
};

/** A model of a kind, with weights drawn from a seed. */
export function mixedModel(kind: string, seed = 3): tf.LayersModel {
  const model = MIXED[kind](), prng = seeded(seed);
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map(({ shape, size }) =>
        tf.tensor(Float32Array.from({ length: size }, () => 0.4 * gaussian(prng)), shape)
      ),
    )
  );
  return model;
}
