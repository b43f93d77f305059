import * as tf from "@tensorflow/tfjs";
import type { Column } from "../encodings/mod.ts";
import { glorotUniform, gru, lstm, orthogonal } from "../layers/mod.ts";
import type { Prng } from "../random/mod.ts";

/** The input of a column: classes, shape [batch, length], or numbers, shape [batch, length, width]. */
export function columnInput(name: string, { size, width = 1 }: Column, length: number): tf.SymbolicTensor {
  return size === undefined
    ? tf.input({ shape: [length, width], name })
    : tf.input({ shape: [length], dtype: "int32", name });
}

/**
 * Tensors side by side; one alone is as it is.
 *
 * @throws {RangeError} If there are none: no feature of those that the settings name hears anything.
 */
export function beside(tensors: readonly tf.SymbolicTensor[]): tf.SymbolicTensor {
  if (tensors.length === 0) {
    throw new RangeError(
      "Cannot build the network: it would hear nothing; add a feature that hears something to the setting features",
    );
  }
  return tensors.length === 1 ? tensors[0] : tf.layers.concatenate().apply([...tensors]) as tf.SymbolicTensor;
}

/** What recurrent layers have in common that say their state at every step: the kernel's gates, and Keras's first weights. */
function everyStep(units: number, prng: Prng) {
  return {
    units,
    recurrentActivation: "sigmoid",
    returnSequences: true,
    kernelInitializer: glorotUniform(prng),
    recurrentInitializer: orthogonal(prng),
  } as const;
}

/** A GRU that says its state at every step, with the kernel's gates, and weights as Keras draws them, from the `prng`. */
export function everyState(from: tf.SymbolicTensor, units: number, prng: Prng): tf.SymbolicTensor {
  return gru(everyStep(units, prng)).apply(from) as tf.SymbolicTensor;
}

/** How an LSTM differs from the others, in the terms of tfjs. */
export type LstmDifferences = Pick<Parameters<typeof lstm>[0], "name" | "unitForgetBias" | "goBackwards">;

/** An LSTM that says its state at every step, with the kernel's gates, and weights as Keras draws them, from the `prng`. */
export function everyLstmState(
  from: tf.SymbolicTensor,
  units: number,
  prng: Prng,
  differences: LstmDifferences = {},
): tf.SymbolicTensor {
  return lstm({ ...differences, ...everyStep(units, prng) }).apply(from) as tf.SymbolicTensor;
}
