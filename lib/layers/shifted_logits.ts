import * as tf from "@tensorflow/tfjs";
import { checkArgument, kinds } from "../options/mod.ts";

/** Arguments of {@linkcode shiftedLogits}. */
export interface ShiftedLogitsArgs {
  /** Classes that come out, counted from 0: pitches, say. */
  classes: number;
  /**
   * Steps after which the logits begin again: 12 for the degrees of a scale.
   *
   * @default {they are intervals}
   */
  modulo?: number;
  /**
   * The farthest interval that has a logit of its own; those beyond share it.
   *
   * @default {classes - 1}
   */
  farthest?: number;
  /** The layer's name. */
  name?: string;
}

/** The layer of {@linkcode shiftedLogits}. */
export class ShiftedLogits extends tf.layers.Layer {
  /** Its name in a saved model. */
  static readonly className = "ShiftedLogits";
  /** Classes that come out. */
  readonly classes: number;
  /** Steps after which the logits begin again, if they do. */
  readonly modulo?: number;
  /** The farthest interval with a logit of its own. */
  readonly farthest: number;

  /**
   * Use {@linkcode shiftedLogits}.
   *
   * @throws {RangeError} If a size is not a positive integer, or `farthest` is larger than intervals can be.
   * @throws {TypeError} If a size is no number, or degrees of a scale are to have a farthest interval.
   */
  constructor(args: ShiftedLogitsArgs) {
    super(args as ConstructorParameters<typeof tf.layers.Layer>[0]);
    const { classes, modulo, farthest } = args;
    for (const [name, value] of Object.entries({ classes, modulo: modulo ?? 1, farthest: farthest ?? 1 })) {
      checkArgument("shift logits", name, value, kinds.positiveInteger);
    }
    // Of one class there is one interval.
    if ((farthest ?? 0) > classes - 1) {
      throw new RangeError(
        `Cannot shift logits: farthest is ${farthest}, intervals of ${classes} classes end at ${classes - 1}`,
      );
    }
    if (farthest != null && modulo != null) {
      throw new TypeError("Cannot shift logits: they are intervals, with a farthest one, or degrees, with a modulo");
    }
    this.classes = classes;
    this.modulo = modulo ?? undefined;
    this.farthest = farthest ?? classes - 1;
  }

  /** How many logits go in. */
  get width(): number {
    return this.modulo ?? 2 * this.farthest + 1;
  }

  /**
   * The shape of the logits, with `classes` in place of their number.
   *
   * @throws {RangeError} If there are more or fewer than `width` logits, or no anchor.
   */
  override computeOutputShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
    const [logits, anchor] = shapes as tf.Shape[];
    if (logits?.at(-1) !== this.width || !anchor) {
      throw new RangeError(
        `Cannot shift logits: it must be called on ${this.width} logits and the anchor's class, got ` +
          JSON.stringify(shapes),
      );
    }
    return [...logits.slice(0, -1), this.classes];
  }

  /**
   * Shifts logits [..., width] by their anchors; gives [..., classes].
   *
   * @throws {RangeError} If the anchors do not go into the rows of logits.
   */
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<tf.layers.Layer["call"]>[1]): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const { width, classes, modulo, farthest } = this;
      const [logits, anchor] = inputs as tf.Tensor[];
      const rows = logits.size / width, given = anchor.dataSync();
      // Where there are more anchors than rows, the last of each example.
      const each = given.length / rows;
      if (!Number.isInteger(each)) {
        throw new RangeError(`Cannot shift logits: there are ${rows} rows of them, and ${given.length} anchors`);
      }
      const places = new Int32Array(rows * classes), counts = new Float32Array(rows * classes);
      for (let row = 0; row < rows; row++) {
        const from = given[row * each + each - 1];
        if (from < 0) continue;
        for (let c = 0; c < classes; c++) {
          const shifted = modulo
            ? (((c - from) % modulo) + modulo) % modulo
            : Math.min(Math.max(c - from, -farthest), farthest) + farthest;
          places[row * classes + c] = row * width + shifted;
          counts[row * classes + c] = 1;
        }
      }
      const gathered = tf.mul(tf.gather(tf.reshape(logits, [-1]), tf.tensor1d(places, "int32")), tf.tensor1d(counts));
      return tf.reshape(gathered, [...logits.shape.slice(0, -1), classes]);
    });
  }

  /** What a saved model keeps of it. */
  override getConfig(): tf.serialization.ConfigDict {
    const { classes, modulo, farthest } = this;
    return { ...super.getConfig(), classes, ...modulo === undefined ? { farthest } : { modulo } };
  }
}
tf.serialization.registerClass(ShiftedLogits as unknown as tf.serialization.SerializableConstructor<ShiftedLogits>);

/**
 * Logits of intervals as logits of pitches, to be added to others: what a model
 * says of a step up from a given pitch, it then says wherever that pitch is.
 *
 * Called on logits and an anchor, the class that they are counted from, one for
 * each row of logits: `out[c] = logits[c - anchor + farthest]` of
 * `2 · farthest + 1` logits, the outermost of which also stand for what is farther. With `modulo` it has as many logits, and
 * `out[c] = logits[(c - anchor) mod modulo]`: scale degrees on a tonic. Where the
 * anchor is below 0 there is none, and all that comes out is 0.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { startBackend } from "../kernels/mod.ts";
 * import { shiftedLogits } from "./mod.ts";
 *
 * await startBackend();
 * // Of four pitches: a step down 1, the same again 2, a step up 3.
 * const intervals = tf.tensor2d([[0, 0, 1, 2, 3, 0, 0]]), anchor = tf.tensor1d([1], "int32");
 * const pitches = shiftedLogits({ classes: 4 }).apply([intervals, anchor]) as tf.Tensor;
 * assertEquals(pitches.arraySync(), [[1, 2, 3, 0]]);
 * ```
 *
 * @throws {RangeError} If a size is not a positive integer; when it is called, if there are more or fewer logits.
 */
export function shiftedLogits(args: ShiftedLogitsArgs): ShiftedLogits {
  return new ShiftedLogits(args);
}
