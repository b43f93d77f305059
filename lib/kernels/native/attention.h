// Causal self-attention with relative positions: Huang et al. (2018), Music Transformer.
//   shares = softmax((Q Kᵀ + S) / √width), S[i][j] = q_i · table[i - j]
// The table's rows stand in the reverse order in the scratch memory, so that a row of S lies in a row of Q · tableᵀ
// as it is needed, moved by as many places as the row has before its last: Huang's skewing without its copies.
#ifndef ATTENTION_H
#define ATTENTION_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "gradient.h"
#include "thread.h"

/** Attention and its buffers: what ATTENTION and ATTENTION_GRADIENT point at. `each`: the width of a head. */
struct attention {
  int32_t heads, batch, steps, each, distances;
  struct tensor queries, keys, values, said;
  bytes table;
  int32_t table_row;
  bytes shares;
  int32_t shares_row;
  bytes scratch;
  int32_t scratch_thread;
  struct tensor by, queries_gradient, keys_gradient, values_gradient;
  int32_t accumulate_queries, accumulate_keys, accumulate_values;
  bytes table_gradient;
  int32_t table_gradient_thread, clear;
};

/** Queries that are taken at once, two tiles on AVX-512: no key behind the last of them is looked at. */
#define QUERIES 28

/** One head of one example, and room for it: `width` and the sides are padded to whole panels. */
struct head {
  const struct attention *record;
  const struct thread *me;
  int index, example;
  int steps, distances, width, side, reach;
  float *scratch;
};

static int whole_panels(int n) { return (n + PANEL - 1) / PANEL * PANEL; }

static float *take(struct head *h, size_t count) {
  float *piece = h->scratch;
  h->scratch += (count + PANEL - 1) / PANEL * PANEL;
  return piece;
}

static struct head head_of(const struct attention *a, const struct thread *me, int index) {
  struct head h = {.record = a, .me = me, .index = index, .steps = a->steps};
  h.distances = a->distances < a->steps ? a->distances : a->steps;
  h.width = whole_panels(a->each);
  h.side = whole_panels(h.steps);
  h.reach = whole_panels(h.distances);
  h.scratch = (float *)at(me, a->scratch) + me->index * floats(a->scratch_thread);
  return h;
}

/** Columns of this head in a row of queries, keys, values or outputs. */
static float *part_at(const struct head *h, const struct tensor *x, int step) {
  return row_at(h->me, x, h->example, step) + h->index * h->record->each;
}

/** The same, and has those of a later step fetched: no machine guesses that rows so far apart come next. */
static const float *next_part(const struct head *h, const struct tensor *x, int step) {
  const float *later = part_at(h, x, step + 8);
  for (int i = 0; i < h->record->each; i += PANEL) __builtin_prefetch(later + i);
  return part_at(h, x, step);
}

static const float *distance_at(const struct head *h, int distance) {
  const float *table = at(h->me, h->record->table);
  return table + (h->index * h->record->distances + distance) * floats(h->record->table_row);
}

/** A thread's shares of this head and example. */
static struct rows shares_at(const struct head *h, int step) {
  ptrdiff_t row = floats(h->record->shares_row);
  size_t first = ((size_t)h->example * h->record->heads + h->index) * h->steps + step;
  return (struct rows){(float *)at(h->me, h->record->shares) + first * row, row};
}

/** `to = from · scale`, or `+=`: a head's numbers of one step. */
INLINE void give(float *to, const float *from, int count, float scale, int accumulate) {
  for (int i = 0; i < count; i += LANES) {
    vec before = accumulate ? load(to + i) : splat(0);
    store_part(to + i, multiply_add(load(from + i), splat(scale), before), count - i);
  }
}

/** The number in row `r` and column `c` of a matrix in panels of `rows` rows. */
static inline float *in_panels(float *panels, int rows, int r, int c) {
  return panels + ((size_t)(c / PANEL) * rows + r) * PANEL + c % PANEL;
}

/** Rows of one head side by side. */
static void gather(const struct head *h, const struct tensor *x, float *to, float scale) {
  int each = h->record->each;
  for (int step = 0; step < h->steps; step++, to += h->width) {
    give(to, next_part(h, x, step), each, scale, 0);
    for (int i = each; i < h->width; i++) to[i] = 0;
  }
}

/** Sixteen numbers of a row at a time, each time in the next panel: `back` takes them from there. */
INLINE void row_in_panels(float *row, int count, float *panels, int rows, int r, int back, int accumulate) {
  for (int i = 0; i < count; i += PANEL) {
    float *place = in_panels(panels, rows, r, i);
    int part = count - i < PANEL ? count - i : PANEL;
    if (back) give(row + i, place, part, 1, accumulate);
    else give(place, row + i, part, 1, 0);
  }
}

/** Rows of one head as the right side of a product that adds up over steps. */
static void spread_rows(const struct head *h, const struct tensor *x, float *to) {
  if (h->side > h->steps || h->width > h->record->each) memset(to, 0, (size_t)h->side * h->width * sizeof(float));
  for (int step = 0; step < h->steps; step++) {
    row_in_panels((float *)next_part(h, x, step), h->record->each, to, h->side, step, 0, 0);
  }
}

/** Rows of one head as the right side of a product that adds up over their numbers: a column for each step. */
static void spread_columns(const struct head *h, const struct tensor *x, float *to) {
  if (h->side > h->steps || h->width > h->record->each) memset(to, 0, (size_t)h->side * h->width * sizeof(float));
  for (int step = 0; step < h->steps; step++) {
    const float *from = next_part(h, x, step);
    float *column = in_panels(to, h->width, 0, step);
    for (int i = 0; i < h->record->each; i++) column[i * PANEL] = from[i];
  }
}

/** The first of this head's distances in the reverse order that queries before `end` can have, as a panel. */
static int first_panel(const struct head *h, int end) {
  int last = (end < h->distances ? end : h->distances) - 1;
  return (h->distances - 1 - last) / PANEL;
}

/** The numbers of the reverse order that belong to query i, and the first key that they belong to. */
struct window {
  int first_key, first, count;
};

static struct window window_of(const struct head *h, int i) {
  int count = i + 1 < h->distances ? i + 1 : h->distances;
  return (struct window){i + 1 - count, h->distances - count, count};
}

/** Scores to shares, for one query. What is behind it, up to `end`, becomes 0. */
static void softmax_row(float *scores, int count, int end) {
  int whole = whole_panels(count);
  for (int j = count; j < whole; j++) scores[j] = -FLT_MAX;
  vec peaks = load(scores);
  for (int j = LANES; j < whole; j += LANES) peaks = larger(peaks, load(scores + j));
  vec peak = splat(largest(peaks)), sums = splat(0);
  for (int j = 0; j < whole; j += LANES) store(scores + j, exp_of(load(scores + j) - peak));
  for (int j = count; j < whole_panels(end); j++) scores[j] = 0;
  for (int j = 0; j < whole; j += LANES) sums = sums + load(scores + j);
  vec factor = splat(1 / sum(sums));
  for (int j = 0; j < whole; j += LANES) store(scores + j, load(scores + j) * factor);
}

static void attend_head(struct head h, const float *queries, float *keys, float *values, float *table) {
  ptrdiff_t reach_row = h.reach + PANEL;
  float *relative = take(&h, QUERIES * reach_row), *said = take(&h, (size_t)QUERIES * h.width);
  for (int first = 0; first < h.steps; first += QUERIES) {
    int rows = QUERIES < h.steps - first ? QUERIES : h.steps - first, end = first + rows;
    struct rows from = {(float *)queries + (size_t)first * h.width, h.width}, shares = shares_at(&h, first);
    struct panels by = {keys, (size_t)h.width * PANEL, whole_panels(end) / PANEL};
    multiply(from, h.width, by, shares, PANEL, rows, 0);
    int skip = first_panel(&h, end);
    struct panels to = {table + (size_t)skip * h.width * PANEL, (size_t)h.width * PANEL, h.reach / PANEL - skip};
    struct rows moved = {relative + skip * PANEL, reach_row};
    multiply(from, h.width, to, moved, PANEL, rows, 0);
    for (int i = 0; i < rows; i++) {
      float *scores = shares.first + i * shares.row, *extra = relative + i * reach_row;
      struct window w = window_of(&h, first + i);
      for (int j = 0; j < w.first_key; j++) scores[j] += extra[0];
      for (int j = 0; j < w.count; j++) scores[w.first_key + j] += extra[w.first + j];
      softmax_row(scores, first + i + 1, end);
    }
    struct panels with = {values, (size_t)h.side * PANEL, h.width / PANEL};
    multiply(shares, end, with, (struct rows){said, h.width}, PANEL, rows, 0);
    for (int i = 0; i < rows; i++) {
      give(part_at(&h, &h.record->said, first + i), said + i * h.width, h.record->each, 1, 0);
    }
  }
}

static void attention(const struct attention *a, const struct thread *me) {
  for (int index = 0; index < a->heads; index++) {
    struct head h = head_of(a, me, index);
    size_t rows = (size_t)h.side * h.width;
    float *queries = take(&h, rows), *keys = take(&h, rows), *values = take(&h, rows);
    float *table = take(&h, (size_t)h.reach * h.width);
    memset(table, 0, (size_t)h.reach * h.width * sizeof(float));
    for (int d = 0; d < h.distances; d++) {
      const float *from = distance_at(&h, d);
      for (int i = 0; i < a->each; i++) *in_panels(table, h.width, i, h.distances - 1 - d) = from[i];
    }
    for (h.example = share(a->batch, me, 0); h.example < share(a->batch, me, 1); h.example++) {
      gather(&h, &a->queries, queries, 1 / sqrtf(a->each));
      spread_columns(&h, &a->keys, keys);
      spread_rows(&h, &a->values, values);
      attend_head(h, queries, keys, values, table);
      beat(me);
    }
  }
}

/** From the gradient of the shares, which stands in `slopes`, to that of the scores. */
static void softmax_slopes(const float *shares, float *slopes, int count, int end) {
  int whole = whole_panels(count);
  vec sums = splat(0);
  for (int j = 0; j < whole; j += LANES) sums = multiply_add(load(shares + j), load(slopes + j), sums);
  vec mean = splat(sum(sums));
  for (int j = 0; j < whole; j += LANES) store(slopes + j, load(shares + j) * (load(slopes + j) - mean));
  for (int j = count; j < whole_panels(end); j++) slopes[j] = 0;
}

/** What goes back through one head of one example. All but the queries are in panels. */
struct back {
  float *queries, *by, *keys, *values, *table, *keys_gradient, *values_gradient, *table_gradient;
};

static void attend_back_head(struct head h, const struct back *b) {
  const struct attention *a = h.record;
  ptrdiff_t side_row = h.side + PANEL, reach_row = h.reach + PANEL;
  float *slopes = take(&h, QUERIES * side_row), *moved = take(&h, QUERIES * reach_row);
  float *queries_gradient = take(&h, (size_t)QUERIES * h.width), scale = 1 / sqrtf(a->each);
  size_t panel = (size_t)h.side * PANEL;
  for (int first = 0; first < h.steps; first += QUERIES) {
    int rows = QUERIES < h.steps - first ? QUERIES : h.steps - first, end = first + rows;
    struct rows shares = shares_at(&h, first), by = {b->by + (size_t)first * h.width, h.width};
    struct panels values = {b->values, (size_t)h.width * PANEL, whole_panels(end) / PANEL};
    multiply(by, h.width, values, (struct rows){slopes, side_row}, PANEL, rows, 0);
    int skip = first_panel(&h, end) * PANEL;
    for (int i = 0; i < rows; i++) {
      float *row = slopes + i * side_row, *to = moved + i * reach_row, beyond = 0;
      softmax_slopes(shares.first + i * shares.row, row, first + i + 1, end);
      memset(to, 0, reach_row * sizeof(float));
      struct window w = window_of(&h, first + i);
      for (int j = 0; j < w.first_key; j++) beyond += row[j];
      for (int j = 0; j < w.count; j++) to[w.first + j] = row[w.first_key + j];
      if (w.first_key) to[0] += beyond;
    }
    struct rows left = {slopes, side_row}, left_moved = {moved + skip, reach_row}, to = {queries_gradient, h.width};
    multiply(left, end, (struct panels){b->keys, panel, h.width / PANEL}, to, PANEL, rows, 0);
    struct panels table = {b->table + skip * PANEL, (size_t)h.reach * PANEL, h.width / PANEL};
    multiply(left_moved, h.reach - skip, table, to, PANEL, rows, 1);
    for (int i = 0; i < rows; i++) {
      float *out = part_at(&h, &a->queries_gradient, first + i);
      give(out, queries_gradient + i * h.width, a->each, scale, a->accumulate_queries);
    }
    struct blocks queries = {b->queries + (size_t)first * h.width, h.width, 0}, outputs = {by.first, h.width, 0};
    struct blocks scores = {slopes, side_row, 0}, weights = {shares.first, shares.row, 0};
    struct panels keys_gradient = {b->keys_gradient, panel, h.width / PANEL};
    struct panels values_gradient = {b->values_gradient, panel, h.width / PANEL};
    gradient(scores, end, keys_gradient, queries, 1, rows, 1);
    gradient(weights, end, values_gradient, outputs, 1, rows, 1);
    struct panels table_gradient = {b->table_gradient + skip * PANEL, (size_t)h.reach * PANEL, h.width / PANEL};
    gradient((struct blocks){moved + skip, reach_row, 0}, h.reach - skip, table_gradient, queries, 1, rows, 1);
  }
  for (int step = 0; step < h.steps; step++) {
    float *keys = part_at(&h, &a->keys_gradient, step), *values = part_at(&h, &a->values_gradient, step);
    row_in_panels(keys, a->each, b->keys_gradient, h.side, step, 1, a->accumulate_keys);
    row_in_panels(values, a->each, b->values_gradient, h.side, step, 1, a->accumulate_values);
  }
}

static void attention_gradient(const struct attention *a, const struct thread *me) {
  float *table_gradient = (float *)at(me, a->table_gradient) + me->index * floats(a->table_gradient_thread);
  for (int index = 0; index < a->heads; index++) {
    struct head h = head_of(a, me, index);
    size_t rows = (size_t)h.side * h.width, reach = (size_t)h.reach * h.width;
    float **pieces[6];
    struct back b;
    pieces[0] = &b.queries, pieces[1] = &b.by, pieces[2] = &b.keys, pieces[3] = &b.values;
    pieces[4] = &b.keys_gradient, pieces[5] = &b.values_gradient;
    for (int i = 0; i < 6; i++) *pieces[i] = take(&h, rows);
    b.table = take(&h, reach);
    b.table_gradient = take(&h, reach);
    memset(b.table, 0, reach * sizeof(float));
    memset(b.table_gradient, 0, reach * sizeof(float));
    for (int d = 0; d < h.distances; d++) {
      const float *from = distance_at(&h, d);
      for (int i = 0; i < a->each; i++) *in_panels(b.table, h.reach, h.distances - 1 - d, i) = from[i];
    }
    for (h.example = share(a->batch, me, 0); h.example < share(a->batch, me, 1); h.example++) {
      gather(&h, &a->queries, b.queries, 1 / sqrtf(a->each));
      gather(&h, &a->by, b.by, 1);
      spread_rows(&h, &a->keys, b.keys);
      spread_columns(&h, &a->values, b.values);
      memset(b.keys_gradient, 0, rows * sizeof(float));
      memset(b.values_gradient, 0, rows * sizeof(float));
      attend_back_head(h, &b);
      beat(me);
    }
    for (int d = 0; d < a->distances; d++) {
      float *to = table_gradient + (index * a->distances + d) * floats(a->table_row);
      for (int i = 0; i < a->each; i++) {
        float x = d < h.distances ? *in_panels(b.table_gradient, h.reach, h.distances - 1 - d, i) : 0;
        to[i] = a->clear ? x : to[i] + x;
      }
    }
  }
}

#endif
