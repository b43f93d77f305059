import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf, gru, lstm, relativeAttention, shiftedLogits } from "../../lib/layers/mod.ts";
import { MIXED, mixedModel, PITCHES } from "./mixed_models.ts";

await startBackend();

/** A node in one line: what it does, and on what. */
function lines(model: tf.LayersModel, every = false): string[] {
  const { graph, obstacle } = graphOf(model, { every });
  assertEquals(obstacle, undefined);
  return graph!.shape.nodes.map(({ name, from, op, ...rest }) => {
    const weights = "weights" in rest ? rest.weights.map((at) => `[${graph!.shape.weights[at!].shape}]`).join(" ") : "";
    const options = Object.entries(rest).filter(([key]) => key !== "weights").map(([key, value]) => `${key} ${value}`);
    return [`${name} = ${op}(${from})`, ...options, ...weights ? [weights] : []].join(", ");
  });
}

Deno.test("graphOf() has an LSTM with ticks for a tickingLstm()", () => {
  assertEquals(lines(mixedModel("scales")).filter((line) => /ticks|= lstm/.test(line)), [
    "ticks = input(), classes 2, width 1",
    "embedding/2 = embedding(ticks), [2,3]",
    "lstm/1 = lstm(times,ticks), every true, backwards false, [2,20] [5,20] [20]",
    "lstm/2 = lstm(dropout/1), every true, backwards false, [12,24] [6,24] [24]",
  ]);
});

Deno.test("graphOf() has a node for each layer, with the model's weights", () => {
  assertEquals(lines(mixedModel("chained")), [
    "heard.pitch = input(), classes 7, width 1",
    "next.pitch = input(), classes 7, width 1",
    "embedding/1 = embedding(heard.pitch), [7,6]",
    "dense/1 = dense(embedding/1), activation sigmoid, [6,6] [6]",
    "gru/1 = gru(embedding/1), every true, backwards false, [6,18] [6,18] [18]",
    "multiply/1 = multiply(dense/1,gru/1)",
    "add/1 = add(embedding/1,multiply/1)",
    "layerNormalization/1 = layerNormalization(add/1), epsilon 0.001, [6] [6]",
    "pitch = dense(layerNormalization/1), activation linear, [6,7] [7]",
    "embedding/2 = embedding(next.pitch), [7,3]",
    "concatenate/1 = concatenate(layerNormalization/1,embedding/2)",
    "dense/2 = dense(concatenate/1), activation gelu, [9,8] [8]",
    "dropout/1 = dropout(dense/2), rate 0.2",
    "step = dense(dropout/1), activation linear, [8,1] [1]",
  ]);
  // One table for both sides.
  const { shape, variables } = graphOf(mixedModel("between")).graph!;
  assertEquals(shape.weights.filter(({ name }) => name.endsWith("embeddings")).length, 1);
  assertEquals(shape.weights.map(({ shape }) => shape), variables.map(({ shape }) => shape));
  assertEquals(lines(mixedModel("between")).filter((line) => /lstm|sum|add/.test(line)), [
    "lstm/1 = lstm(embedding/1), every false, backwards false, [4,20] [5,20] [20]",
    "lstm/2 = lstm(embedding/2), every false, backwards true, [4,20] [5,20] [20]",
    "lstm/3 = lstm(embedding/3), every false, backwards false, [4,12] [3,12] [12]",
    "lstm/4 = lstm(embedding/3), every false, backwards true, [4,12] [3,12] [12]",
    "add/1 = add(lstm/3,lstm/4)",
    "concatenate/1 = concatenate(lstm/1,lstm/2,add/1,dense/1)",
  ]);
});

Deno.test("graphOf() has the states of every step where a model is to speak at every step", () => {
  const shifted = (every: boolean) =>
    lines(mixedModel("sums"), every).filter((line) => /^(lstm|last|shift)/.test(line));
  assertEquals(shifted(false), [
    "lstm/1 = lstm(times), every false, backwards false, [2,28] [7,28] [28]",
    "last/1 = last(heard.pitch)",
    "shift/1 = shift(dense/2,last/1), classes 7, farthest 6",
    "last/2 = last(place)",
    "shift/2 = shift(dense/3,last/2), classes 7, modulo 3",
  ]);
  assertEquals(shifted(true), [
    "lstm/1 = lstm(times), every true, backwards false, [2,28] [7,28] [28]",
    "shift/1 = shift(dense/2,heard.pitch), classes 7, farthest 6",
    "shift/2 = shift(dense/3,place), classes 7, modulo 3",
  ]);
  assertEquals(lines(mixedModel("attention"), true), lines(mixedModel("attention")));
  assertStringIncludes(
    graphOf(mixedModel("between"), { every: true }).obstacle!,
    "goes backwards: it knows what is to come",
  );
});

Deno.test("graphOf() gives nodes the same names whatever tfjs calls its layers", () => {
  for (const kind in MIXED) assertEquals(lines(mixedModel(kind)), lines(mixedModel(kind)));
});

Deno.test("graphOf() takes an axis of length 1 away, and leaves out what does nothing", () => {
  const now = tf.input({ shape: [1], dtype: "int32", name: "now" });
  let x = tf.layers.embedding({ inputDim: 5, outputDim: 3 }).apply(now);
  for (
    const layer of [tf.layers.flatten(), tf.layers.dropout({ rate: 0 }), tf.layers.reshape({ targetShape: [1, 3] })]
  ) {
    x = layer.apply(x);
  }
  x = tf.layers.reLU().apply(tf.layers.activation({ activation: "tanh" }).apply(x));
  assertEquals(
    lines(tf.model({ inputs: now, outputs: tf.layers.flatten({ name: "said" }).apply(x) as tf.SymbolicTensor })),
    [
      "now = input(), classes 5, width 1",
      "embedding/1 = embedding(now), [5,3]",
      "activation/1 = activation(embedding/1), activation tanh",
      "activation/2 = activation(activation/1), activation relu",
      "said = activation(activation/2), activation linear",
    ],
  );
});

Deno.test("graphOf() says which layer is the reason, and what to write instead", () => {
  const sigmoid = { recurrentActivation: "sigmoid", recurrentInitializer: "zeros" } as const;
  const times = () => tf.input({ shape: [6, 4] });
  const on = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[] = times()) =>
    layer.apply(x) as tf.SymbolicTensor;
  const refused = (
    output: tf.SymbolicTensor,
    message: string,
    inputs = output.sourceLayer.inboundNodes[0].inputTensors,
  ) => {
    const { graph, obstacle } = graphOf(tf.model({ inputs, outputs: output }));
    assertEquals(graph, undefined);
    assertEquals(obstacle, `layer "${output.sourceLayer.name}" ${message}`);
  };
  refused(
    on(lstm({ units: 2 })),
    'has the recurrent activation hardSigmoid, where the kernel has sigmoid: write recurrentActivation: "sigmoid"',
  );
  refused(
    on(gru({ ...sigmoid, units: 2, activation: "relu" })),
    'has the activation relu, where the kernel has tanh: write activation: "tanh"',
  );
  refused(on(lstm({ ...sigmoid, units: 2, useBias: false })), "has no bias: write useBias: true");
  refused(
    on(lstm({ ...sigmoid, units: 2, dropout: 0.1 })),
    "has dropout of its own, which the kernel's do not: put tf.layers.dropout before it",
  );
  refused(
    on(tf.layers.dense({ units: 2, activation: "softmax" })),
    'has the activation softmax: write "linear", the loss takes logits',
  );
  refused(
    on(tf.layers.dense({ units: 2, activation: "elu" })),
    "has the activation elu: the kernel has linear, relu, gelu, tanh, sigmoid",
  );
  refused(on(tf.layers.batchNormalization()), "is a BatchNormalization, which the kernel does not have");
  refused(on(tf.layers.flatten()), "makes [?,24] of [?,6,4]: the kernel's tensors are [batch, steps, width]");
  refused(on(tf.layers.layerNormalization({ axis: 1 })), "normalises along another axis than the last: write axis: -1");
  refused(
    on(tf.layers.layerNormalization({ center: false })),
    "lacks its gamma or beta: write center: true, scale: true",
  );
  refused(
    on(tf.layers.bidirectional({ layer: lstm({ ...sigmoid, units: 2, returnSequences: true }), mergeMode: "concat" })),
    "returns the states of every step, of which the kernel has one way only: write an lstm, one with goBackwards and " +
      "reverseSteps after it",
  );
  const x = times(), y = times();
  refused(on(tf.layers.concatenate({ axis: 1 }), [x, y]), "joins along another axis than the last: write axis: -1", [
    x,
    y,
  ]);
  const masked = tf.input({ shape: [6], dtype: "int32" });
  refused(
    on(tf.layers.embedding({ inputDim: 3, outputDim: 2, maskZero: true }), masked),
    "has maskZero: leave it out, windows have lengths",
  );
  const inner = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [6, 4] })] });
  refused(on(inner, x), "is a model inside the model: write its layers out", [x]);
});

Deno.test("graphOf() takes tfjs's own layers, and ours", () => {
  const notes = tf.input({ shape: [6, 4] });
  const stock = tf.layers.lstm({ units: 4, recurrentActivation: "sigmoid", recurrentInitializer: "zeros" }).apply(
    notes,
  );
  assert(graphOf(tf.model({ inputs: notes, outputs: stock as tf.SymbolicTensor })).graph);
  const seen = relativeAttention({ heads: 2, distances: 3 }).apply([notes, notes, notes]) as tf.SymbolicTensor;
  assert(graphOf(tf.model({ inputs: notes, outputs: seen })).graph);
  const logits = tf.input({ shape: [6, 2 * PITCHES - 1] }), anchor = tf.input({ shape: [6], dtype: "int32" });
  const shifted = shiftedLogits({ classes: PITCHES }).apply([logits, anchor]) as tf.SymbolicTensor;
  assert(graphOf(tf.model({ inputs: [logits, anchor], outputs: shifted })).graph);
});
