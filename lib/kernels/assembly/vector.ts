// Four floats at a time: the functions of a recurrent cell.

/** `a * b + c`, in one rounding where the machine and the build have relaxed SIMD. */
export function fma(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** `c - a * b`. */
export function fnma(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_nmadd(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
}

/** The sum of the four. */
export function sum(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Stores the first `count` of the four, or all. */
export function storePart(to: usize, x: v128, count: i32): void {
  if (count > 3) {
    v128.store(to, x);
    return;
  }
  v128.store_lane<f32>(to, x, 0);
  if (count > 1) v128.store_lane<f32>(to, x, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, x, 2, 8);
}

/** The largest of the four. */
export function largest(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

// Constants live in memory: V8 loads one in a single instruction there, and builds a literal in three, each time.
const constants: usize = memory.data<f32>([
  7.90531110763549805,
  -7.90531110763549805, // beyond, tanh is 1 to the last bit
  -2.76076847742355e-16,
  2.00018790482477e-13,
  -8.60467152213735e-11,
  5.12229709037114e-08, // numerator
  1.48572235717979e-05,
  6.37261928875436e-04,
  4.89352455891786e-03,
  1.19825839466702e-06,
  1.18534705686654e-04,
  2.26843463243900e-03,
  4.89352518554385e-03, // denominator
  0.5,
  1.0,
  -87.0,
  1.44269504088896341,
  12582912.0, // exp: the smallest, log2(e), 1.5 * 2^23 to round
  -0.693359375,
  2.12194440e-4, // -ln 2 in two parts
  1.9875691500e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1, // exp's polynomial
  1e-24, // what a gradient may fade to
  1e-30, // what a divisor is at least
], 16);

function constant(index: usize): v128 {
  return v128.load_splat<f32>(constants + index * 4);
}

export function one(): v128 {
  return constant(14);
}

/** More than 0, and less than any gate but one that is shut. */
export function smallest(): v128 {
  return constant(26);
}

/**
 * 0 for gradients below 1e-24, which change no weight. Going back through hundreds of steps they fade below 1e-38, and
 * with such numbers a machine multiplies a hundred times as slowly. A NaN stays one.
 */
export function unfaded(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), constant(25)));
}

/**
 * The curves of a cell. Methods, because asc then expands them where they stand, as it must; called, they take three
 * times as long. (It would do so with decorated functions too, but those are no TypeScript, and `deno fmt` undecorates
 * them.)
 */
export class Curve {
  /** Hyperbolic tangent to 2e-7: Eigen's rational approximation. A NaN stays one. */
  @inline
  static tanh(x: v128): v128 {
    x = f32x4.pmax(f32x4.pmin(x, constant(0)), constant(1));
    const square = f32x4.mul(x, x);
    let above = fma(square, constant(2), constant(3));
    above = fma(square, above, constant(4));
    above = fma(square, above, constant(5));
    above = fma(square, above, constant(6));
    above = fma(square, above, constant(7));
    above = fma(square, above, constant(8));
    let below = fma(square, constant(9), constant(10));
    below = fma(square, below, constant(11));
    below = fma(square, below, constant(12));
    return f32x4.div(f32x4.mul(x, above), below);
  }

  /** Logistic function. */
  @inline
  static sigmoid(x: v128): v128 {
    const half = constant(13);
    return fma(half, Curve.tanh(f32x4.mul(x, half)), half);
  }

  /** Exponential of numbers not above 0, to 2e-7 (Cephes); below -87 it stays at e^-87. */
  @inline
  static exp(x: v128): v128 {
    x = f32x4.pmax(x, constant(15));
    const shifted = fma(x, constant(16), constant(17));
    const power = f32x4.sub(shifted, constant(17));
    let rest = fma(power, constant(18), x);
    rest = fma(power, constant(19), rest);
    let series = fma(rest, constant(20), constant(21));
    series = fma(rest, series, constant(22));
    series = fma(rest, series, constant(23));
    series = fma(rest, series, constant(24));
    series = fma(rest, series, constant(13));
    series = fma(f32x4.mul(rest, rest), series, f32x4.add(rest, constant(14)));
    const scale = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
    return f32x4.mul(series, scale);
  }
}
