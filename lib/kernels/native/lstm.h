// Long short-term memory, as tfjs and Keras have it: gates in the order input, forget, candidate, output.
//   c' = f · c + i · g        h' = o · tanh(c')
#ifndef LSTM_H
#define LSTM_H

#include "multiply.h"

/** Where one step of a layer is, for `rows` examples from `first` on. All widths are the padded number of units. */
struct step {
  struct rows input, gates, cell, next_cell, hidden, hidden_gradient, cell_gradient;
  int first, rows, units;
};

/** From pre-activations to gates (in place), the next cell state and the next hidden state, 16 units from `unit`. */
static void lstm_forward(const struct step *s, int unit) {
  for (int row = 0; row < s->rows; row++) {
    for (int u = unit; u < unit + PANEL; u += LANES) {
      float *i = s->gates.first + row * s->gates.row + u, *f = i + s->units, *g = f + s->units, *o = g + s->units;
      vec input = sigmoid(load(i)), forget = sigmoid(load(f)), candidate = tanh_of(load(g)), output = sigmoid(load(o));
      vec c = multiply_add(forget, load(s->cell.first + row * s->cell.row + u), input * candidate);
      store(i, input);
      store(f, forget);
      store(g, candidate);
      store(o, output);
      store(s->next_cell.first + row * s->next_cell.row + u, c);
      store(s->hidden.first + row * s->hidden.row + u, output * tanh_of(c));
    }
  }
}

/**
 * From the gradients of the hidden and the cell state to those of the pre-activations, which replace the gates, and of
 * the cell state before, which replaces that of the one after.
 */
static void lstm_backward(const struct step *s) {
  vec one = splat(1);
  for (int row = 0; row < s->rows; row++) {
    for (int u = 0; u < s->units; u += LANES) {
      float *i = s->gates.first + row * s->gates.row + u, *f = i + s->units, *g = f + s->units, *o = g + s->units;
      float *cell_gradient = s->cell_gradient.first + row * s->cell_gradient.row + u;
      vec input = load(i), forget = load(f), candidate = load(g), output = load(o);
      // tanh(c') from h' = o · tanh(c'), cheaper than anew. A gate that is shut, o = 0, lets none through.
      vec squashed = quotient(load(s->hidden.first + row * s->hidden.row + u), larger(splat(1e-30f), output));
      vec dh = unfaded(load(s->hidden_gradient.first + row * s->hidden_gradient.row + u));
      vec dc = multiply_add(dh * output, multiply_subtract(squashed, squashed, one), load(cell_gradient));
      store(i, dc * candidate * multiply_subtract(input, input, input));
      store(f, dc * load(s->cell.first + row * s->cell.row + u) * multiply_subtract(forget, forget, forget));
      store(g, dc * input * multiply_subtract(candidate, candidate, one));
      store(o, dh * squashed * multiply_subtract(output, output, output));
      store(cell_gradient, unfaded(dc * forget));
    }
  }
}

#endif
