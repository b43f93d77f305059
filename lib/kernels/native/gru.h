// Gated recurrent unit, as tfjs has it: gates in the order update, reset, candidate; the reset gate comes before the
// product (Keras's reset_after=false). `cell` holds r · h.
//   h' = z · h + (1 - z) · g        g = tanh(x W + (r · h) U + b)
#ifndef GRU_H
#define GRU_H

#include "lstm.h"

/** The update and reset gates (in place), and `r · h`, which the candidate will need; 16 units from `unit`. */
static void gru_gates(const struct step *s, int unit) {
  for (int row = 0; row < s->rows; row++) {
    for (int u = unit; u < unit + PANEL; u += LANES) {
      float *z = s->gates.first + row * s->gates.row + u, *r = z + s->units;
      vec reset = sigmoid(load(r));
      store(z, sigmoid(load(z)));
      store(r, reset);
      store(s->cell.first + row * s->cell.row + u, reset * load(s->input.first + row * s->input.row + u));
    }
  }
}

/** The candidate (in place) and the next hidden state. */
static void gru_candidate(const struct step *s) {
  for (int row = 0; row < s->rows; row++) {
    for (int u = 0; u < s->units; u += LANES) {
      float *z = s->gates.first + row * s->gates.row + u, *g = z + 2 * (size_t)s->units;
      vec candidate = tanh_of(load(g));
      store(g, candidate);
      vec change = load(s->input.first + row * s->input.row + u) - candidate;
      store(s->hidden.first + row * s->hidden.row + u, multiply_add(load(z), change, candidate));
    }
  }
}

/**
 * From the gradient of the hidden state to those of the candidate's and the update gate's pre-activations, which
 * replace these two; what reaches the hidden state before directly, `dh · z`, replaces dh.
 */
static void gru_candidate_backward(const struct step *s) {
  vec one = splat(1);
  for (int row = 0; row < s->rows; row++) {
    for (int u = 0; u < s->units; u += LANES) {
      float *z = s->gates.first + row * s->gates.row + u, *g = z + 2 * (size_t)s->units;
      float *hidden_gradient = s->hidden_gradient.first + row * s->hidden_gradient.row + u;
      vec update = load(z), candidate = load(g), dh = unfaded(load(hidden_gradient));
      vec through = dh * update;
      vec dz = dh * (load(s->input.first + row * s->input.row + u) - candidate);
      store(z, dz * multiply_subtract(update, update, update));
      store(g, (dh - through) * multiply_subtract(candidate, candidate, one));
      store(hidden_gradient, through);
    }
  }
}

/**
 * From the gradient of `r · h`, which is in `cell_gradient`, to that of the reset gate's pre-activation, which replaces
 * it, and its part of dh.
 */
static void gru_reset_backward(const struct step *s) {
  for (int row = 0; row < s->rows; row++) {
    for (int u = 0; u < s->units; u += LANES) {
      float *r = s->gates.first + row * s->gates.row + s->units + u;
      float *hidden_gradient = s->hidden_gradient.first + row * s->hidden_gradient.row + u;
      vec reset = load(r), product = unfaded(load(s->cell_gradient.first + row * s->cell_gradient.row + u));
      vec dr = product * load(s->input.first + row * s->input.row + u);
      store(r, dr * multiply_subtract(reset, reset, reset));
      store(hidden_gradient, multiply_add(product, reset, load(hidden_gradient)));
    }
  }
}

#endif
