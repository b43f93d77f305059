// Numbers from one order into another.
#ifndef ARRANGE_H
#define ARRANGE_H

#include <string.h>

#include "thread.h"
#include "vector.h"

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

static void copy(const struct copy *c, const struct thread *me) {
  EACH_ROW(c, example, step) {
    const float *from = row_at(me, &c->from, example, step);
    float *to = row_at(me, &c->to, example, step);
    // Not memcpy: most rows are a few inputs.
    for (int i = 0; i < c->width; i++) to[i] = from[i];
  }
}

static void zero(const struct zero *z, const struct thread *me) {
  EACH_ROW(z, example, step) memset(row_at(me, &z->to, example, step), 0, z->width * sizeof(float));
}

/** Weights into panels, or with `back` out of them: in runs that lie in one panel. */
static void pack(const struct pack *p, int back, const struct thread *me) {
  int end = share(p->rows, me, 1);
  for (int row = share(p->rows, me, 0); row < end; row++) {
    float *plain = (float *)at(me, p->plain) + (size_t)row * p->groups * p->units;
    float *panel_row = (float *)at(me, p->panels) + (size_t)(p->first_row + row) * PANEL;
    for (int group = 0; group < p->groups; group++) {
      int column = p->first_column + group * p->padded_units, last = column + p->units;
      while (column < last) {
        int room = PANEL - column % PANEL, count = last - column < room ? last - column : room;
        float *place = panel_row + (size_t)(column / PANEL) * p->panel_rows * PANEL + column % PANEL;
        for (int i = 0; i < count; i++) {
          if (back) plain[i] = place[i];
          else place[i] = plain[i];
        }
        plain += count;
        column += count;
      }
    }
  }
}

/** The row of the bias lies between the hidden state's and the inputs'; the transpose leaves it out. */
static void transpose(const struct transpose *x, const struct thread *me) {
  int panels = x->padded_units / PANEL + (x->inputs + PANEL - 1) / PANEL, end = share(panels, me, 1);
  for (int panel = share(panels, me, 0); panel < end; panel++) {
    int first_row = panel * PANEL, is_input = first_row >= x->padded_units;
    int left = x->padded_units + x->inputs - first_row, wanted = is_input && left < PANEL ? left : PANEL;
    const float *rows = (float *)at(me, x->panels) + (size_t)(first_row + is_input) * PANEL;
    float *to = (float *)at(me, x->to) + (size_t)panel * x->columns * PANEL;
    for (int column = 0; column < x->columns; column++, to += PANEL) {
      const float *from = rows + (size_t)(column / PANEL) * x->panel_rows * PANEL + column % PANEL;
      for (int i = 0; i < wanted; i++) to[i] = from[i * PANEL];
    }
  }
}

#endif
