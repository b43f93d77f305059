import * as tf from "@tensorflow/tfjs";
import { checkArgument, kinds } from "../options/mod.ts";

/** Arguments of {@linkcode relativeAttention}. */
export interface RelativeAttentionArgs {
  /** What the width is shared among: each head looks for something else. */
  heads: number;
  /** How many distances have a vector of their own, counted from 0, the step itself; longer ones share the last. */
  distances: number;
  /** The layer's name. */
  name?: string;
  /** Whether it learns. */
  trainable?: boolean;
}

/** The layer of {@linkcode relativeAttention}. */
export class RelativeAttention extends tf.layers.Layer {
  /** Its name in a saved model. */
  static readonly className = "RelativeAttention";
  /** What the width is shared among. */
  readonly heads: number;
  /** Rows of each head's table. */
  readonly distances: number;
  #relative?: tf.LayerVariable;

  /**
   * Use {@linkcode relativeAttention}.
   *
   * @throws {RangeError} If a size is not a positive integer.
   * @throws {TypeError} If a size is no number.
   */
  constructor(args: RelativeAttentionArgs) {
    super(args as ConstructorParameters<typeof tf.layers.Layer>[0]);
    const { heads, distances } = args;
    for (const [name, value] of Object.entries({ heads, distances })) {
      checkArgument("attend", name, value, kinds.positiveInteger);
    }
    this.heads = heads;
    this.distances = distances;
  }

  /**
   * Makes the table of distances, [heads, distances, width / heads].
   *
   * @throws {RangeError} If the inputs are not three of the same shape, or the heads cannot share their width.
   */
  override build(shapes: tf.Shape | tf.Shape[]): void {
    const width = this.#widthOf(shapes);
    // From zeros, it learns where things stand from what they are.
    const shape = [this.heads, this.distances, width / this.heads];
    this.#relative = this.addWeight("relative", shape, "float32", tf.initializers.zeros());
    super.build(shapes);
  }

  /**
   * The shape of the queries: [batch, steps, width].
   *
   * @throws {RangeError} If the inputs are not three of the same shape, or the heads cannot share their width.
   */
  override computeOutputShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
    this.#widthOf(shapes);
    return (shapes as tf.Shape[])[0];
  }

  /** The width of queries, keys and values alike. */
  #widthOf(shapes: tf.Shape | tf.Shape[]): number {
    const all = shapes as tf.Shape[], width = all[0]?.[2];
    const isRight = all.length === 3 && all.every((shape) => shape?.length === 3 && shape[2] === width);
    if (!isRight || width == null || width % this.heads !== 0) {
      const got = JSON.stringify(shapes);
      throw new RangeError(
        `Cannot attend: queries, keys and values must be [batch, steps, width], a width that ${this.heads} heads ` +
          `can share, got ${got}`,
      );
    }
    return width;
  }

  /** Attends: queries, keys and values, each [batch, steps, width], give [batch, steps, width]. */
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<tf.layers.Layer["call"]>[1]): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const given = inputs as tf.Tensor3D[], [batch, steps, width] = given[0].shape;
      const depth = width / this.heads;
      // [batch, heads, steps, depth]
      const [queries, keys, values] = given.map((x) =>
        tf.transpose(tf.reshape(x, [batch, steps, this.heads, depth]), [0, 2, 1, 3])
      );
      const logits = tf.add(tf.matMul(queries, keys, false, true), this.#byDistance(queries as tf.Tensor4D));
      // 0 where a step may look, and next to nothing left of what is to come.
      const future = tf.sub(tf.linalg.bandPart(tf.ones([steps, steps]), -1, 0), 1).mul(1e9);
      const shares = tf.softmax(tf.add(tf.div(logits, Math.sqrt(depth)), future));
      return tf.reshape(tf.transpose(tf.matMul(shares, values), [0, 2, 1, 3]), [batch, steps, width]);
    });
  }

  /** Queries times the vectors of distances, [batch, heads, steps, steps]: what stands ahead is arbitrary. */
  #byDistance(queries: tf.Tensor4D): tf.Tensor {
    const [batch, heads, steps, depth] = queries.shape;
    // From the furthest to 0.
    const rows = Int32Array.from({ length: steps }, (_, i) => Math.min(steps - 1 - i, this.distances - 1));
    const vectors = tf.gather(this.#relative!.read(), tf.tensor1d(rows, "int32"), 1);
    // One product for all examples, because matMul does not spread a matrix over a batch in its gradient.
    const byHead = tf.reshape(tf.transpose(queries, [1, 0, 2, 3]), [heads, batch * steps, depth]);
    const products = tf.reshape(tf.matMul(byHead, vectors, false, true), [heads, batch, steps, steps]);
    // Huang et al.'s skewing: one column more, read in rows that are one shorter, moves row i by i.
    const wider = tf.reshape(tf.pad(products, [[0, 0], [0, 0], [0, 0], [1, 0]]), [heads, batch, steps + 1, steps]);
    return tf.transpose(tf.slice(wider, [0, 0, 1, 0], [-1, -1, steps, -1]), [1, 0, 2, 3]);
  }

  /** What a saved model keeps of it. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.heads, distances: this.distances };
  }
}
tf.serialization.registerClass(
  RelativeAttention as unknown as tf.serialization.SerializableConstructor<RelativeAttention>,
);

/**
 * Causal self-attention with relative positions, which tfjs lacks: each step
 * looks at itself and the steps before it.
 *
 * Called on queries, keys and values, each [batch, steps, width], as dense
 * layers make them; gives [batch, steps, width]. In each head, of depth
 * `width / heads`, step i counts step j ≤ i by
 * `softmax(q_i · (k_j + r_{i - j}) / √depth)`, where r is learned. Begins with
 * all r at 0.
 *
 * C.-Z. A. Huang et al., "Music Transformer" (2018); P. Shaw et al.,
 * "Self-Attention with Relative Position Representations" (2018).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { startBackend } from "../kernels/mod.ts";
 * import { relativeAttention } from "./mod.ts";
 *
 * await startBackend();
 * const notes = tf.input({ shape: [32, 8] });
 * const [queries, keys, values] = [1, 2, 3].map(() => tf.layers.dense({ units: 8 }).apply(notes) as tf.SymbolicTensor);
 * const seen = relativeAttention({ heads: 2, distances: 16 }).apply([queries, keys, values]) as tf.SymbolicTensor;
 *
 * assertEquals(seen.shape, [null, 32, 8]);
 * ```
 *
 * @throws {RangeError} If a size is not a positive integer; when it is called, if the heads cannot share the width.
 */
export function relativeAttention(args: RelativeAttentionArgs): RelativeAttention {
  return new RelativeAttention(args);
}
