// Gated recurrent unit, as tfjs has it: gates in the order update, reset, candidate; the reset gate comes before the
// product (Keras's reset_after=false).
//   h' = z · h + (1 - z) · g        g = tanh(x W + (r · h) U + b)
import { Curve, fma, fnma, one, unfaded } from "./vector";
import { Layer } from "./records";

/** The update and reset gates (in place), and `r · h`, which the candidate will need. */
export function gruGates(layer: Layer, gates: usize, hidden: usize, kept: usize, rows: i32): void {
  const width = <usize> layer.paddedUnits << 2;
  for (let row = 0; row < rows; row++) {
    for (let unit: usize = 0; unit < width; unit += 16) {
      const z = gates + unit, r = z + width;
      const reset = Curve.sigmoid(v128.load(r));
      v128.store(z, Curve.sigmoid(v128.load(z)));
      v128.store(r, reset);
      v128.store(kept + unit, f32x4.mul(reset, v128.load(hidden + unit)));
    }
    gates += layer.gatesRow;
    hidden += layer.rowsRow;
    kept += layer.cellsRow;
  }
}

/** The candidate (in place) and the next hidden state. */
export function gruCandidate(layer: Layer, gates: usize, hidden: usize, nextHidden: usize, rows: i32): void {
  const width = <usize> layer.paddedUnits << 2;
  for (let row = 0; row < rows; row++) {
    for (let unit: usize = 0; unit < width; unit += 16) {
      const z = gates + unit, g = z + width + width;
      const candidate = Curve.tanh(v128.load(g));
      v128.store(g, candidate);
      const change = f32x4.sub(v128.load(hidden + unit), candidate);
      v128.store(nextHidden + unit, fma(v128.load(z), change, candidate));
    }
    gates += layer.gatesRow;
    hidden += layer.rowsRow;
    nextHidden += layer.rowsRow;
  }
}

/**
 * From the gradient of the hidden state to those of the candidate's and the update gate's pre-activations, which replace
 * these two; what reaches the hidden state before directly, `dh · z`, replaces dh.
 */
export function gruCandidateBackward(
  layer: Layer,
  gates: usize,
  hidden: usize,
  hiddenGradient: usize,
  rows: i32,
): void {
  const width = <usize> layer.paddedUnits << 2;
  for (let row = 0; row < rows; row++) {
    for (let unit: usize = 0; unit < width; unit += 16) {
      const z = gates + unit, g = z + width + width;
      const update = v128.load(z), candidate = v128.load(g), dh = unfaded(v128.load(hiddenGradient + unit));
      const through = f32x4.mul(dh, update);
      const dz = f32x4.mul(dh, f32x4.sub(v128.load(hidden + unit), candidate));
      v128.store(z, f32x4.mul(dz, fnma(update, update, update)));
      v128.store(g, f32x4.mul(f32x4.sub(dh, through), fnma(candidate, candidate, one())));
      v128.store(hiddenGradient + unit, through);
    }
    gates += layer.gatesRow;
    hidden += layer.rowsRow;
    hiddenGradient += layer.stateGradientRow;
  }
}

/** From the gradient of `r · h` to that of the reset gate's pre-activation, which replaces it, and its part of dh. */
export function gruResetBackward(
  layer: Layer,
  gates: usize,
  hidden: usize,
  productGradient: usize,
  hiddenGradient: usize,
  rows: i32,
): void {
  const width = <usize> layer.paddedUnits << 2;
  for (let row = 0; row < rows; row++) {
    for (let unit: usize = 0; unit < width; unit += 16) {
      const r = gates + width + unit;
      const reset = v128.load(r), product = unfaded(v128.load(productGradient + unit));
      const dr = f32x4.mul(product, v128.load(hidden + unit));
      v128.store(r, f32x4.mul(dr, fnma(reset, reset, reset)));
      v128.store(hiddenGradient + unit, fma(product, reset, v128.load(hiddenGradient + unit)));
    }
    gates += layer.gatesRow;
    hidden += layer.rowsRow;
    productGradient += layer.stateGradientRow;
    hiddenGradient += layer.stateGradientRow;
  }
}
