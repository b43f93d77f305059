// Sums and products, number by number. A width of 1 is spread over the others, or summed up into; so is a single step,
// by a stride of 0.
#ifndef ELEMENTWISE_H
#define ELEMENTWISE_H

#include "thread.h"
#include "vector.h"

/** `to = from`, or `+=`; a width of 1 is spread, or summed up. */
struct add {
  int32_t operation;
  struct tensor from;
  int32_t from_width;
  struct tensor to;
  int32_t to_width, width, steps, batch, accumulate;
};

/** `to = a · b`, or `+=`, number by number; a width of 1 is spread, or summed up. */
struct product {
  int32_t operation;
  struct tensor a;
  int32_t a_width;
  struct tensor b;
  int32_t b_width;
  struct tensor to;
  int32_t to_width, width, steps, batch, accumulate;
};

static void add(const struct add *a, const struct thread *me) {
  int whole = a->from_width == a->width && a->to_width == a->width;
  EACH_ROW(a, example, step) {
    const float *from = row_at(me, &a->from, example, step);
    float *to = row_at(me, &a->to, example, step), total = 0;
    if (whole) {
      for (int i = 0; i < a->width; i += LANES) {
        vec before = a->accumulate ? load(to + i) : splat(0);
        store_part(to + i, before + load(from + i), a->width - i);
      }
    } else if (a->to_width == a->width) {
      for (int i = 0; i < a->width; i++) to[i] = a->accumulate ? to[i] + *from : *from;
    } else {
      for (int i = 0; i < a->width; i++) total += from[i];
      *to = a->accumulate ? *to + total : total;
    }
  }
}

static void product(const struct product *p, const struct thread *me) {
  int one_a = p->a_width < p->width, one_b = p->b_width < p->width, one_to = p->to_width < p->width;
  EACH_ROW(p, example, step) {
    const float *a = row_at(me, &p->a, example, step), *b = row_at(me, &p->b, example, step);
    float *to = row_at(me, &p->to, example, step), total = 0;
    for (int i = 0; i < p->width; i++) {
      float x = a[one_a ? 0 : i] * b[one_b ? 0 : i];
      if (one_to) total += x;
      else to[i] = p->accumulate ? to[i] + x : x;
    }
    if (one_to) *to = p->accumulate ? *to + total : total;
  }
}

#endif
