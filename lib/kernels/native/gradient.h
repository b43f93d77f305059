// aᵀ · b, the gradient of a matrix of weights, added up over rows of the batch and steps, straight into panels.
#ifndef GRADIENT_H
#define GRADIENT_H

#include "multiply.h"

/** `steps` blocks of rows, `step` floats apart. */
struct blocks {
  float *first;
  ptrdiff_t row, step;
};

INLINE void gradient_tile(
  int height, int width, struct blocks a, struct blocks b, int steps, int rows, float *c, size_t c_panel, int accumulate
) {
  vec sums[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int i = 0; i < height; i++) {
    UNROLL for (int v = 0; v < width; v++) {
      sums[i][v] = accumulate ? load(c + i * PANEL + vector_at(v, c_panel)) : splat(0);
    }
  }
  for (int step = 0; step < steps; step++) {
    const float *x = a.first + step * a.step, *y = b.first + step * b.step;
    UNROLL_TWICE for (int r = 0; r < rows; r++) {
      vec row[TILE_VECTORS];
      UNROLL for (int v = 0; v < width; v++) row[v] = load(y + vector_at(v, PANEL));
      UNROLL for (int i = 0; i < height; i++) {
        vec one = splat(x[i]);
        UNROLL for (int v = 0; v < width; v++) sums[i][v] = multiply_add(one, row[v], sums[i][v]);
      }
      x += a.row;
      y += b.row;
    }
  }
  UNROLL for (int i = 0; i < height; i++) {
    UNROLL for (int v = 0; v < width; v++) store(c + i * PANEL + vector_at(v, c_panel), sums[i][v]);
  }
}

INLINE void gradient_column(
  int width, struct blocks a, int depth, struct blocks b, int steps, int rows, float *c, size_t c_panel, int accumulate
) {
  for (int tiles = (depth + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--) {
    int height = depth / tiles;
    switch (height) {
#define CASE(n) \
  case n: \
    gradient_tile(n, width, a, b, steps, rows, c, c_panel, accumulate); \
    break;
      TILE_HEIGHTS(CASE)
#undef CASE
    }
    a.first += height;
    c += height * PANEL;
    depth -= height;
  }
}

/**
 * @param depth Columns of a that count: rows of the gradient.
 * @param accumulate Whether to add to the gradient that is there.
 */
static void gradient(
  struct blocks a, int depth, struct panels to, struct blocks b, int steps, int rows, int accumulate
) {
  int vectors = to.count * VECTORS_A_PANEL;
  for (int v = 0; v < vectors; v += TILE_VECTORS) {
    struct blocks part = {b.first + v * LANES, b.row, b.step};
    float *c = to.first + vector_at(v, to.panel);
    if (TILE_VECTORS <= VECTORS_A_PANEL || v + TILE_VECTORS <= vectors) {
      gradient_column(TILE_VECTORS, a, depth, part, steps, rows, c, to.panel, accumulate);
    } else {
      gradient_column(VECTORS_A_PANEL, a, depth, part, steps, rows, c, to.panel, accumulate);
    }
  }
}

#endif
