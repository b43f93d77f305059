// Layer normalisation: Ba, Kiros and Hinton (2016).
import { Rows, SavedRows } from "./records";
import { place, share } from "./share";
import { fma, fnma, storePart, sum } from "./vector";

/** `statistics`: two floats a row, the mean and the inverse of the deviation. */
@unmanaged
export class Normalize extends Rows {
  gamma: usize;
  beta: usize;
  statistics: usize;
  epsilon: f32;
}

/** `clear`: whether the gradients of gamma and beta begin with 0. */
@unmanaged
export class NormalizeGradient extends SavedRows {
  gamma: usize;
  gammaGradient: usize;
  betaGradient: usize;
  gradientThread: usize;
  statistics: usize;
  accumulate: i32;
  clear: i32;
}

/** Where a row's mean and the inverse of its deviation are. */
function statisticsAt(first: usize, row: i32): usize {
  return first + (<usize> row << 3);
}

/** The sum of a row. */
function total(x: usize, width: i32): f32 {
  let sums = f32x4.splat(0), i = 0;
  for (; i + 4 <= width; i += 4) {
    sums = f32x4.add(sums, v128.load(x));
    x += 16;
  }
  let all = sum(sums);
  for (; i < width; i++) {
    all += load<f32>(x);
    x += 4;
  }
  return all;
}

/** The sum of a row's squared distances from its mean. */
function spread(x: usize, width: i32, mean: f32): f32 {
  let squares = f32x4.splat(0), i = 0;
  for (; i + 4 <= width; i += 4) {
    const off = f32x4.sub(v128.load(x), f32x4.splat(mean));
    squares = fma(off, off, squares);
    x += 16;
  }
  let all = sum(squares);
  for (; i < width; i++) {
    const off = load<f32>(x) - mean;
    all += off * off;
    x += 4;
  }
  return all;
}

export function normalize(n: Normalize, thread: i32, threads: i32): void {
  const end = share(n.batch, thread + 1, threads), width = n.width;
  for (let example = share(n.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < n.steps; step++) {
      const x = place(n.from, n.fromRow, n.fromStep, example, step);
      const to = place(n.to, n.toRow, n.toStep, example, step);
      const statistics = statisticsAt(n.statistics, example * n.steps + step);
      const mean = total(x, width) / <f32> width;
      const scale: f32 = 1 / sqrt<f32>(spread(x, width, mean) / <f32> width + n.epsilon);
      store<f32>(statistics, mean);
      store<f32>(statistics, scale, 4);
      for (let i = 0; i < width; i += 4) {
        const at = <usize> i << 2;
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), f32x4.splat(mean)), f32x4.splat(scale));
        storePart(to + at, fma(normal, v128.load(n.gamma + at), v128.load(n.beta + at)), width - i);
      }
    }
  }
}

export function normalizeGradient(n: NormalizeGradient, thread: i32, threads: i32): void {
  const end = share(n.batch, thread + 1, threads), width = n.width;
  const gammaGradient = n.gammaGradient + <usize> thread * n.gradientThread;
  const betaGradient = n.betaGradient + <usize> thread * n.gradientThread;
  if (n.clear) {
    memory.fill(gammaGradient, 0, <usize> width << 2);
    memory.fill(betaGradient, 0, <usize> width << 2);
  }
  for (let example = share(n.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < n.steps; step++) {
      const x = place(n.saved, n.savedRow, n.savedStep, example, step);
      const by = place(n.from, n.fromRow, n.fromStep, example, step);
      const to = place(n.to, n.toRow, n.toStep, example, step);
      const statistics = statisticsAt(n.statistics, example * n.steps + step);
      const mean = v128.load_splat<f32>(statistics), scale = v128.load_splat<f32>(statistics, 4);
      let sums = f32x4.splat(0), products = f32x4.splat(0);
      for (let i = 0; i < width; i += 4) {
        // What is beyond the width meets zeros of gamma and of the gradient.
        const at = <usize> i << 2, slope = v128.load(by + at);
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), mean), scale);
        storePart(gammaGradient + at, fma(slope, normal, v128.load(gammaGradient + at)), width - i);
        storePart(betaGradient + at, f32x4.add(v128.load(betaGradient + at), slope), width - i);
        const inner = f32x4.mul(slope, v128.load(n.gamma + at));
        sums = f32x4.add(sums, inner);
        products = fma(inner, normal, products);
      }
      const level = f32x4.splat(sum(sums) / <f32> width), tilt = f32x4.splat(sum(products) / <f32> width);
      for (let i = 0; i < width; i += 4) {
        const at = <usize> i << 2;
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), mean), scale);
        const inner = f32x4.mul(v128.load(by + at), v128.load(n.gamma + at));
        const slope = f32x4.mul(scale, fnma(normal, tilt, f32x4.sub(inner, level)));
        storePart(to + at, n.accumulate ? f32x4.add(v128.load(to + at), slope) : slope, width - i);
      }
    }
  }
}
