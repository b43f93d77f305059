import * as tf from "@tensorflow/tfjs";
import { checkArgument, kinds } from "../options/mod.ts";
import type { Initialiser } from "./initialisers.ts";

/** Arguments of {@linkcode tickingLstm}. */
export interface TickingLstmArgs {
  /** Width of its state. */
  units: number;
  /** Of what it hears. @default {tfjs's own glorotUniform} */
  kernelInitializer?: Initialiser;
  /** Of what it remembers. @default {tfjs's own orthogonal} */
  recurrentInitializer?: Initialiser;
  /** The layer's name. */
  name?: string;
  /** Whether it learns. */
  trainable?: boolean;
}

/** The layer of {@linkcode tickingLstm}. */
export class TickingLstm extends tf.layers.Layer {
  /** Its name in a saved model. */
  static readonly className = "TickingLstm";
  /** Width of its state. */
  readonly units: number;
  readonly #initialisers: readonly [Initialiser, Initialiser];
  #weights?: tf.LayerVariable[];

  /**
   * Use {@linkcode tickingLstm}.
   *
   * @throws {RangeError} If the units are not a positive integer.
   * @throws {TypeError} If they are no number.
   */
  constructor(args: TickingLstmArgs) {
    super(args as ConstructorParameters<typeof tf.layers.Layer>[0]);
    const { units, kernelInitializer, recurrentInitializer } = args;
    checkArgument("make a ticking LSTM", "units", units, kinds.positiveInteger);
    this.units = units;
    this.#initialisers = [
      kernelInitializer ?? tf.initializers.glorotUniform({}),
      recurrentInitializer ?? tf.initializers.orthogonal({}),
    ];
  }

  /**
   * Makes the weights, of the shapes that an LSTM's have; the forget gate's bias begins at 1.
   *
   * @throws {RangeError} If it is not built for rows of numbers and a tick for each step.
   */
  override build(shapes: tf.Shape | tf.Shape[]): void {
    const { units } = this, [, , width] = this.computeOutputShape(shapes) && (shapes as tf.Shape[])[0];
    const [kernel, recurrent] = this.#initialisers, open = unitForgetBias(units);
    this.#weights = [
      this.addWeight("kernel", [width, 4 * units], "float32", kernel),
      this.addWeight("recurrent_kernel", [units, 4 * units], "float32", recurrent),
      this.addWeight("bias", [4 * units], "float32", open),
    ];
    super.build(shapes);
  }

  /**
   * [batch, steps, units].
   *
   * @throws {RangeError} If it is not called on rows of numbers and a tick for each step.
   */
  override computeOutputShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
    const [rows, ticks] = shapes as tf.Shape[];
    if (rows?.length !== 3 || rows[2] == null || ticks?.length !== 2 || rows[1] !== ticks[1]) {
      throw new RangeError(
        "Cannot tick: it must be called on [batch, steps, width] and ticks [batch, steps], got " +
          JSON.stringify(shapes),
      );
    }
    return [rows[0], rows[1], this.units];
  }

  /** Moves on at the ticks: rows [batch, steps, width] and ticks [batch, steps] give [batch, steps, units]. */
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<tf.layers.Layer["call"]>[1]): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const [rows, ticks] = inputs as [tf.Tensor3D, tf.Tensor2D], [batch, steps, width] = rows.shape, { units } = this;
      const [kernel, recurrent, bias] = this.#weights!.map((weight) => weight.read());
      const heard = tf.add(tf.matMul(tf.reshape(rows, [batch * steps, width]), kernel as tf.Tensor2D), bias);
      const each = tf.unstack(tf.reshape(heard, [batch, steps, 4 * units]), 1);
      const moving = tf.split(tf.cast(tf.notEqual(ticks, 0), "float32"), steps, 1);
      let hidden: tf.Tensor = tf.zeros([batch, units]), cell = hidden;
      const states = each.map((step, t) => {
        const [input, forget, candidate, output] = tf.split(tf.add(step, tf.matMul(hidden, recurrent)), 4, 1);
        const next = tf.add(tf.mul(tf.sigmoid(forget), cell), tf.mul(tf.sigmoid(input), tf.tanh(candidate)));
        const said = tf.mul(tf.sigmoid(output), tf.tanh(next)), stays = tf.sub(1, moving[t]);
        cell = tf.add(tf.mul(moving[t], next), tf.mul(stays, cell));
        return hidden = tf.add(tf.mul(moving[t], said), tf.mul(stays, hidden));
      });
      return tf.stack(states, 1);
    });
  }

  /** What a saved model keeps of it; its weights are saved, and need not be drawn again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units };
  }
}
tf.serialization.registerClass(TickingLstm as unknown as tf.serialization.SerializableConstructor<TickingLstm>);

/** Zeros, and ones for the forget gate, which so begins open: Jozefowicz et al. (2015). */
function unitForgetBias(units: number): Initialiser {
  return Object.assign(tf.initializers.zeros(), {
    apply: (shape: number[]) =>
      tf.tensor(Float32Array.from({ length: 4 * units }, (_, i) => i >= units && i < 2 * units ? 1 : 0), shape),
  });
}

/**
 * An LSTM that moves on at ticks alone. Called on rows of numbers and, for each
 * step, a tick, it takes at a 1 the step that an LSTM takes, and at a 0 its state
 * stays as it is, as does the gradient on the way back: what it heard ten ticks ago it is ten steps
 * away from, however many notes lie between. It says its state at every step.
 *
 * A slow layer over a fast one: with a tick at each barline it is a model of bars
 * over a model of notes, as the clockwork RNN (Koutník et al. 2014) has layers of fixed
 * periods, and hierarchical RNNs (El Hihi and Bengio 1995) have theirs. It computes with tfjs here; in a whole
 * model, on the kernel.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { startBackend } from "../kernels/mod.ts";
 * import { tickingLstm } from "./mod.ts";
 *
 * await startBackend();
 * const rows = tf.tensor3d([[[1], [5], [-2]]]), ticks = tf.tensor2d([[1, 0, 0]], [1, 3], "int32");
 * const states = tickingLstm({ units: 2 }).apply([rows, ticks]) as tf.Tensor3D;
 * const [first, ...others] = states.arraySync()[0];
 * assertEquals(others, [first, first]);
 * ```
 *
 * @throws {RangeError} If the units are not a positive integer; when it is called, if there are not as many ticks as
 * rows.
 */
export function tickingLstm(args: TickingLstmArgs): TickingLstm {
  return new TickingLstm(args);
}
