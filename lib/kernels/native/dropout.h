// Dropout: which numbers stay is counted out from a seed, so that the way back finds the same without a mask in memory.
#ifndef DROPOUT_H
#define DROPOUT_H

#include "thread.h"
#include "vector.h"

struct dropout {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch;
  bytes seed;
  uint32_t salt;
  int32_t threshold;
  float scale;
  int32_t accumulate;
};

/** Whole numbers of 32 bits, without sign. */
typedef uint32_t words __attribute__((vector_size(sizeof(vec))));

/** A hash of 32 bits: lowbias32 by Chris Wellons. */
#define MIX(x) \
  do { \
    x ^= x >> 16; \
    x *= 0x7feb352dU; \
    x ^= x >> 15; \
    x *= 0x846ca68bU; \
    x ^= x >> 16; \
  } while (0)

static void dropout(const struct dropout *d, const struct thread *me) {
  uint32_t key = *(uint32_t *)at(me, d->seed) ^ d->salt;
  MIX(key);
  words columns;
  for (int i = 0; i < LANES; i++) columns[i] = i;
  EACH_ROW(d, example, step) {
    const float *from = row_at(me, &d->from, example, step);
    float *to = row_at(me, &d->to, example, step);
    uint32_t row = key + (uint32_t)(example * d->steps + step);
    MIX(row);
    for (int i = 0; i < d->width; i += LANES) {
      words x = row + (columns + (uint32_t)i) * 0x9e3779b9U;
      MIX(x);
      ints stays = (ints)(x >> 8) >= d->threshold;
      vec kept = (vec)((ints)(load(from + i) * splat(d->scale)) & stays);
      vec before = d->accumulate ? load(to + i) : splat(0);
      store_part(to + i, before + kept, d->width - i);
    }
  }
}

#endif
