// The losses of the heads: each replaces the head's outputs by their gradients and leaves its sum.
import { Curve, largest, sum } from "./vector";
import { place, share } from "./share";

/** A loss of one head; the head's outputs become their gradients. */
@unmanaged
export class Loss {
  operation: i32;
  outputs: usize;
  outputsRow: usize;
  outputsStep: usize;
  steps: i32;
  batch: i32;
  column: i32;
  classes: i32;
  targets: usize;
  scale: usize;
  result: usize;
  pressure: f32;
}

/**
 * Softmax cross-entropy in nats, from logits. The columns up to the next multiple of 16 belong to the head and are
 * left 0. A target of -1 is not counted; another that is no class makes the sum NaN.
 */
export function crossEntropy(loss: Loss, thread: i32, threads: i32): void {
  const end = share(loss.batch, thread + 1, threads), scale = load<f32>(loss.scale);
  const width = <usize> ((loss.classes + 15) & ~15) << 2;
  let total: f64 = 0;
  for (let example = share(loss.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < loss.steps; step++) {
      const logits = output(loss, example, step);
      const target = load<i32>(loss.targets + (<usize> (example * loss.steps + step) << 2));
      if (target === -1) memory.fill(logits, 0, width);
      else if (<u32> target >= <u32> loss.classes) total = f64.NaN;
      else total += rowCrossEntropy(logits, loss.classes, width, logits + (<usize> target << 2), scale);
    }
  }
  store<f64>(loss.result + (<usize> thread << 6), total);
}

/** Where a head's outputs are. */
function output(loss: Loss, example: i32, step: i32): usize {
  return place(loss.outputs, loss.outputsRow, loss.outputsStep, example, step) + (<usize> loss.column << 2);
}

function rowCrossEntropy(logits: usize, classes: i32, width: usize, target: usize, scale: f32): f64 {
  // Padding takes no part in the softmax.
  for (let at = <usize> classes << 2; at < width; at += 4) store<f32>(logits + at, -f32.MAX_VALUE);
  let peaks = v128.load(logits);
  for (let at: usize = 16; at < width; at += 16) peaks = f32x4.max(peaks, v128.load(logits + at));
  const peak = largest(peaks), said = load<f32>(target);
  const shift = f32x4.splat(peak);
  let sums = f32x4.splat(0);
  for (let at: usize = 0; at < width; at += 16) {
    const e = Curve.exp(f32x4.sub(v128.load(logits + at), shift));
    v128.store(logits + at, e);
    sums = f32x4.add(sums, e);
  }
  for (let at = <usize> classes << 2; at < width; at += 4) {
    sums = f32x4.replace_lane(sums, 0, f32x4.extract_lane(sums, 0) - load<f32>(logits + at));
    store<f32>(logits + at, 0);
  }
  const all = sum(sums);
  const factor = f32x4.splat(scale / all);
  for (let at: usize = 0; at < width; at += 16) v128.store(logits + at, f32x4.mul(v128.load(logits + at), factor));
  store<f32>(target, load<f32>(target) - scale);
  return <f64> Mathf.log(all) + <f64> peak - <f64> said;
}

/** `(y - p)² + pressure · max(-p, 0)`; a target that is NaN is not counted. */
export function pressedError(loss: Loss, thread: i32, threads: i32): void {
  const end = share(loss.batch, thread + 1, threads), scale = load<f32>(loss.scale);
  let total: f64 = 0;
  for (let example = share(loss.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < loss.steps; step++) {
      const at = output(loss, example, step), said = load<f32>(at);
      const target = load<f32>(loss.targets + (<usize> (example * loss.steps + step) << 2));
      if (target !== target) {
        store<f32>(at, 0);
        continue;
      }
      const error = said - target;
      const pressure: f32 = said < 0 ? loss.pressure : 0;
      total += <f64> (error * error - pressure * said);
      store<f32>(at, (2 * error - pressure) * scale);
    }
  }
  store<f64>(loss.result + (<usize> thread << 6), total);
}
