// Rows of a table, one for each class.
#ifndef EMBEDDING_H
#define EMBEDDING_H

#include <string.h>

#include "thread.h"

struct embed {
  int32_t operation;
  struct tensor classes;
  bytes table;
  int32_t table_row;
  struct tensor to;
  int32_t width, steps, batch;
};

/** `clear`: floats of the gradient to set to 0 first. */
struct embed_gradient {
  int32_t operation;
  struct tensor classes;
  bytes gradient, gradient_thread;
  int32_t table_row;
  struct tensor from;
  int32_t width, steps, batch, clear;
};

static int32_t class_at(const struct thread *me, const struct tensor *classes, int example, int step) {
  return *(int32_t *)row_at(me, classes, example, step);
}

static void embed(const struct embed *e, const struct thread *me) {
  const float *table = at(me, e->table);
  EACH_ROW(e, example, step) {
    const float *from = table + class_at(me, &e->classes, example, step) * floats(e->table_row);
    float *to = row_at(me, &e->to, example, step);
    for (int i = 0; i < e->width; i++) to[i] = from[i];
  }
}

/** Adds the rows' gradients up into this thread's copy of the table's, in the rows' order. */
static void embed_gradient(const struct embed_gradient *e, const struct thread *me) {
  float *gradient = (float *)at(me, e->gradient) + me->index * floats(e->gradient_thread);
  memset(gradient, 0, e->clear * sizeof(float));
  EACH_ROW(e, example, step) {
    const float *from = row_at(me, &e->from, example, step);
    float *to = gradient + class_at(me, &e->classes, example, step) * floats(e->table_row);
    for (int i = 0; i < e->width; i++) to[i] += from[i];
  }
}

#endif
