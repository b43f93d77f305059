import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { accelerate, gru, lstm, obstacle, type RecurrentLayer } from "../../lib/layers/mod.ts";
import { type Args, difference, drawn, outputsAndGradients, twins } from "./twins.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");
// The most exact of tfjs's backends, to compare with; the kernel does not care.
await tf.setBackend("cpu");

/** Fails unless ours and tfjs's say and differentiate the same. */
function assertTwins(args: Args, [batch, steps, inputs]: number[], withState: boolean, kwargs = {}) {
  tf.tidy(() => {
    const [ours, stock] = twins(args, [batch, steps, inputs]);
    const states = withState ? Array(args.cell === "lstm" ? 2 : 1).fill([batch, args.units]) : [];
    const given = [drawn([batch, steps, inputs]), ...states.map((shape) => drawn(shape, 0.5))];
    const [actual, expected] = [ours, stock].map((layer) => outputsAndGradients(layer, given, kwargs));
    const outputs = difference(actual.outputs, expected.outputs);
    const scale = Math.max(1, ...expected.gradients.map((gradient) => tf.max(tf.abs(gradient)).dataSync()[0]));
    const gradients = difference(actual.gradients, expected.gradients) / scale;
    assert(outputs < 1e-5 && gradients < 1e-5, `outputs differ by ${outputs}, gradients by ${gradients}`);
    for (const layer of [ours, stock]) layer.dispose();
  });
}

for (const cell of ["lstm", "gru"] as const) {
  Deno.test(`${cell}() computes what tfjs computes, forwards and back, in any shape`, () => {
    let n = 0;
    for (const batch of [1, 2, 5]) {
      // Of a single step tfjs has no gradient.
      for (const steps of [2, 3, 6]) {
        for (const inputs of [1, 3, 17]) {
          for (const units of [1, 8, 19]) {
            const options = n++;
            const [returnSequences, returnState, withState] = [1, 2, 4].map((bit) => (options & bit) > 0);
            assertTwins({ cell, units, returnSequences, returnState }, [batch, steps, inputs], withState);
          }
        }
      }
    }
  });

  Deno.test(`${cell}() computes one step as tfjs computes it, and goes back through it`, () => {
    tf.tidy(() => {
      const [ours, stock] = twins({ cell, units: 5 }, [3, 1, 4]);
      const x = drawn([3, 1, 4]);
      assert(difference([ours.apply(x) as tf.Tensor], [stock.apply(x) as tf.Tensor]) < 1e-6);
      const none = Array<tf.Tensor>(cell === "lstm" ? 2 : 1).fill(tf.zeros([3, 5]));
      const gradients = [
        tf.grad((x) => tf.sum(tf.square(ours.apply(x) as tf.Tensor)))(x),
        tf.grad((x) => {
          const [h] = stock.cell.call([tf.reshape(x, [3, 4]), ...none], {}) as tf.Tensor[];
          return tf.sum(tf.square(h));
        })(x),
      ];
      assert(difference([gradients[0]], [gradients[1]]) < 1e-5);
    });
  });

  Deno.test(`${cell}() computes what tfjs computes, forwards and back, with all options`, () => {
    for (let options = 0; options < 32; options++) {
      const [returnSequences, returnState, withState, goBackwards, useBias] = [1, 2, 4, 8, 16]
        .map((bit) => (options & bit) > 0);
      assertTwins({ cell, units: 6, returnSequences, returnState, goBackwards, useBias }, [3, 4, 5], withState);
    }
  });

  Deno.test(`${cell}() leaves to tfjs what the kernel has not, with the same result`, () => {
    assertTwins({ cell, units: 4, recurrentActivation: "hardSigmoid" }, [2, 3, 2], false);
    assertTwins({ cell, units: 4, activation: "relu" }, [2, 3, 2], true);
    const mask = tf.tensor2d([[1, 1, 0], [1, 0, 0]]);
    assertTwins({ cell, units: 4, returnSequences: true }, [2, 3, 2], true, { mask });
    // Dropout does nothing outside of training.
    assertTwins({ cell, units: 4, dropout: 0.5, recurrentDropout: 0.5 }, [2, 3, 2], true);
  });
}

Deno.test("lstm() draws dropout as tfjs does, in training", () => {
  const layer = lstm({ units: 8, dropout: 0.5, recurrentActivation: "sigmoid", recurrentInitializer: "zeros" });
  const x = drawn([2, 3, 4]);
  const [learning, again, said] = [true, true, false].map((training) => layer.apply(x, { training }) as tf.Tensor);
  assert(difference([learning], [again]) > 1e-3, "nothing was left out");
  assert(difference([learning], [said]) > 1e-3);
  assertEquals(
    obstacle(layer),
    "has dropout of its own, which the kernel's do not: put tf.layers.dropout before it",
  );
  assertEquals(obstacle(layer, false), undefined);
});

Deno.test("obstacle() says why a layer stays with tfjs", () => {
  assertEquals(obstacle(lstm({ units: 2, recurrentActivation: "sigmoid" })), undefined);
  assertEquals(obstacle(gru({ units: 2, recurrentActivation: "sigmoid" })), undefined);
  assertEquals(
    obstacle(lstm({ units: 2 })),
    'has the recurrent activation hardSigmoid, where the kernel has sigmoid: write recurrentActivation: "sigmoid"',
  );
  assertEquals(
    obstacle(gru({ units: 2, activation: "relu", recurrentActivation: "sigmoid" })),
    'has the activation relu, where the kernel has tanh: write activation: "tanh"',
  );
  assertEquals(obstacle(tf.layers.dense({ units: 2 })), "is a Dense, and no LSTM or GRU");
  assertEquals(
    obstacle(tf.layers.lstm({ units: 2 })),
    "is tfjs's own: write lstm or gru of lib/layers, or accelerate the model",
  );
});

Deno.test("lstm() carries its state from batch to batch when it is stateful, until it is reset", () => {
  for (const cell of ["lstm", "gru"] as const) {
    const [ours, stock] = twins({ cell, units: 4, stateful: true, batchInputShape: [2, 3, 2] }, [2, 3, 2]);
    const batches = [1, 2, 3].map(() => drawn([2, 3, 2]));
    const first = [ours, stock].map((layer) => batches.map((batch) => layer.apply(batch) as tf.Tensor));
    assert(difference(first[0], first[1]) < 1e-6);
    const before = tf.memory().numTensors;
    for (const layer of [ours, stock]) layer.resetStates();
    assertEquals(tf.memory().numTensors, before);
    const again = ours.apply(batches[0]) as tf.Tensor;
    assert(difference([again], [first[0][0]]) < 1e-7 && difference([again], [first[0][1]]) > 1e-3);
    // Gradients go back through one batch, as in tfjs.
    const [a, b] = [ours, stock].map((layer) => {
      layer.resetStates();
      layer.apply(batches[0]);
      return outputsAndGradients(layer, [batches[1]]);
    });
    assert(difference(a.gradients, b.gradients) < 1e-5);
  }
});

Deno.test("lstm() takes its initial state from a model's inputs", () => {
  const inputs = [[3, 2], [4], [4]].map((shape) => tf.input({ shape }));
  const outputs = (layer: RecurrentLayer) =>
    layer.apply(inputs[0], { initialState: inputs.slice(1) }) as tf.SymbolicTensor;
  const [ours, stock] = twins({ cell: "lstm", units: 4 }, [5, 3, 2]);
  const given = [drawn([5, 3, 2]), drawn([5, 4]), drawn([5, 4])];
  const [a, b] = [ours, stock].map((layer) =>
    tf.model({ inputs, outputs: outputs(layer) }).predict(given) as tf.Tensor
  );
  assert(difference([a], [b]) < 1e-6);
});

Deno.test("lstm() goes back through a stack of layers", () => {
  tf.tidy(() => {
    const pairs = [
      twins({ cell: "lstm", units: 7, returnSequences: true }, [2, 5, 3]),
      twins({ cell: "gru", units: 5 }, [2, 5, 7]),
    ];
    const x = drawn([2, 5, 3]);
    const [ours, stock] = [0, 1].map((i) => {
      const layers = pairs.map((pair) => pair[i]);
      const variables = layers.flatMap((layer) => layer.trainableWeights.map((weight) => weight.read() as tf.Variable));
      const loss = (x: tf.Tensor) => tf.sum(tf.square(layers.reduce((y, layer) => layer.apply(y) as tf.Tensor, x)));
      const { grads } = tf.variableGrads(() => loss(x) as tf.Scalar, variables);
      return [tf.grad(loss)(x), ...variables.map(({ name }) => grads[name])];
    });
    assert(difference(ours, stock) < 1e-5);
  });
});

Deno.test("lstm() has as many forwards alive as are asked for, and each goes back through its own", () => {
  tf.tidy(() => {
    const [ours, stock] = twins({ cell: "lstm", units: 4 }, [2, 3, 2]);
    const batches = [1, 2, 3, 4].map(() => drawn([2, 3, 2]));
    // The same layer four times in one loss, once with other numbers of examples and steps.
    const loss = (layer: RecurrentLayer) => (...all: tf.Tensor[]) =>
      tf.sum(
        tf.square(tf.addN([
          ...all.map((x) => layer.apply(x) as tf.Tensor),
          tf.mul(layer.apply(tf.concat(all, 1)) as tf.Tensor, 2),
        ])),
      );
    const [a, b] = [ours, stock].map((layer) => tf.grads(loss(layer))(batches));
    assert(difference(a, b) < 1e-5);
  });
});

Deno.test("lstm() leaves gradients of gradients to tfjs", () => {
  tf.tidy(() => {
    const [ours, stock] = twins({ cell: "lstm", units: 3 }, [1, 2, 2]);
    const x = drawn([1, 2, 2]);
    const second = (layer: RecurrentLayer) =>
      tf.grad((x) => tf.sum(tf.square(tf.grad((x) => tf.sum(tf.square(layer.apply(x) as tf.Tensor)))(x))))(x);
    assert(difference([second(ours)], [second(stock)]) < 1e-5);
    // Computed where only a first gradient was to be expected.
    const late = (x: tf.Tensor) => {
      const y = tf.sum(layer.apply(x) as tf.Tensor) as tf.Scalar;
      return tf.sum(tf.square(tf.variableGrads(() => y, variables).grads[variables[0].name])) as tf.Scalar;
    };
    const layer = ours, variables = ours.trainableWeights.map((weight) => weight.read() as tf.Variable);
    assertThrows(() => tf.grad(late)(x), Error, "the kernel has first gradients only");
  });
});

Deno.test("accelerate() moves a model's layers onto the kernel, and nothing else changes", () => {
  const inner = tf.sequential({
    layers: [tf.layers.gru({ units: 3, recurrentActivation: "sigmoid", inputShape: [4, 5] })],
  });
  const stock = tf.layers.lstm({ units: 5, recurrentActivation: "sigmoid", returnSequences: true, inputShape: [4, 2] });
  const two = tf.layers.bidirectional({
    layer: tf.layers.lstm({ units: 2 }) as unknown as tf.RNN,
    mergeMode: "concat",
  });
  const inputs = tf.input({ shape: [4, 2] });
  const hidden = stock.apply(inputs) as tf.SymbolicTensor;
  const model = tf.model({
    inputs,
    outputs: [inner.apply(hidden) as tf.SymbolicTensor, two.apply(hidden) as tf.SymbolicTensor],
  });
  const x = drawn([3, 4, 2]), config = JSON.stringify(model.toJSON());
  const before = model.predict(x) as tf.Tensor[];
  assertEquals(accelerate(model), model);
  assertEquals([stock, inner.layers[0]].map((layer) => obstacle(layer)), [undefined, undefined]);
  assert(difference(model.predict(x) as tf.Tensor[], before) < 1e-6);
  assertEquals(JSON.stringify(model.toJSON()), config);
});

Deno.test("lstm() keeps no tensors and no memory of the kernel", () => {
  const layer = lstm({ units: 6, recurrentActivation: "sigmoid", returnState: true, recurrentInitializer: "zeros" });
  const batches = [1, 2, 3].map((batch) => drawn([batch, 4, 2]));
  const use = () =>
    tf.tidy(() => {
      for (const batch of batches) {
        layer.apply(batch);
        tf.grad((x) => tf.sum((layer.apply(x) as tf.Tensor[])[2]))(batch);
        // A forward that nobody goes back through.
        tf.grad((x) => (layer.apply(x), tf.sum(x)))(batch);
      }
    });
  use();
  const count = () => [tf.memory().numTensors, tf.backend().numDataIds(), kernelEngine()!.arena.used];
  const before = count();
  for (let i = 0; i < 50; i++) use();
  assertEquals(count(), before);
});

Deno.test("lstm() gives memory of the kernel back when many shapes come", () => {
  const layer = lstm({ units: 64, recurrentActivation: "sigmoid", recurrentInitializer: "zeros" });
  const mebibytes: number[] = [];
  for (let batch = 200; batch < 230; batch++) {
    tf.tidy(() => tf.grad((x) => tf.sum(layer.apply(x) as tf.Tensor))(tf.zeros([batch, 100, 2])));
    mebibytes.push(kernelEngine()!.arena.used / 2 ** 20);
  }
  // Each shape takes 30 MiB or more; 256 of them may lie idle.
  assert(mebibytes[0] > 20 && Math.max(...mebibytes) < 350, `${mebibytes}`);
});
