// Long short-term memory, as tfjs and Keras have it: gates in the order input, forget, candidate, output.
//   c' = f · c + i · g        h' = o · tanh(c')
import { Curve, fma, fnma, one, smallest, unfaded } from "./vector";
import { Layer } from "./records";

/** From pre-activations to gates (in place), the next cell state and the next hidden state. */
export function lstmForward(layer: Layer, gates: usize, cell: usize, nextCell: usize, hidden: usize, rows: i32): void {
  const width = <usize> layer.paddedUnits << 2;
  for (let row = 0; row < rows; row++) {
    for (let unit: usize = 0; unit < width; unit += 16) {
      const i = gates + unit, f = i + width, g = f + width, o = g + width;
      const input = Curve.sigmoid(v128.load(i));
      const forget = Curve.sigmoid(v128.load(f));
      const candidate = Curve.tanh(v128.load(g));
      const output = Curve.sigmoid(v128.load(o));
      const c = fma(forget, v128.load(cell + unit), f32x4.mul(input, candidate));
      v128.store(i, input);
      v128.store(f, forget);
      v128.store(g, candidate);
      v128.store(o, output);
      v128.store(nextCell + unit, c);
      v128.store(hidden + unit, f32x4.mul(output, Curve.tanh(c)));
    }
    gates += layer.gatesRow;
    cell += layer.cellsRow;
    nextCell += layer.cellsRow;
    hidden += layer.rowsRow;
  }
}

/** tanh(c') from h' = o · tanh(c'), which costs a third of computing it anew. A gate that is shut, o = 0, lets none through. */
function squashedCell(hidden: v128, output: v128): v128 {
  return f32x4.div(hidden, f32x4.pmax(output, smallest()));
}

/**
 * From the gradients of the hidden and the cell state to those of the pre-activations, which replace the gates, and of
 * the cell state before, which replaces that of the one after.
 */
export function lstmBackward(
  layer: Layer,
  gates: usize,
  cell: usize,
  hidden: usize,
  hiddenGradient: usize,
  cellGradient: usize,
  rows: i32,
): void {
  const width = <usize> layer.paddedUnits << 2;
  for (let row = 0; row < rows; row++) {
    for (let unit: usize = 0; unit < width; unit += 16) {
      const i = gates + unit, f = i + width, g = f + width, o = g + width;
      const input = v128.load(i), forget = v128.load(f), candidate = v128.load(g), output = v128.load(o);
      const squashed = squashedCell(v128.load(hidden + unit), output);
      const dh = unfaded(v128.load(hiddenGradient + unit));
      const dc = fma(
        f32x4.mul(dh, output),
        fnma(squashed, squashed, one()),
        v128.load(cellGradient + unit),
      );
      v128.store(i, f32x4.mul(f32x4.mul(dc, candidate), fnma(input, input, input)));
      v128.store(f, f32x4.mul(f32x4.mul(dc, v128.load(cell + unit)), fnma(forget, forget, forget)));
      v128.store(g, f32x4.mul(f32x4.mul(dc, input), fnma(candidate, candidate, one())));
      v128.store(o, f32x4.mul(f32x4.mul(dh, squashed), fnma(output, output, output)));
      v128.store(cellGradient + unit, unfaded(f32x4.mul(dc, forget)));
    }
    gates += layer.gatesRow;
    cell += layer.cellsRow;
    hidden += layer.rowsRow;
    hiddenGradient += layer.stateGradientRow;
    cellGradient += layer.stateGradientRow;
  }
}
