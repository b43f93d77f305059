// A recurrent layer over a whole sequence, for the rows of the batch that one thread has.
#ifndef RECURRENT_H
#define RECURRENT_H

#include <string.h>

#include "gradient.h"
#include "gru.h"
#include "thread.h"

/** Rows of the batch, over several steps, that the gradient of the weights takes at once: they stay in a near cache. */
#define CHUNK 128

static inline size_t floats(bytes stride) { return stride / sizeof(float); }

/** Columns of `rows` that the weights meet: hidden state, a one for the bias, inputs. */
static inline int depth_of(const struct layer *l) { return l->padded_units + 1 + l->inputs; }

static inline int gates_of(const struct layer *l) { return l->cell == GRU ? 3 : 4; }

static struct rows rows_at(const struct thread *me, bytes first, bytes row, size_t step, int t, int first_row) {
  return (struct rows){(float *)at(me, first) + step * t + (size_t)first_row * floats(row), floats(row)};
}

static struct step step_at(const struct layer *l, const struct thread *me, int t) {
  int first = share(l->batch, me, 0);
  size_t step = (size_t)l->batch * floats(l->rows_row), cells = floats(l->cells_step);
  struct step s = {.rows = share(l->batch, me, 1) - first, .units = l->padded_units};
  s.input = rows_at(me, l->rows, l->rows_row, step, t, first);
  s.hidden = rows_at(me, l->rows, l->rows_row, step, t + 1, first);
  s.gates = rows_at(me, l->gates, l->gates_row, floats(l->gates_step), t, first);
  s.cell = rows_at(me, l->cells, l->cells_row, cells, t, first);
  s.next_cell = rows_at(me, l->cells, l->cells_row, cells, t + 1, first);
  s.hidden_gradient = rows_at(me, l->hidden_gradient, l->cells_row, 0, 0, first);
  s.cell_gradient = rows_at(me, l->cell_gradient, l->cells_row, 0, 0, first);
  return s;
}

/** Sixteen units at a time, so that their gates are still in the nearest cache when the cell wants them. */
static void lstm_step(const struct layer *l, const struct step *s, float *weights, size_t panel) {
  int panels = s->units / PANEL;
  for (int p = 0; p < panels; p++) {
    struct panels gates = {weights + p * panel, panels * panel, 4};
    struct rows to = {s->gates.first + p * PANEL, s->gates.row};
    multiply(s->input, depth_of(l), gates, to, s->units, s->rows, 0);
    lstm_forward(s, p * PANEL);
  }
}

static void gru_step(const struct layer *l, const struct step *s, float *weights, size_t panel) {
  int panels = s->units / PANEL;
  for (int p = 0; p < panels; p++) {
    struct panels gates = {weights + p * panel, panels * panel, 2};
    struct rows to = {s->gates.first + p * PANEL, s->gates.row};
    multiply(s->input, depth_of(l), gates, to, s->units, s->rows, 0);
    gru_gates(s, p * PANEL);
  }
  // The candidate's share: the inputs and the bias first, then the hidden state as far as the reset gate lets it.
  struct panels hidden = {weights + 2 * panels * panel, panel, panels};
  struct panels inputs = {hidden.first + s->units * PANEL, panel, panels};
  struct rows from = {s->input.first + s->units, s->input.row}, to = {s->gates.first + 2 * s->units, s->gates.row};
  multiply(from, 1 + l->inputs, inputs, to, PANEL, s->rows, 0);
  multiply(s->cell, s->units, hidden, to, PANEL, s->rows, 1);
  gru_candidate(s);
}

static void forward(const struct layer *l, const struct thread *me) {
  float *weights = at(me, l->weights);
  size_t panel = (size_t)l->panel_rows * PANEL;
  for (int t = 0; t < l->steps; t++) {
    struct step s = step_at(l, me, t);
    if (l->cell == GRU) gru_step(l, &s, weights, panel);
    else lstm_step(l, &s, weights, panel);
    beat(me);
  }
}

/** Adds what the layers above say of this step's output to the gradient of the hidden state. */
static void add_output_gradient(const struct layer *l, const struct thread *me, const struct step *s, int t) {
  int index = t - (l->steps - l->output_gradient_steps);
  if (index < 0) return;
  size_t step = floats(l->output_gradient_step);
  struct rows from = rows_at(me, l->output_gradient, l->output_gradient_row, step, index, share(l->batch, me, 0));
  for (int row = 0; row < s->rows; row++) {
    float *to = s->hidden_gradient.first + row * s->hidden_gradient.row;
    for (int u = 0; u < l->output_gradient_width; u++) to[u] += from.first[row * from.row + u];
  }
}

static void lstm_step_backward(const struct step *s, float *transposed, int wanted) {
  size_t depth = 4 * s->units;
  lstm_backward(s);
  if (!wanted) return;
  struct panels weights = {transposed, depth * PANEL, s->units / PANEL};
  multiply(s->gates, depth, weights, s->hidden_gradient, PANEL, s->rows, 0);
}

static void gru_step_backward(const struct step *s, float *transposed, int wanted) {
  size_t panel = 3 * s->units * PANEL;
  gru_candidate_backward(s);
  struct rows candidate = {s->gates.first + 2 * s->units, s->gates.row};
  struct panels candidate_weights = {transposed + 2 * s->units * PANEL, panel, s->units / PANEL};
  multiply(candidate, s->units, candidate_weights, s->cell_gradient, PANEL, s->rows, 0);
  gru_reset_backward(s);
  if (!wanted) return;
  struct panels weights = {transposed, panel, s->units / PANEL};
  multiply(s->gates, 2 * s->units, weights, s->hidden_gradient, PANEL, s->rows, 1);
}

/** The gradient of this step's inputs. */
static void pass_to_inputs(const struct layer *l, const struct thread *me, const struct step *s, int t) {
  size_t depth = (size_t)gates_of(l) * s->units;
  float *transposed = (float *)at(me, l->transposed) + s->units * depth;
  struct panels weights = {transposed, depth * PANEL, (l->inputs + PANEL - 1) / PANEL};
  size_t step = floats(l->input_gradient_step);
  struct rows to = rows_at(me, l->input_gradient, l->input_gradient_row, step, t, share(l->batch, me, 0));
  multiply(s->gates, depth, weights, to, PANEL, s->rows, 0);
}

/** The gradient of the weights from `steps` steps, of which `s` is the first. */
static void weight_gradient(const struct layer *l, const struct step *s, int steps, float *to, int accumulate) {
  size_t panel = (size_t)l->panel_rows * PANEL;
  int depth = depth_of(l), units = s->units, panels = units / PANEL;
  struct blocks input = {s->input.first, s->input.row, (size_t)l->batch * s->input.row};
  struct blocks gates = {s->gates.first, s->gates.row, floats(l->gates_step)};
  if (l->cell == LSTM) {
    gradient(input, depth, (struct panels){to, panel, 4 * panels}, gates, steps, s->rows, accumulate);
    return;
  }
  gradient(input, depth, (struct panels){to, panel, 2 * panels}, gates, steps, s->rows, accumulate);
  // The candidate's weights met `r · h` instead of the hidden state.
  struct blocks reset = {s->cell.first, s->cell.row, floats(l->cells_step)};
  struct panels hidden = {to + 2 * panels * panel, panel, panels};
  struct panels inputs = {hidden.first + units * PANEL, panel, panels};
  gates.first += 2 * units;
  input.first += units;
  gradient(reset, units, hidden, gates, steps, s->rows, accumulate);
  gradient(input, depth - units, inputs, gates, steps, s->rows, accumulate);
}

static void backward(const struct layer *l, const struct thread *me) {
  float *transposed = at(me, l->transposed);
  float *to = (float *)at(me, l->weight_gradient) + (size_t)me->index * floats(l->weight_gradient_thread);
  int rows = share(l->batch, me, 1) - share(l->batch, me, 0);
  if (rows == 0) {
    memset(to, 0, (size_t)l->panel_rows * gates_of(l) * l->padded_units * sizeof(float));
    return;
  }
  int chunk = rows < CHUNK ? CHUNK / rows : 1, pending = 0;
  for (int t = l->steps - 1; t >= 0; t--) {
    struct step s = step_at(l, me, t);
    add_output_gradient(l, me, &s, t);
    int wanted = t > 0 || l->initial_gradient;
    if (l->cell == GRU) gru_step_backward(&s, transposed, wanted);
    else lstm_step_backward(&s, transposed, wanted);
    if (l->input_gradient) pass_to_inputs(l, me, &s, t);
    if (++pending == chunk || t == 0) {
      weight_gradient(l, &s, pending, to, t + pending < l->steps);
      pending = 0;
    }
    beat(me);
  }
}

#endif
