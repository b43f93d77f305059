// The last step that is music.
#ifndef LAST_H
#define LAST_H

#include "thread.h"

struct last {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch;
  bytes lengths;
};

static void last(const struct last *l, const struct thread *me) {
  const int32_t *lengths = at(me, l->lengths);
  for (int example = share(l->batch, me, 0); example < share(l->batch, me, 1); example++) {
    const float *from = row_at(me, &l->from, example, lengths[example] - 1);
    float *to = row_at(me, &l->to, example, 0);
    for (int i = 0; i < l->width; i++) to[i] = from[i];
  }
}

/** `from` is the gradient of what `last` took, and is added to that of the whole. */
static void last_gradient(const struct last *l, const struct thread *me) {
  const int32_t *lengths = at(me, l->lengths);
  for (int example = share(l->batch, me, 0); example < share(l->batch, me, 1); example++) {
    const float *from = row_at(me, &l->from, example, 0);
    float *to = row_at(me, &l->to, example, lengths[example] - 1);
    for (int i = 0; i < l->width; i++) to[i] += from[i];
  }
}

#endif
