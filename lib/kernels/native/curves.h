// The curves that follow a sum, and their slopes.
#ifndef CURVES_H
#define CURVES_H

#include "thread.h"
#include "vector.h"

struct curve {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch, kind;
};

/** `saved`: what the curve made or, of gelu, what it was made of. */
struct curve_gradient {
  int32_t operation;
  struct tensor from, to, saved;
  int32_t width, steps, batch, kind, accumulate;
};

enum curve_kind { LINEAR, RELU, GELU, TANH, SIGMOID };

/** The share of a normal distribution below x: 1.5e-7 (Abramowitz and Stegun 7.1.26). `bell` becomes e^(-x² / 2). */
INLINE vec below(vec x, vec *bell) {
  vec size = (vec)((ints)x & 0x7fffffff) * splat(0.70710678f);
  *bell = exp_of(size * -size);
  vec t = quotient(splat(1), multiply_add(size, splat(0.3275911f), splat(1)));
  vec series = multiply_add(t, splat(1.061405429f), splat(-1.453152027f));
  series = multiply_add(t, series, splat(1.421413741f));
  series = multiply_add(t, series, splat(-0.284496736f));
  series = multiply_add(t, series, splat(0.254829592f));
  vec beyond = splat(0.5f) * t * series * *bell;
  ints negative = (ints)x >> 31;
  return (vec)(((ints)beyond & negative) | ((ints)(splat(1) - beyond) & ~negative));
}

INLINE vec curve_of(int kind, vec x) {
  vec bell;
  switch (kind) {
    case RELU: return larger(splat(0), x);
    case GELU: return x * below(x, &bell);
    case TANH: return tanh_of(x);
    case SIGMOID: return sigmoid(x);
    default: return x;
  }
}

/** From what a curve made; of gelu from what it was made of. */
INLINE vec slope_of(int kind, vec saved) {
  vec one = splat(1), bell;
  switch (kind) {
    case RELU: return (vec)((ints)one & (saved > splat(0)));
    case GELU: {
      vec share = below(saved, &bell);
      return multiply_add(saved * splat(0.39894228f), bell, share);
    }
    case TANH: return multiply_subtract(saved, saved, one);
    case SIGMOID: return multiply_subtract(saved, saved, saved);
    default: return one;
  }
}

static void curve(const struct curve *c, const struct thread *me) {
  EACH_ROW(c, example, step) {
    const float *from = row_at(me, &c->from, example, step);
    float *to = row_at(me, &c->to, example, step);
    for (int i = 0; i < c->width; i += LANES) store_part(to + i, curve_of(c->kind, load(from + i)), c->width - i);
  }
}

static void curve_gradient(const struct curve_gradient *c, const struct thread *me) {
  EACH_ROW(c, example, step) {
    const float *from = row_at(me, &c->from, example, step), *saved = row_at(me, &c->saved, example, step);
    float *to = row_at(me, &c->to, example, step);
    for (int i = 0; i < c->width; i += LANES) {
      vec slope = load(from + i) * slope_of(c->kind, load(saved + i));
      vec before = c->accumulate ? load(to + i) : splat(0);
      store_part(to + i, before + slope, c->width - i);
    }
  }
}

#endif
