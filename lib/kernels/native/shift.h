// Logits of intervals, or of scale degrees, as logits of classes: out[c] = logits[c - anchor + farthest], the outermost
// for what is beyond, or out[c] = logits[(c - anchor) mod modulo].
#ifndef SHIFT_H
#define SHIFT_H

#include <string.h>

#include "embedding.h"

struct shift {
  int32_t operation;
  struct tensor from, to;
  int32_t classes, modulo, farthest, steps, batch;
  struct tensor anchors;
  int32_t accumulate;
};

/** Logits that go to as many classes, one to one; or, if `spread`, a single one to all of them. */
struct run {
  int logit, classes, spread;
};

/** The run that begins at a class. */
static struct run run_at(const struct shift *s, int32_t anchor, int class) {
  int left = s->classes - class, from = class - anchor;
  if (s->modulo) {
    int logit = (from % s->modulo + s->modulo) % s->modulo, count = s->modulo - logit;
    return (struct run){logit, count < left ? count : left, 0};
  }
  if (from < -s->farthest) {
    int count = -s->farthest - from;
    return (struct run){0, count < left ? count : left, 1};
  }
  if (from > s->farthest) return (struct run){2 * s->farthest, left, 1};
  int count = s->farthest + 1 - from;
  return (struct run){from + s->farthest, count < left ? count : left, 0};
}

static void shift(const struct shift *s, const struct thread *me) {
  EACH_ROW(s, example, step) {
    const float *from = row_at(me, &s->from, example, step);
    float *to = row_at(me, &s->to, example, step);
    int32_t anchor = class_at(me, &s->anchors, example, step);
    if (!s->accumulate) memset(to, 0, s->classes * sizeof(float));
    if (anchor < 0) continue;
    for (int class = 0; class < s->classes;) {
      struct run r = run_at(s, anchor, class);
      if (r.spread) for (int i = 0; i < r.classes; i++) to[class + i] += from[r.logit];
      else for (int i = 0; i < r.classes; i++) to[class + i] += from[r.logit + i];
      class += r.classes;
    }
  }
}

/** `from` is the gradient of the classes, `to` that of the logits, which is added to. */
static void shift_gradient(const struct shift *s, const struct thread *me) {
  EACH_ROW(s, example, step) {
    const float *from = row_at(me, &s->from, example, step);
    float *to = row_at(me, &s->to, example, step);
    int32_t anchor = class_at(me, &s->anchors, example, step);
    if (anchor < 0) continue;
    for (int class = 0; class < s->classes;) {
      struct run r = run_at(s, anchor, class);
      if (r.spread) for (int i = 0; i < r.classes; i++) to[r.logit] += from[class + i];
      else for (int i = 0; i < r.classes; i++) to[r.logit + i] += from[class + i];
      class += r.classes;
    }
  }
}

#endif
