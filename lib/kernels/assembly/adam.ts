// What comes after the gradients: their sum over the threads, and Adam.
import { fma, sum } from "./vector";
import { share } from "./share";

/** The threads' gradients summed into the first one's, in the threads' order. */
@unmanaged
export class Reduce {
  operation: i32;
  gradients: usize;
  gradientsThread: usize;
  floats: i32;
  result: usize;
}

/** One step of Adam on flat arrays. */
@unmanaged
export class Adam {
  operation: i32;
  parameters: usize;
  gradients: usize;
  firstMoments: usize;
  secondMoments: usize;
  floats: i32;
  rate: f32;
  beta1: f32;
  beta2: f32;
  secondScale: f32;
  epsilon: f32;
  squares: usize;
  clipNorm: f32;
  average: usize;
  averageDecay: f32;
}

/** `panels *= keep`, for some rows of a matrix in panels. */
@unmanaged
export class Decay {
  operation: i32;
  panels: usize;
  panelRows: i32;
  panelCount: i32;
  firstRow: i32;
  rows: i32;
  keep: f32;
}

/** Where a thread's part of `floats` numbers begins: whole cache lines, so that no two threads write to one. */
function part(floats: i32, thread: i32, threads: i32): usize {
  return <usize> share(floats >> 4, thread, threads) << 6;
}

/** Adds the threads' gradients up in their order, so that the sum is the same every time. */
export function reduce(r: Reduce, thread: i32, threads: i32): void {
  const end = r.gradients + part(r.floats, thread + 1, threads);
  let squares = f64x2.splat(0);
  for (let to = r.gradients + part(r.floats, thread, threads); to < end; to += 16) {
    let total = v128.load(to);
    let from = to;
    for (let other = 1; other < threads; other++) {
      from += r.gradientsThread;
      total = f32x4.add(total, v128.load(from));
    }
    v128.store(to, total);
    const low = f64x2.promote_low_f32x4(total);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(total, total, 2, 3, 2, 3));
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  store<f64>(r.result + (<usize> thread << 6), f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
}

/**
 * Adam (Kingma and Ba, 2015) as tfjs and Keras compute it, the corrections of both moments in `rate` and
 * `secondScale`; with the gradients first scaled down to `clipNorm`, if they are longer.
 */
export function adam(a: Adam, thread: i32, threads: i32): void {
  const shrink = f32x4.splat(clipping(a, threads));
  const rate = f32x4.splat(a.rate), secondScale = f32x4.splat(a.secondScale), epsilon = f32x4.splat(a.epsilon);
  const beta1 = f32x4.splat(a.beta1), beta2 = f32x4.splat(a.beta2);
  const rest1 = f32x4.splat(1 - a.beta1), rest2 = f32x4.splat(1 - a.beta2);
  const restOfAverage = f32x4.splat(1 - a.averageDecay);
  const end = part(a.floats, thread + 1, threads);
  for (let at = part(a.floats, thread, threads); at < end; at += 16) {
    const g = f32x4.mul(v128.load(a.gradients + at), shrink);
    const first = fma(rest1, g, f32x4.mul(beta1, v128.load(a.firstMoments + at)));
    const second = fma(rest2, f32x4.mul(g, g), f32x4.mul(beta2, v128.load(a.secondMoments + at)));
    v128.store(a.firstMoments + at, first);
    v128.store(a.secondMoments + at, second);
    const change = f32x4.div(f32x4.mul(rate, first), fma(f32x4.sqrt(second), secondScale, epsilon));
    const next = f32x4.sub(v128.load(a.parameters + at), change);
    v128.store(a.parameters + at, next);
    if (!a.average) continue;
    const mean = v128.load(a.average + at);
    v128.store(a.average + at, fma(restOfAverage, f32x4.sub(next, mean), mean));
  }
}

/** Weights fade before Adam moves them: Loshchilov and Hutter (2019). */
export function decay(d: Decay, thread: i32, threads: i32): void {
  const end = share(d.panelCount, thread + 1, threads), keep = f32x4.splat(d.keep);
  for (let p = share(d.panelCount, thread, threads); p < end; p++) {
    let at = d.panels + (<usize> (p * d.panelRows + d.firstRow) << 6);
    for (const last = at + (<usize> d.rows << 6); at < last; at += 16) {
      v128.store(at, f32x4.mul(v128.load(at), keep));
    }
  }
}

function clipping(a: Adam, threads: i32): f32 {
  if (!a.squares) return 1;
  let squares: f64 = 0;
  for (let thread = 0; thread < threads; thread++) squares += load<f64>(a.squares + (<usize> thread << 6));
  const norm = sqrt(squares);
  return norm > <f64> a.clipNorm ? <f32> (<f64> a.clipNorm / norm) : 1;
}
