import type * as tf from "@tensorflow/tfjs";

/** Number of pitch classes that a model chooses from: the MIDI numbers. */
export const PITCHES = 128;

/**
 * The pitches that came, whichever way `model.fit` is given them.
 *
 * @param targets MIDI numbers, shape [batch] or [batch, 1], or their one-hot vectors, shape [batch, 128].
 * @returns A MIDI number each; nothing if a vector has not 128 numbers, or is not 1 at one place and 0 at all others.
 * @throws {RangeError} If a number is none from 0 to 127.
 */
export function pitchesOf(targets: tf.Tensor): Int32Array | undefined {
  const values = targets.dataSync(), width = targets.rank === 1 ? 1 : targets.shape[1]!;
  if (width === 1) {
    const stray = values.find((value) => !(Number.isInteger(value) && value >= 0 && value < PITCHES));
    if (stray === undefined) return Int32Array.from(values);
    throw new RangeError(`Cannot learn a pitch: it must be a whole number from 0 to 127, got ${stray}`);
  }
  if (width !== PITCHES) return;
  const pitches = new Int32Array(values.length / width);
  for (let i = 0; i < pitches.length; i++) {
    let ones = 0;
    for (let pitch = 0; pitch < width; pitch++) {
      const value = values[i * width + pitch];
      if (value === 0) continue;
      if (value !== 1 || ++ones > 1) return;
      pitches[i] = pitch;
    }
    if (ones === 0) return;
  }
  return pitches;
}
