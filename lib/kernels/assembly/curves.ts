// The curves that follow a sum, and their slopes.
import { Rows, SavedRows } from "./records";
import { place, share } from "./share";
import { Curve, fma, fnma, one, storePart } from "./vector";

@unmanaged
export class CurveRows extends Rows {
  kind: i32;
}

/** `saved`: what the curve made or, of gelu, what it was made of. */
@unmanaged
export class CurveGradient extends SavedRows {
  kind: i32;
  accumulate: i32;
}

const enum Kind {
  Linear,
  Relu,
  Gelu,
  Tanh,
  Sigmoid,
}

/** e^(-x² / 2). */
function bell(size: v128): v128 {
  return Curve.exp(f32x4.neg(f32x4.mul(size, size)));
}

/** The share of a normal distribution below x: 1.5e-7 (Abramowitz and Stegun 7.1.26). */
function below(x: v128, size: v128, bell: v128): v128 {
  const t = f32x4.div(one(), fma(size, f32x4.splat(0.3275911), one()));
  let series = fma(t, f32x4.splat(1.061405429), f32x4.splat(-1.453152027));
  series = fma(t, series, f32x4.splat(1.421413741));
  series = fma(t, series, f32x4.splat(-0.284496736));
  series = fma(t, series, f32x4.splat(0.254829592));
  const beyond = f32x4.mul(f32x4.mul(f32x4.mul(f32x4.splat(0.5), t), series), bell);
  return v128.bitselect(beyond, f32x4.sub(one(), beyond), i32x4.shr_s(x, 31));
}

/** |x| / √2. */
function sizeOf(x: v128): v128 {
  return f32x4.mul(f32x4.abs(x), f32x4.splat(0.70710678));
}

function curveOf(kind: i32, x: v128): v128 {
  switch (kind) {
    case Kind.Relu:
      return f32x4.pmax(x, f32x4.splat(0));
    case Kind.Gelu: {
      const size = sizeOf(x);
      return f32x4.mul(x, below(x, size, bell(size)));
    }
    case Kind.Tanh:
      return Curve.tanh(x);
    case Kind.Sigmoid:
      return Curve.sigmoid(x);
    default:
      return x;
  }
}

/** From what a curve made; of gelu from what it was made of. */
function slopeOf(kind: i32, saved: v128): v128 {
  switch (kind) {
    case Kind.Relu:
      return v128.and(one(), f32x4.gt(saved, f32x4.splat(0)));
    case Kind.Gelu: {
      const size = sizeOf(saved), height = bell(size);
      return fma(f32x4.mul(saved, f32x4.splat(0.39894228)), height, below(saved, size, height));
    }
    case Kind.Tanh:
      return fnma(saved, saved, one());
    case Kind.Sigmoid:
      return fnma(saved, saved, saved);
    default:
      return one();
  }
}

export function curve(c: CurveRows, thread: i32, threads: i32): void {
  const end = share(c.batch, thread + 1, threads);
  for (let example = share(c.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < c.steps; step++) {
      let from = place(c.from, c.fromRow, c.fromStep, example, step);
      let to = place(c.to, c.toRow, c.toStep, example, step);
      for (let i = 0; i < c.width; i += 4) {
        storePart(to, curveOf(c.kind, v128.load(from)), c.width - i);
        from += 16;
        to += 16;
      }
    }
  }
}

export function curveGradient(c: CurveGradient, thread: i32, threads: i32): void {
  const end = share(c.batch, thread + 1, threads);
  for (let example = share(c.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < c.steps; step++) {
      let from = place(c.from, c.fromRow, c.fromStep, example, step);
      let saved = place(c.saved, c.savedRow, c.savedStep, example, step);
      let to = place(c.to, c.toRow, c.toStep, example, step);
      for (let i = 0; i < c.width; i += 4) {
        const slope = f32x4.mul(v128.load(from), slopeOf(c.kind, v128.load(saved)));
        storePart(to, c.accumulate ? f32x4.add(v128.load(to), slope) : slope, c.width - i);
        from += 16;
        saved += 16;
        to += 16;
      }
    }
  }
}
