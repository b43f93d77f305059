// Who does what, and where.
#ifndef THREAD_H
#define THREAD_H

#include "records.h"

/** One of the threads that execute the same instruction, each its share. */
struct thread {
  uint8_t *memory;
  int32_t index, count;
};

static inline void *at(const struct thread *me, bytes pointer) { return me->memory + pointer; }

/** Strides may be negative. */
static inline ptrdiff_t floats(int32_t stride) { return stride / (int32_t)sizeof(float); }

static inline float *row_at(const struct thread *me, const struct tensor *x, int example, int step) {
  return (float *)at(me, x->at) + example * floats(x->row) + step * floats(x->step);
}

/** The first of `count` things that belong to this thread (`next` = 0) or to the next one, which ends its share. */
static inline int32_t share(int32_t count, const struct thread *me, int next) {
  return (int32_t)((int64_t)count * (me->index + next) / me->count);
}

/** For the rows that this thread has of a record's batch. */
#define EACH_ROW(record, example, step) \
  for (int example = share((record)->batch, me, 0); example < share((record)->batch, me, 1); example++) \
    for (int step = 0; step < (record)->steps; step++)

/** Counts one more step of work where the engine looks for signs of life. */
static inline void beat(const struct thread *me) {
  volatile int32_t *heart = (volatile int32_t *)(me->memory + 64 * (size_t)(1 + me->index));
  *heart = *heart + 1;
}

#endif
