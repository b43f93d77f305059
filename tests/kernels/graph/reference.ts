// A graph in tfjs's own operations, for its cpu backend: what the kernel has to agree with.
import * as tf from "@tensorflow/tfjs";
import {
  type Curve,
  dropoutMask,
  type GraphBatch,
  type GraphLoss,
  type GraphNode,
  type GraphShape,
} from "../../../lib/kernels/mod.ts";

/** Losses, outputs, and the gradients of the weighted sum of the losses. */
export interface Expected {
  losses: Float32Array;
  outputs: Float32Array[];
  gradients: Float32Array[];
}

/** Computes a graph by tfjs. With `training`, dropout's masks are those of the batch's seed. */
export function graphByTfjs(shape: GraphShape, weights: Float32Array[], batch: GraphBatch, training = true): Expected {
  return tf.tidy(() => {
    const tensors = weights.map((values, i) => tf.tensor(values, [...shape.weights[i].shape]));
    const run = (weights: tf.Tensor[]) => computeAll(shape, weights, batch, training);
    const total = (...weights: tf.Tensor[]) => {
      const nodes = run(weights);
      // tfjs asks that every weight has a part in the loss.
      const nothing = weights.map((weight) => weight.sum().mul(0)).reduce((sum, one) => sum.add(one));
      return shape.losses.map((loss) => lossOf(loss, nodes.get(loss.node)!, batch).mul(loss.weight))
        .reduce((sum, loss) => sum.add(loss), nothing) as tf.Scalar;
    };
    const nodes = run(tensors);
    return {
      losses: Float32Array.from(shape.losses, (loss) => lossOf(loss, nodes.get(loss.node)!, batch).dataSync()[0]),
      outputs: shape.outputs.map((name) => nodes.get(name)!.dataSync() as Float32Array),
      gradients: tf.grads(total)(tensors).map((gradient) => gradient.dataSync() as Float32Array),
    };
  });
}

function computeAll(
  shape: GraphShape,
  weights: tf.Tensor[],
  batch: GraphBatch,
  training: boolean,
): Map<string, tf.Tensor3D> {
  const nodes = new Map<string, tf.Tensor3D>();
  const reversed = new Map<string, boolean>();
  for (const node of shape.nodes) {
    const before = node.from.some((name) => reversed.get(name));
    nodes.set(node.name, compute(node, nodes, weights, batch, training, before));
    const turns = node.op === "reverse" || ("backwards" in node && node.backwards);
    reversed.set(node.name, before !== turns);
  }
  return nodes;
}

function compute(
  node: GraphNode,
  nodes: ReadonlyMap<string, tf.Tensor3D>,
  weights: tf.Tensor[],
  batch: GraphBatch,
  training: boolean,
  reversed: boolean,
): tf.Tensor3D {
  const from = node.from.map((name) => nodes.get(name)!);
  const [x] = from;
  switch (node.op) {
    case "input":
      return tf.tensor3d(Float32Array.from(batch.inputs[node.name]), [
        batch.size,
        batch.steps[node.name],
        node.classes === undefined ? node.width : 1,
      ]);
    case "embedding": {
      const [size, steps] = x.shape, table = weights[node.weights[0]] as tf.Tensor2D;
      const ids = tf.oneHot(x.reshape([size * steps]).toInt(), table.shape[0]);
      return tf.matMul(ids as tf.Tensor2D, table).reshape([size, steps, table.shape[1]]);
    }
    case "dense": {
      const [kernel, bias] = node.weights;
      const sum = rowsTimes(x, weights[kernel]);
      return curve(node.activation, bias === undefined ? sum : sum.add(weights[bias]));
    }
    case "lstm":
    case "gru":
      return recurrent(node, x, weights, batch.lengths, reversed, from[1]);
    case "dropout": {
      if (!training) return x;
      const mask = dropoutMask(node.name, node.rate, batch.dropoutSeed ?? 0, x.shape);
      return x.mul(tf.tensor3d(mask, x.shape));
    }
    case "layerNormalization": {
      const { mean, variance } = tf.moments(x, -1, true);
      const normal = x.sub(mean).div(variance.add(node.epsilon).sqrt());
      return normal.mul(weights[node.weights[0]]).add(weights[node.weights[1]]);
    }
    case "concatenate":
      return tf.concat(from, -1);
    case "add":
      return from.reduce((sum, other) => sum.add(other));
    case "multiply":
      return from.reduce((product, other) => product.mul(other));
    case "shift":
      return shift(x, from[1], node);
    case "attention":
      return attention(from, weights[node.weights[0]], node.heads);
    case "last": {
      const [size, steps, width] = x.shape;
      return tf.stack(
        Array.from({ length: size }, (_, i) => {
          const step = steps > 1 && batch.lengths ? batch.lengths[i] - 1 : steps - 1;
          return x.slice([i, step, 0], [1, 1, width]).reshape([1, width]);
        }),
      ) as tf.Tensor3D;
    }
    case "reverse":
      return x.reverse(1) as tf.Tensor3D;
    case "activation":
      return curve(node.activation, x);
  }
}

function rowsTimes(x: tf.Tensor3D, kernel: tf.Tensor): tf.Tensor3D {
  const [size, steps, width] = x.shape;
  return tf.matMul(x.reshape([size * steps, width]), kernel).reshape([size, steps, kernel.shape[1]!]);
}

function curve<T extends tf.Tensor>(name: Curve, x: T): T {
  switch (name) {
    case "relu":
      return x.relu();
    case "gelu":
      return x.mul(x.div(Math.SQRT2).erf().add(1).mul(0.5));
    case "tanh":
      return x.tanh();
    case "sigmoid":
      return x.sigmoid();
    case "linear":
      return x;
  }
}

function recurrent(
  node: Extract<GraphNode, { op: "lstm" | "gru" }>,
  x: tf.Tensor3D,
  weights: tf.Tensor[],
  lengths: Int32Array | undefined,
  reversed: boolean,
  ticks?: tf.Tensor3D,
): tf.Tensor3D {
  const [kernel, recurrentKernel, bias] = node.weights.map((weight) => weights[weight]);
  const [size, steps, width] = x.shape, units = recurrentKernel.shape[0];
  let h = tf.zeros([size, units]), c = h;
  const all: tf.Tensor[] = [];
  for (let step = 0; step < steps; step++) {
    const t = node.backwards ? steps - 1 - step : step;
    const heard = tf.matMul(x.slice([0, t, 0], [size, 1, width]).reshape([size, width]), kernel).add(bias);
    const [nextH, nextC] = node.op === "lstm"
      ? lstmStep(heard, recurrentKernel, h, c)
      : [gruStep(heard, recurrentKernel, h, units), c];
    const place = reversed ? steps - 1 - t : t;
    const music = tf.tensor2d(
      Array.from({ length: size }, (_, i) => [!lengths || steps === 1 || place < lengths[i] ? 1 : 0]),
    );
    const moves = ticks ? music.mul(ticks.slice([0, t, 0], [size, 1, 1]).reshape([size, 1])) : music;
    h = nextH.mul(moves).add(h.mul(tf.sub(1, moves)));
    c = nextC.mul(moves).add(c.mul(tf.sub(1, moves)));
    all.push(h);
  }
  return (node.every ? tf.stack(all, 1) : h.reshape([size, 1, units])) as tf.Tensor3D;
}

function lstmStep(heard: tf.Tensor, recurrentKernel: tf.Tensor, h: tf.Tensor, c: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [i, f, g, o] = tf.split(heard.add(tf.matMul(h, recurrentKernel)), 4, 1);
  const cell = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
  return [o.sigmoid().mul(cell.tanh()), cell];
}

function gruStep(heard: tf.Tensor, recurrentKernel: tf.Tensor, h: tf.Tensor, units: number): tf.Tensor {
  const [heardZ, heardR, heardG] = tf.split(heard, 3, 1);
  const gates = tf.matMul(h, recurrentKernel.slice([0, 0], [units, 2 * units]));
  const [z, r] = tf.split(gates, 2, 1);
  const update = heardZ.add(z).sigmoid(), reset = heardR.add(r).sigmoid();
  const candidate = heardG.add(tf.matMul(reset.mul(h), recurrentKernel.slice([0, 2 * units], [units, units]))).tanh();
  return update.mul(h).add(tf.sub(1, update).mul(candidate));
}

function shift(
  logits: tf.Tensor3D,
  anchors: tf.Tensor3D,
  { classes, modulo, farthest = classes - 1 }: Extract<GraphNode, { op: "shift" }>,
): tf.Tensor3D {
  const [size, steps, width] = logits.shape, anchor = anchors.dataSync(), one = anchors.shape[1] === 1;
  // A matrix of zeros and ones for each row, whose product with the row moves it.
  const moves = new Float32Array(size * steps * width * classes);
  for (let row = 0; row < size * steps; row++) {
    const a = anchor[one ? Math.floor(row / steps) : row];
    for (let c = 0; a >= 0 && c < classes; c++) {
      const i = modulo
        ? (((c - a) % modulo) + modulo) % modulo
        : Math.min(Math.max(c - a, -farthest), farthest) + farthest;
      moves[(row * width + i) * classes + c] = 1;
    }
  }
  const matrices = tf.tensor3d(moves, [size * steps, width, classes]);
  return tf.matMul(logits.reshape([size * steps, 1, width]), matrices).reshape([size, steps, classes]);
}

function attention([q, k, v]: tf.Tensor3D[], table: tf.Tensor, heads: number): tf.Tensor3D {
  const [size, steps, width] = q.shape, each = width / heads, distances = table.shape[1]!;
  const split = (x: tf.Tensor3D) => x.reshape([size, steps, heads, each]).transpose([0, 2, 1, 3]) as tf.Tensor4D;
  const [queries, keys, values] = [q, k, v].map(split);
  // For each pair of steps the row of the table that belongs to their distance, picked by ones.
  const pick = new Float32Array(steps * steps * distances), future = new Float32Array(steps * steps);
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j < steps; j++) {
      if (j > i) future[i * steps + j] = -1e9;
      else pick[(i * steps + j) * distances + Math.min(i - j, distances - 1)] = 1;
    }
  }
  const picks = tf.tensor2d(pick, [steps * steps, distances]);
  const relative = tf.stack(
    Array.from({ length: heads }, (_, head) => {
      const rows = table.slice([head, 0, 0], [1, distances, each]).reshape([distances, each]);
      const vectors = tf.matMul(picks, rows as tf.Tensor2D).reshape([steps, steps, each]);
      const query = queries.slice([0, head, 0, 0], [size, 1, steps, each]).reshape([size, steps, 1, each]);
      return query.mul(vectors.expandDims(0)).sum(-1);
    }),
    1,
  );
  const scores = tf.matMul(queries, keys, false, true).add(relative).div(Math.sqrt(each));
  const shares = tf.softmax(scores.add(tf.tensor2d(future, [steps, steps])));
  return tf.matMul(shares as tf.Tensor4D, values).transpose([0, 2, 1, 3]).reshape([size, steps, width]);
}

/** The mean over the targets that count. */
function lossOf({ loss, target, pressure = 0 }: GraphLoss, said: tf.Tensor3D, batch: GraphBatch): tf.Scalar {
  const [size, steps, width] = said.shape, targets = batch.targets[target];
  const counts = Float32Array.from({ length: size * steps }, (_, row) => {
    const isMusic = steps === 1 || !batch.lengths || row % steps < batch.lengths[Math.floor(row / steps)];
    return isMusic && !(loss === "crossEntropy" && targets[row] === -1) ? 1 : 0;
  });
  const count = counts.reduce((sum, one) => sum + one, 0);
  const rows = said.reshape([size * steps, width]);
  let losses: tf.Tensor;
  if (loss === "crossEntropy") {
    const classes = tf.oneHot(tf.tensor1d(Array.from(targets, (c) => Math.max(c, 0)), "int32"), width);
    losses = tf.logSoftmax(rows).mul(classes).sum(-1).neg();
  } else {
    const all = tf.tensor1d(Float32Array.from(targets)), values = rows.reshape([size * steps]);
    losses = values.sub(all).square().add(values.neg().relu().mul(loss === "pressedError" ? pressure : 0));
  }
  return losses.mul(tf.tensor1d(counts)).sum().div(count);
}
