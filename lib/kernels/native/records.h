// What the kernel is told to do: the records of ../assembly/records.ts, word for word. Pointers and strides are in
// bytes; a pointer counts from the beginning of the memory and may lie anywhere in its 4 GiB.
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>

/** Goes up with every change of what a record means: builds of another version are not loaded. */
#ifndef ABI
#define ABI 2
#endif

typedef uint32_t bytes;

enum operation {
  END,
  BARRIER,
  COPY,
  ZERO,
  PACK,
  UNPACK,
  TRANSPOSE,
  FORWARD,
  BACKWARD,
  MULTIPLY,
  GRADIENT,
  CROSS_ENTROPY,
  PRESSED_ERROR,
  REDUCE,
  ADAM,
  ADD,
  PRODUCT,
  EMBED,
  EMBED_GRADIENT,
  DROPOUT,
  CURVE,
  CURVE_GRADIENT,
  NORMALIZE,
  NORMALIZE_GRADIENT,
  SHIFT,
  SHIFT_GRADIENT,
  LAST,
  LAST_GRADIENT,
  DECAY,
  ATTENTION,
  ATTENTION_GRADIENT,
  RECALL
};

/** Rows of floats: `row` bytes from example to example, `step` from step to step. */
struct tensor {
  bytes at;
  int32_t row, step;
};

struct copy {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch;
};

struct zero {
  int32_t operation;
  struct tensor to;
  int32_t width, steps, batch;
};

struct pack {
  int32_t operation;
  bytes plain;
  int32_t rows;
  bytes panels;
  int32_t first_row, panel_rows, groups, units, padded_units, first_column;
};

struct transpose {
  int32_t operation;
  bytes panels;
  int32_t panel_rows, columns;
  bytes to;
  int32_t padded_units, inputs;
};

enum cell { LSTM, GRU };

struct layer {
  int32_t cell, batch, steps, inputs, padded_units;
  struct tensor rows, gates, cells;
  bytes weights;
  int32_t panel_rows;
  bytes transposed;
  bytes weight_gradient, weight_gradient_thread;
  bytes hidden_gradient, cell_gradient;
  int32_t state_gradient_row;
  struct tensor output_gradient;
  int32_t output_gradient_width, output_gradient_steps;
  struct tensor input_gradient;
  int32_t initial_gradient;
  bytes scratch, scratch_thread;
  int32_t projected;
  bytes lengths;
  int32_t reversed;
};

/** What has its record elsewhere. */
struct pointed {
  int32_t operation;
  bytes record;
};

struct multiply {
  int32_t operation;
  struct tensor a;
  int32_t depth;
  bytes panels;
  int32_t panel_rows, panel_count;
  struct tensor c;
  int32_t steps, batch, accumulate;
};

struct gradient {
  int32_t operation;
  struct tensor a;
  int32_t depth;
  bytes gradient, gradient_thread;
  int32_t panel_count;
  struct tensor b;
  int32_t steps, batch, panel_rows;
  bytes scratch, scratch_thread;
  int32_t accumulate;
};

struct loss {
  int32_t operation;
  struct tensor outputs;
  int32_t steps, batch, column, classes;
  bytes targets, scale, result;
  float pressure;
};

struct reduce {
  int32_t operation;
  bytes gradients, gradients_thread;
  int32_t floats;
  bytes result;
};

struct adam {
  int32_t operation;
  bytes parameters, gradients, first_moments, second_moments;
  int32_t floats;
  float rate, beta1, beta2, second_scale, epsilon;
  bytes squares;
  float clip_norm;
  bytes average;
  float average_decay;
};

/** `panels *= keep`, for some rows of a matrix in panels. */
struct decay {
  int32_t operation;
  bytes panels;
  int32_t panel_rows, panel_count, first_row, rows;
  float keep;
};

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

struct curve {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch, kind;
};

/** `saved`: what the curve made or, of gelu, what it was made of. */
struct curve_gradient {
  int32_t operation;
  struct tensor from, to, saved;
  int32_t width, steps, batch, kind, accumulate;
};

/** `statistics`: two floats a row, the mean and the inverse of the deviation. */
struct normalize {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch;
  bytes gamma, beta, statistics;
  float epsilon;
};

/** `clear`: whether the gradients of gamma and beta begin with 0. */
struct normalize_gradient {
  int32_t operation;
  struct tensor from, to, saved;
  int32_t width, steps, batch;
  bytes gamma, gamma_gradient, beta_gradient, gradient_thread, statistics;
  int32_t accumulate, clear;
};

struct shift {
  int32_t operation;
  struct tensor from, to;
  int32_t classes, modulo, farthest, steps, batch;
  struct tensor anchors;
  int32_t accumulate;
};

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

/** The same for one event: what RECALL points at. `count`: events before it. */
struct recall {
  int32_t heads, each, distances;
  bytes query, key, value, said, table;
  int32_t table_row;
  bytes remembered_keys, remembered_values;
  int32_t row;
  bytes scores;
  int32_t count;
};

struct last {
  int32_t operation;
  struct tensor from, to;
  int32_t width, steps, batch;
  bytes lengths;
};

#endif
