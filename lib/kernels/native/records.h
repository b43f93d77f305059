// What the kernel is told to do: the records of ../assembly/records.ts, word for word. Pointers and strides are in
// bytes; a pointer counts from the beginning of the memory and may lie anywhere in its 4 GiB.
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>

/** Goes up with every change of what a record means: builds of another version are not loaded. */
#ifndef ABI
#define ABI 1
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
  ADAM
};

struct copy {
  int32_t operation;
  bytes from, from_row, from_step, to, to_row, to_step;
  int32_t width, steps, batch;
};

struct zero {
  int32_t operation;
  bytes to, to_row, to_step;
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
  bytes rows, rows_row;
  bytes gates, gates_row, gates_step;
  bytes cells, cells_row, cells_step;
  bytes weights;
  int32_t panel_rows;
  bytes transposed;
  bytes weight_gradient, weight_gradient_thread;
  bytes hidden_gradient, cell_gradient;
  bytes output_gradient, output_gradient_row, output_gradient_step;
  int32_t output_gradient_width, output_gradient_steps;
  bytes input_gradient, input_gradient_row, input_gradient_step;
  int32_t initial_gradient;
};

struct recurrent {
  int32_t operation;
  bytes layer;
};

struct multiply {
  int32_t operation;
  bytes a, a_row, a_step;
  int32_t depth;
  bytes panels;
  int32_t panel_rows, panel_count;
  bytes c, c_row, c_step;
  int32_t steps, batch;
};

struct gradient {
  int32_t operation;
  bytes a, a_row, a_step;
  int32_t depth;
  bytes gradient, gradient_thread;
  int32_t panel_count;
  bytes b, b_row, b_step;
  int32_t steps, batch, panel_rows;
};

struct loss {
  int32_t operation;
  bytes outputs, outputs_row, outputs_step;
  int32_t steps, batch, column, classes;
  bytes targets;
  float scale;
  bytes result;
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
};

#endif
