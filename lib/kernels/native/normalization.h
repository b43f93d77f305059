// Layer normalisation: Ba, Kiros and Hinton (2016).
#ifndef NORMALIZATION_H
#define NORMALIZATION_H

#include <math.h>
#include <string.h>

#include "thread.h"
#include "vector.h"

/** `statistics`: two floats a row, the mean and the inverse of the deviation. */
struct normalize {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch;
  bytes gamma, beta, statistics;
  float epsilon;
};

/** `clear`: whether the gradients of gamma and beta begin with 0. */
struct normalize_gradient {
  int32_t operation;
  struct tensor from, to, saved;
  int32_t width, steps, batch;
  bytes gamma, gamma_gradient, beta_gradient, gradient_thread, statistics;
  int32_t accumulate, clear;
};

/** Where a row's mean and the inverse of its deviation are. */
static float *statistics_at(const struct thread *me, bytes first, int row) { return (float *)at(me, first) + 2 * row; }

static void normalize(const struct normalize *n, const struct thread *me) {
  const float *gamma = at(me, n->gamma), *beta = at(me, n->beta);
  int width = n->width;
  EACH_ROW(n, example, step) {
    const float *x = row_at(me, &n->from, example, step);
    float *to = row_at(me, &n->to, example, step);
    float *statistics = statistics_at(me, n->statistics, example * n->steps + step);
    float total = 0, squares = 0;
    int whole = width / LANES * LANES;
    vec sums = splat(0);
    for (int i = 0; i < whole; i += LANES) sums = sums + load(x + i);
    for (int i = whole; i < width; i++) total += x[i];
    float mean = (total + sum(sums)) / width;
    sums = splat(0);
    for (int i = 0; i < whole; i += LANES) {
      vec off = load(x + i) - splat(mean);
      sums = multiply_add(off, off, sums);
    }
    for (int i = whole; i < width; i++) squares += (x[i] - mean) * (x[i] - mean);
    float scale = 1 / sqrtf((squares + sum(sums)) / width + n->epsilon);
    statistics[0] = mean;
    statistics[1] = scale;
    for (int i = 0; i < width; i += LANES) {
      vec normal = (load(x + i) - splat(mean)) * splat(scale);
      store_part(to + i, multiply_add(normal, load(gamma + i), load(beta + i)), width - i);
    }
  }
}

static void normalize_gradient(const struct normalize_gradient *n, const struct thread *me) {
  const float *gamma = at(me, n->gamma);
  float *gamma_gradient = (float *)at(me, n->gamma_gradient) + me->index * floats(n->gradient_thread);
  float *beta_gradient = (float *)at(me, n->beta_gradient) + me->index * floats(n->gradient_thread);
  int width = n->width;
  if (n->clear) {
    memset(gamma_gradient, 0, width * sizeof(float));
    memset(beta_gradient, 0, width * sizeof(float));
  }
  EACH_ROW(n, example, step) {
    const float *x = row_at(me, &n->saved, example, step), *by = row_at(me, &n->from, example, step);
    float *to = row_at(me, &n->to, example, step);
    const float *statistics = statistics_at(me, n->statistics, example * n->steps + step);
    vec mean = splat(statistics[0]), scale = splat(statistics[1]), sums = splat(0), products = splat(0);
    for (int i = 0; i < width; i += LANES) {
      // What is beyond the width meets zeros of gamma and of the gradient.
      vec normal = (load(x + i) - mean) * scale, slope = load(by + i);
      store_part(gamma_gradient + i, multiply_add(slope, normal, load(gamma_gradient + i)), width - i);
      store_part(beta_gradient + i, load(beta_gradient + i) + slope, width - i);
      vec inner = slope * load(gamma + i);
      sums = sums + inner;
      products = multiply_add(inner, normal, products);
    }
    vec level = splat(sum(sums) / width), tilt = splat(sum(products) / width);
    for (int i = 0; i < width; i += LANES) {
      vec normal = (load(x + i) - mean) * scale, inner = load(by + i) * load(gamma + i);
      vec slope = scale * (inner - level - normal * tilt);
      vec before = n->accumulate ? load(to + i) : splat(0);
      store_part(to + i, before + slope, width - i);
    }
  }
}

#endif
