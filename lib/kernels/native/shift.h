// Logits of intervals, or of scale degrees, as logits of classes: out[c] = logits[c - anchor + classes - 1], or
// out[c] = logits[(c - anchor) mod modulo].
#ifndef SHIFT_H
#define SHIFT_H

#include <string.h>

#include "thread.h"

static int32_t anchor_at(const struct shift *s, const struct thread *me, int example, int step) {
  struct tensor anchors = {s->anchors, s->anchor_row, s->anchor_step};
  return *(int32_t *)row_at(me, &anchors, example, step);
}

/** The first logit that is taken. */
static int first_logit(const struct shift *s, int32_t anchor) {
  return s->modulo ? (s->modulo - anchor % s->modulo) % s->modulo : s->classes - 1 - anchor;
}

static void shift(const struct shift *s, const struct thread *me) {
  EACH_ROW(s, example, step) {
    const float *from = row_at(me, &s->from, example, step);
    float *to = row_at(me, &s->to, example, step);
    int32_t anchor = anchor_at(s, me, example, step);
    if (anchor < 0) {
      memset(to, 0, s->classes * sizeof(float));
      continue;
    }
    for (int c = 0, i = first_logit(s, anchor); c < s->classes; c++) {
      to[c] = from[i];
      if (++i == s->modulo) i = 0;
    }
  }
}

/** `from` is the gradient of the classes, `to` that of the logits, which is added to. */
static void shift_gradient(const struct shift *s, const struct thread *me) {
  EACH_ROW(s, example, step) {
    const float *from = row_at(me, &s->from, example, step);
    float *to = row_at(me, &s->to, example, step);
    int32_t anchor = anchor_at(s, me, example, step);
    if (anchor < 0) continue;
    for (int c = 0, i = first_logit(s, anchor); c < s->classes; c++) {
      to[i] += from[c];
      if (++i == s->modulo) i = 0;
    }
  }
}

#endif
