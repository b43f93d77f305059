// As many floats at a time as this build's registers hold. Each width has its own tile of sums that stay in registers,
// TILE_ROWS rows of TILE_VECTORS vectors: one tile for all would make compilers spill.
//
// `larger` and `smaller` give x where it is NaN, so that a NaN stays one.
#ifndef VECTOR_H
#define VECTOR_H

#if defined(NOTENBUCH_AVX512)
#include "vector_avx512.h"
#elif defined(NOTENBUCH_AVX2)
#include "vector_avx2.h"
#elif defined(NOTENBUCH_NEON)
#include "vector_neon.h"
#else
#include "vector_plain.h"
#endif

/** The bits of a vector's floats, which order positive floats as the floats themselves. */
typedef int32_t ints __attribute__((vector_size(sizeof(vec))));

/** Columns of a panel, the unit in which matrices of weights are laid out. */
#define PANEL 16
#define VECTORS_A_PANEL (PANEL / LANES)

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define UNROLL_TWICE _Pragma("clang loop unroll_count(2)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#define UNROLL_TWICE _Pragma("GCC unroll 2")
#endif
#define INLINE static inline __attribute__((always_inline))

/** Where vector number `v` of a row is, counted from a panel's first; `panel`: floats from a panel to the next. */
INLINE size_t vector_at(int v, size_t panel) {
  return (size_t)(v / VECTORS_A_PANEL) * panel + (size_t)(v % VECTORS_A_PANEL) * LANES;
}

INLINE float sum(vec x) {
  float lanes[LANES], total = 0;
  store(lanes, x);
  for (int i = 0; i < LANES; i++) total += lanes[i];
  return total;
}

INLINE float largest(vec x) {
  float lanes[LANES];
  store(lanes, x);
  float peak = lanes[0];
  for (int i = 1; i < LANES; i++) peak = lanes[i] > peak ? lanes[i] : peak;
  return peak;
}

/** The first `count` floats of a vector, or all. */
INLINE void store_part(float *to, vec x, int count) {
  if (count >= LANES) {
    store(to, x);
    return;
  }
  float lanes[LANES];
  store(lanes, x);
  for (int i = 0; i < count; i++) to[i] = lanes[i];
}

/** Hyperbolic tangent to 2e-7: Eigen's rational approximation. */
INLINE vec tanh_of(vec x) {
  // Beyond this, tanh is 1 to the last bit.
  x = larger(splat(-7.90531110763549805f), smaller(splat(7.90531110763549805f), x));
  vec square = x * x;
  vec above = multiply_add(square, splat(-2.76076847742355e-16f), splat(2.00018790482477e-13f));
  above = multiply_add(square, above, splat(-8.60467152213735e-11f));
  above = multiply_add(square, above, splat(5.12229709037114e-08f));
  above = multiply_add(square, above, splat(1.48572235717979e-05f));
  above = multiply_add(square, above, splat(6.37261928875436e-04f));
  above = multiply_add(square, above, splat(4.89352455891786e-03f));
  vec below = multiply_add(square, splat(1.19825839466702e-06f), splat(1.18534705686654e-04f));
  below = multiply_add(square, below, splat(2.26843463243900e-03f));
  below = multiply_add(square, below, splat(4.89352518554385e-03f));
  return quotient(x * above, below);
}

/** Logistic function. */
INLINE vec sigmoid(vec x) {
  vec half = splat(0.5f);
  return multiply_add(half, tanh_of(x * half), half);
}

/**
 * 0 for gradients below 1e-24, which change no weight. Going back through hundreds of steps they fade below 1e-38, and
 * with such numbers a machine multiplies a hundred times as slowly. A NaN stays one.
 */
INLINE vec unfaded(vec x) {
  ints size = (ints)x & 0x7fffffff;
  return (vec)((ints)x & ~(size < (ints)splat(1e-24f)));
}

/** Exponential of numbers not above 0, to 2e-7 (Cephes); below -87 it stays at e^-87. */
INLINE vec exp_of(vec x) {
  x = larger(splat(-87), x);
  // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the lowest bits.
  vec shifted = multiply_add(x, splat(1.44269504088896341f), splat(12582912));
  vec power = shifted - splat(12582912);
  vec rest = multiply_add(power, splat(-0.693359375f), x);
  rest = multiply_add(power, splat(2.12194440e-4f), rest);
  vec series = multiply_add(rest, splat(1.9875691500e-4f), splat(1.3981999507e-3f));
  series = multiply_add(rest, series, splat(8.3334519073e-3f));
  series = multiply_add(rest, series, splat(4.1665795894e-2f));
  series = multiply_add(rest, series, splat(1.6666665459e-1f));
  series = multiply_add(rest, series, splat(0.5f));
  series = multiply_add(rest * rest, series, rest + splat(1));
  return series * (vec)(((ints)shifted + 127) << 23);
}

#endif
