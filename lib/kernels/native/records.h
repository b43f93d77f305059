// What the kernel is told to do: the records of ../assembly, word for word; those of single operations stand beside
// what they tell. Pointers and strides are in bytes; a pointer counts from the beginning of the memory and may lie
// anywhere in its 4 GiB.
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>

/** Goes up with every change of what a record means: builds of another version are not loaded. */
#ifndef ABI
#define ABI 4
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
  struct tensor ticks;
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

#endif
