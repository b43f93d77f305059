// What comes after the gradients: their sum over the threads, and Adam.
#ifndef ADAM_H
#define ADAM_H

#include <math.h>

#include "thread.h"
#include "vector.h"

struct reduce {
  int32_t operation;
  bytes gradients, gradients_thread;
  int32_t floats;
  bytes result;
};

struct adam {
  int32_t operation;
  bytes parameters, gradients, first_moments, second_moments;
  int32_t floats;
  float rate, beta1, beta2, second_scale, epsilon;
  bytes squares;
  float clip_norm;
  bytes average;
  float average_decay;
};

/** `panels *= keep`, for some rows of a matrix in panels. */
struct decay {
  int32_t operation;
  bytes panels;
  int32_t panel_rows, panel_count, first_row, rows;
  float keep;
};

/** Where a thread's part of `floats` numbers begins: whole cache lines, so that no two threads write to one. */
static size_t part(int floats, const struct thread *me, int next) {
  return (size_t)share(floats / PANEL, me, next) * PANEL;
}

/** Adds the threads' gradients up in their order, so that the sum is the same every time. */
static void reduce(const struct reduce *r, const struct thread *me) {
  float *gradients = at(me, r->gradients);
  size_t end = part(r->floats, me, 1), copy = r->gradients_thread / sizeof(float);
  double total = 0;
  for (size_t i = part(r->floats, me, 0); i < end;) {
    // In float64 only now and then: a sum of few float32 loses nothing that clipping would notice.
    size_t stop = end - i > 64 * PANEL ? i + 64 * PANEL : end;
    vec squares = splat(0);
    for (; i < stop; i += LANES) {
      vec g = load(gradients + i);
      for (int other = 1; other < me->count; other++) g = g + load(gradients + other * copy + i);
      store(gradients + i, g);
      squares = multiply_add(g, g, squares);
    }
    total += sum(squares);
  }
  *(double *)at(me, r->result + 64 * me->index) = total;
}

static float clipping(const struct adam *a, const struct thread *me) {
  if (!a->squares) return 1;
  double squares = 0;
  for (int i = 0; i < me->count; i++) squares += *(double *)at(me, a->squares + 64 * i);
  double norm = sqrt(squares);
  return norm > a->clip_norm ? (float)(a->clip_norm / norm) : 1;
}

/**
 * Adam (Kingma and Ba, 2015) as tfjs and Keras compute it, the corrections of both moments in `rate` and
 * `second_scale`; with the gradients first scaled down to `clip_norm`, if they are longer.
 */
static void adam(const struct adam *a, const struct thread *me) {
  float *parameters = at(me, a->parameters), *gradients = at(me, a->gradients);
  float *first_moments = at(me, a->first_moments), *second_moments = at(me, a->second_moments);
  float *average = at(me, a->average);
  vec shrink = splat(clipping(a, me));
  size_t end = part(a->floats, me, 1);
  for (size_t i = part(a->floats, me, 0); i < end; i += LANES) {
    vec g = load(gradients + i) * shrink;
    vec first = multiply_add(splat(1 - a->beta1), g, splat(a->beta1) * load(first_moments + i));
    vec second = multiply_add(splat(1 - a->beta2), g * g, splat(a->beta2) * load(second_moments + i));
    store(first_moments + i, first);
    store(second_moments + i, second);
    vec root = multiply_add(square_root(second), splat(a->second_scale), splat(a->epsilon));
    vec next = load(parameters + i) - splat(a->rate) * first / root;
    store(parameters + i, next);
    if (!a->average) continue;
    vec mean = load(average + i);
    store(average + i, multiply_add(splat(1 - a->average_decay), next - mean, mean));
  }
}

/** Weights fade before Adam moves them: Loshchilov and Hutter (2019). */
static void decay(const struct decay *d, const struct thread *me) {
  int end = share(d->panel_count, me, 1);
  for (int p = share(d->panel_count, me, 0); p < end; p++) {
    float *x = (float *)at(me, d->panels) + ((size_t)p * d->panel_rows + d->first_row) * PANEL;
    for (size_t i = 0; i < (size_t)d->rows * PANEL; i += LANES) store(x + i, load(x + i) * splat(d->keep));
  }
}

#endif
