// The losses of the heads: each replaces the head's outputs by their gradients and leaves its sum.
#ifndef LOSSES_H
#define LOSSES_H

#include <float.h>
#include <math.h>

#include "thread.h"
#include "vector.h"

static float *output_at(const struct loss *l, const struct thread *me, int step, int row) {
  uint8_t *outputs = at(me, l->outputs);
  return (float *)(outputs + (size_t)step * l->outputs_step + (size_t)row * l->outputs_row) + l->column;
}

static double row_cross_entropy(float *logits, int classes, int target, float scale) {
  int width = (classes + PANEL - 1) / PANEL * PANEL;
  // Padding takes no part in the softmax.
  for (int i = classes; i < width; i++) logits[i] = -FLT_MAX;
  vec peaks = load(logits);
  for (int i = LANES; i < width; i += LANES) peaks = larger(peaks, load(logits + i));
  float peak = largest(peaks), said = logits[target];
  for (int i = 0; i < width; i += LANES) store(logits + i, exp_of(load(logits + i) - splat(peak)));
  for (int i = classes; i < width; i++) logits[i] = 0;
  vec sums = splat(0);
  for (int i = 0; i < width; i += LANES) sums = sums + load(logits + i);
  float all = sum(sums);
  vec factor = splat(scale / all);
  for (int i = 0; i < width; i += LANES) store(logits + i, load(logits + i) * factor);
  logits[target] -= scale;
  return (double)logf(all) + peak - said;
}

/**
 * Softmax cross-entropy in nats, from logits. The columns up to the next multiple of 16 belong to the head and are left
 * 0. A target that is no class makes the sum NaN.
 */
static void cross_entropy(const struct loss *l, const struct thread *me) {
  int first = share(l->batch, me, 0), end = share(l->batch, me, 1);
  const int32_t *targets = at(me, l->targets);
  double total = 0;
  for (int step = 0; step < l->steps; step++) {
    for (int row = first; row < end; row++) {
      int32_t target = targets[(size_t)row * l->steps + step];
      if (target < 0 || target >= l->classes) total = NAN;
      else total += row_cross_entropy(output_at(l, me, step, row), l->classes, target, l->scale);
    }
  }
  *(double *)at(me, l->result + 64 * me->index) = total;
}

/** `(y - p)² + pressure · max(-p, 0)`: mseWithPositivePressure of lib/training/losses.ts. */
static void pressed_error(const struct loss *l, const struct thread *me) {
  int first = share(l->batch, me, 0), end = share(l->batch, me, 1);
  const float *targets = at(me, l->targets);
  double total = 0;
  for (int step = 0; step < l->steps; step++) {
    for (int row = first; row < end; row++) {
      float *output = output_at(l, me, step, row), said = *output;
      float error = said - targets[(size_t)row * l->steps + step], pressure = said < 0 ? l->pressure : 0;
      total += error * error - pressure * said;
      *output = (2 * error - pressure) * l->scale;
    }
  }
  *(double *)at(me, l->result + 64 * me->index) = total;
}

#endif
