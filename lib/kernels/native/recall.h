// Attention for one event after another: it looks at the keys and values of all before it, and is remembered with them.
#ifndef RECALL_H
#define RECALL_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "thread.h"

/** Attention for one event: what RECALL points at. `count`: events before it. */
struct recall {
  int32_t heads, each, distances;
  bytes query, key, value, said, table;
  int32_t table_row;
  bytes remembered_keys, remembered_values;
  int32_t row;
  bytes scores;
  int32_t count;
};

/** One event: its key and value are remembered, and its query looks at all that are. */
static void recall(const struct recall *r, const struct thread *me) {
  int width = r->heads * r->each, now = r->count;
  float *keys = at(me, r->remembered_keys), *values = at(me, r->remembered_values), *scores = at(me, r->scores);
  const float *query = at(me, r->query), *table = at(me, r->table);
  ptrdiff_t row = floats(r->row);
  memcpy(keys + now * row, at(me, r->key), width * sizeof(float));
  memcpy(values + now * row, at(me, r->value), width * sizeof(float));
  for (int head = 0; head < r->heads; head++) {
    int first = head * r->each;
    float peak = -FLT_MAX, total = 0, *said = (float *)at(me, r->said) + first;
    for (int j = 0; j <= now; j++) {
      int d = now - j < r->distances ? now - j : r->distances - 1;
      const float *key = keys + j * row + first, *apart = table + (head * r->distances + d) * floats(r->table_row);
      float score = 0;
      for (int i = 0; i < r->each; i++) score += query[first + i] * (key[i] + apart[i]);
      scores[j] = score / sqrtf(r->each);
      peak = scores[j] > peak ? scores[j] : peak;
    }
    for (int i = 0; i < r->each; i++) said[i] = 0;
    for (int j = 0; j <= now; j++) {
      float weight = expf(scores[j] - peak);
      total += weight;
      for (int i = 0; i < r->each; i++) said[i] += weight * values[j * row + first + i];
    }
    for (int i = 0; i < r->each; i++) said[i] /= total;
  }
}

#endif
