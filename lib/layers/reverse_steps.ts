import * as tf from "@tensorflow/tfjs";

/** The layer of {@linkcode reverseSteps}. */
export class ReverseSteps extends tf.layers.Layer {
  /** Its name in a saved model. */
  static readonly className = "ReverseSteps";

  /**
   * As its input.
   *
   * @throws {RangeError} If it is not called on rows of numbers.
   */
  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    if (shape.length !== 3 || Array.isArray(shape[0])) {
      throw new RangeError(
        `Cannot reverse steps: it must be called on [batch, steps, width], got ${JSON.stringify(shape)}`,
      );
    }
    return shape as tf.Shape;
  }

  /** The steps from the last to the first. */
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<tf.layers.Layer["call"]>[1]): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return tf.reverse(Array.isArray(inputs) ? inputs[0] : inputs, 1);
    });
  }
}
tf.serialization.registerClass(ReverseSteps as unknown as tf.serialization.SerializableConstructor<ReverseSteps>);

/**
 * Turns a sequence round: rows [batch, steps, width] come out from the last step to the first. After a recurrent layer
 * with `goBackwards` and `returnSequences`, whose states come from the last step to the first, each state
 * stands at the step that it is about again, beside those of layers that go forwards.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { startBackend } from "../kernels/mod.ts";
 * import { reverseSteps } from "./mod.ts";
 *
 * await startBackend();
 * const turned = reverseSteps().apply(tf.tensor3d([[[1], [2], [3]]])) as tf.Tensor3D;
 * assertEquals(turned.arraySync(), [[[3], [2], [1]]]);
 * ```
 *
 * @throws {RangeError} When it is called, if not on rows of numbers.
 */
export function reverseSteps(args: { name?: string } = {}): ReverseSteps {
  return new ReverseSteps(args);
}
