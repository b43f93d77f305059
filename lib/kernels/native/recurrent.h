// A recurrent layer over a whole sequence, for the rows of the batch that one thread has.
#ifndef RECURRENT_H
#define RECURRENT_H

#include <string.h>

#include "gradient.h"
#include "gru.h"
#include "thread.h"

/** Rows of the batch, over several steps, that the gradient of the weights takes at once: they stay in a near cache. */
#define CHUNK 128

/** Columns of `rows` that the weights meet: hidden state and, where the inputs are not in the gates, a one and they. */
static inline int depth_of(const struct layer *l) { return l->padded_units + (l->projected ? 0 : 1 + l->inputs); }

static inline int gates_of(const struct layer *l) { return l->cell == GRU ? 3 : 4; }

static struct rows rows_at(const struct thread *me, const struct tensor *x, int step, int first) {
  return (struct rows){row_at(me, x, first, step), floats(x->row)};
}

static struct step step_at(const struct layer *l, const struct thread *me, int t) {
  int first = share(l->batch, me, 0);
  struct tensor hidden = {l->hidden_gradient, l->state_gradient_row, 0};
  struct tensor cell = {l->cell_gradient, l->state_gradient_row, 0};
  struct step s = {.first = first, .rows = share(l->batch, me, 1) - first, .units = l->padded_units};
  s.input = rows_at(me, &l->rows, t, first);
  s.hidden = rows_at(me, &l->rows, t + 1, first);
  s.gates = rows_at(me, &l->gates, t, first);
  s.cell = rows_at(me, &l->cells, t, first);
  s.next_cell = rows_at(me, &l->cells, t + 1, first);
  s.hidden_gradient = rows_at(me, &hidden, 0, first);
  s.cell_gradient = rows_at(me, &cell, 0, first);
  return s;
}

static inline void move_on(struct rows *x, int rows) { x->first += rows * x->row; }

/** Whether the layer moves on at a step of an example: there is music, and it has not been told to stand still. */
static int moves_on(const struct layer *l, const struct thread *me, int t, int example) {
  if (l->ticks.at && !*(const int32_t *)row_at(me, &l->ticks, example, t)) return 0;
  const int32_t *lengths = at(me, l->lengths);
  return !l->lengths || (l->reversed ? l->steps - 1 - t : t) < lengths[example];
}

/** Takes the next rows of a step that are alike, `first` being those taken before: they move on, or stand still. */
static struct step next_run(const struct layer *l, const struct thread *me, int t, struct step *left, int *moves) {
  struct step run = *left;
  *moves = moves_on(l, me, t, left->first);
  for (run.rows = 1; run.rows < left->rows; run.rows++) {
    if (moves_on(l, me, t, left->first + run.rows) != *moves) break;
  }
  struct rows *all[] = {&left->input, &left->hidden, &left->gates, &left->cell,
                        &left->next_cell, &left->hidden_gradient, &left->cell_gradient};
  for (int i = 0; i < 7; i++) move_on(all[i], run.rows);
  left->first += run.rows;
  left->rows -= run.rows;
  return run;
}

/** Sixteen units at a time, so that their gates are still in the nearest cache when the cell wants them. */
static void lstm_step(const struct layer *l, const struct step *s, float *weights, size_t panel) {
  int panels = s->units / PANEL;
  for (int p = 0; p < panels; p++) {
    struct panels gates = {weights + p * panel, panels * panel, 4};
    struct rows to = {s->gates.first + p * PANEL, s->gates.row};
    multiply(s->input, depth_of(l), gates, to, s->units, s->rows, l->projected);
    lstm_forward(s, p * PANEL);
  }
}

static void gru_step(const struct layer *l, const struct step *s, float *weights, size_t panel) {
  int panels = s->units / PANEL;
  for (int p = 0; p < panels; p++) {
    struct panels gates = {weights + p * panel, panels * panel, 2};
    struct rows to = {s->gates.first + p * PANEL, s->gates.row};
    multiply(s->input, depth_of(l), gates, to, s->units, s->rows, l->projected);
    gru_gates(s, p * PANEL);
  }
  // The candidate's share: the inputs and the bias first, then the hidden state as far as the reset gate lets it.
  struct panels hidden = {weights + 2 * panels * panel, panel, panels};
  struct panels inputs = {hidden.first + s->units * PANEL, panel, panels};
  struct rows from = {s->input.first + s->units, s->input.row}, to = {s->gates.first + 2 * s->units, s->gates.row};
  if (!l->projected) multiply(from, 1 + l->inputs, inputs, to, PANEL, s->rows, 0);
  multiply(s->cell, s->units, hidden, to, PANEL, s->rows, 1);
  gru_candidate(s);
}

/** The state stays, and gates of 0 let no gradient through to any weight. */
static void stand_still(const struct layer *l, const struct step *s) {
  size_t bytes = s->units * sizeof(float);
  for (int row = 0; row < s->rows; row++) {
    memcpy(s->hidden.first + row * s->hidden.row, s->input.first + row * s->input.row, bytes);
    memset(s->gates.first + row * s->gates.row, 0, gates_of(l) * bytes);
    if (l->cell == LSTM) memmove(s->next_cell.first + row * s->cell.row, s->cell.first + row * s->cell.row, bytes);
  }
}

static void forward(const struct layer *l, const struct thread *me) {
  float *weights = at(me, l->weights);
  size_t panel = (size_t)l->panel_rows * PANEL;
  for (int t = 0; t < l->steps; t++) {
    for (struct step all = step_at(l, me, t); all.rows > 0;) {
      int moves;
      struct step s = next_run(l, me, t, &all, &moves);
      if (!moves) stand_still(l, &s);
      else if (l->cell == GRU) gru_step(l, &s, weights, panel);
      else lstm_step(l, &s, weights, panel);
    }
    beat(me);
  }
}

/** Adds what the layers above say of this step's output to the gradient of the hidden state. */
static void add_output_gradient(const struct layer *l, const struct thread *me, const struct step *s, int t) {
  int index = t - (l->steps - l->output_gradient_steps);
  if (index < 0) return;
  struct rows from = rows_at(me, &l->output_gradient, index, s->first);
  for (int row = 0; row < s->rows; row++) {
    float *to = s->hidden_gradient.first + row * s->hidden_gradient.row;
    const float *more = from.first + row * from.row;
    for (int u = 0; u < l->output_gradient_width; u += LANES) {
      store_part(to + u, load(to + u) + load(more + u), l->output_gradient_width - u);
    }
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
  struct rows to = rows_at(me, &l->input_gradient, t, s->first);
  multiply(s->gates, depth, weights, to, PANEL, s->rows, 0);
}

/** The gradient of the weights from `steps` steps, of which `s` is the first. */
static void weight_gradient(const struct layer *l, const struct step *s, int steps, float *to, int accumulate) {
  size_t panel = (size_t)l->panel_rows * PANEL;
  int depth = depth_of(l), units = s->units, panels = units / PANEL;
  struct blocks input = {s->input.first, s->input.row, floats(l->rows.step)};
  struct blocks gates = {s->gates.first, s->gates.row, floats(l->gates.step)};
  if (l->cell == LSTM) {
    gradient(input, depth, (struct panels){to, panel, 4 * panels}, gates, steps, s->rows, accumulate);
    return;
  }
  gradient(input, depth, (struct panels){to, panel, 2 * panels}, gates, steps, s->rows, accumulate);
  // The candidate's weights met `r · h` instead of the hidden state.
  struct blocks reset = {s->cell.first, s->cell.row, floats(l->cells.step)};
  struct panels hidden = {to + 2 * panels * panel, panel, panels};
  struct panels inputs = {hidden.first + units * PANEL, panel, panels};
  gates.first += 2 * units;
  input.first += units;
  gradient(reset, units, hidden, gates, steps, s->rows, accumulate);
  gradient(input, depth - units, inputs, gates, steps, s->rows, accumulate);
}

static void backward(const struct layer *l, const struct thread *me) {
  float *transposed = at(me, l->transposed);
  float *to = (float *)at(me, l->weight_gradient) + me->index * floats(l->weight_gradient_thread);
  int rows = share(l->batch, me, 1) - share(l->batch, me, 0);
  if (rows == 0) {
    if (!l->projected) memset(to, 0, (size_t)l->panel_rows * gates_of(l) * l->padded_units * sizeof(float));
    return;
  }
  int chunk = rows < CHUNK ? CHUNK / rows : 1, pending = 0;
  for (int t = l->steps - 1; t >= 0; t--) {
    struct step all = step_at(l, me, t), left = all;
    add_output_gradient(l, me, &all, t);
    int wanted = t > 0 || l->initial_gradient;
    while (left.rows > 0) {
      int moves;
      struct step s = next_run(l, me, t, &left, &moves);
      if (!moves) continue;
      if (l->cell == GRU) gru_step_backward(&s, transposed, wanted);
      else lstm_step_backward(&s, transposed, wanted);
    }
    if (l->input_gradient.at) pass_to_inputs(l, me, &all, t);
    if (!l->projected && (++pending == chunk || t == 0)) {
      weight_gradient(l, &all, pending, to, t + pending < l->steps);
      pending = 0;
    }
    beat(me);
  }
}

#endif
