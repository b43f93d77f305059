// The losses of the heads: each replaces the head's outputs by their gradients and leaves its sum.
#ifndef LOSSES_H
#define LOSSES_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "thread.h"
#include "vector.h"

struct loss {
  int32_t operation;
  struct tensor outputs;
  int32_t steps, batch, column, classes;
  bytes targets, scale, result;
  float pressure;
};

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
 * 0. A target of -1 is not counted; another that is no class makes the sum NaN.
 */
static void cross_entropy(const struct loss *l, const struct thread *me) {
  const int32_t *targets = at(me, l->targets);
  float scale = *(float *)at(me, l->scale);
  double total = 0;
  EACH_ROW(l, example, step) {
    float *logits = row_at(me, &l->outputs, example, step) + l->column;
    int32_t target = targets[(size_t)example * l->steps + step];
    if (target == -1) memset(logits, 0, (size_t)(l->classes + PANEL - 1) / PANEL * PANEL * sizeof(float));
    else if (target < 0 || target >= l->classes) total = NAN;
    else total += row_cross_entropy(logits, l->classes, target, scale);
  }
  *(double *)at(me, l->result + 64 * me->index) = total;
}

/** `(y - p)² + pressure · max(-p, 0)`; a target that is NaN is not counted. */
static void pressed_error(const struct loss *l, const struct thread *me) {
  const float *targets = at(me, l->targets);
  float scale = *(float *)at(me, l->scale);
  double total = 0;
  EACH_ROW(l, example, step) {
    float *output = row_at(me, &l->outputs, example, step) + l->column, said = *output;
    float target = targets[(size_t)example * l->steps + step];
    float error = said - target, pressure = said < 0 ? l->pressure : 0;
    if (target != target) {
      *output = 0;
      continue;
    }
    total += error * error - pressure * said;
    *output = (2 * error - pressure) * scale;
  }
  *(double *)at(me, l->result + 64 * me->index) = total;
}

#endif
