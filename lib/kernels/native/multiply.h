// c = a · b for a few rows of a and a matrix b in panels of 16 columns. Strides are in floats.
#ifndef MULTIPLY_H
#define MULTIPLY_H

#include "vector.h"

/** Depth of one pass: the piece of b that a column of tiles shares stays in the nearest cache. */
#define PASS 256

/** Rows that are taken at once: a pass of them stays in the second cache. */
#define ROWS 168

/** Rows of floats, `row` apart. */
struct rows {
  float *first;
  ptrdiff_t row;
};

/** A matrix in panels, or the columns of another that belong to them: `panel` floats from one to the next. */
struct panels {
  float *first;
  size_t panel;
  int count;
};

/** `height` rows by `width` vectors, both known to the compiler, which keeps the sums in registers. */
INLINE void tile(
  int height, int width, const float *a, ptrdiff_t a_row, int depth, const float *b, size_t b_panel, float *c,
  ptrdiff_t c_row, size_t c_panel, int accumulate
) {
  vec sums[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int i = 0; i < height; i++) {
    UNROLL for (int v = 0; v < width; v++) {
      sums[i][v] = accumulate ? load(c + i * c_row + vector_at(v, c_panel)) : splat(0);
    }
  }
  UNROLL_TWICE for (int k = 0; k < depth; k++) {
    vec row[TILE_VECTORS];
    UNROLL for (int v = 0; v < width; v++) row[v] = load(b + vector_at(v, b_panel));
    UNROLL for (int i = 0; i < height; i++) {
      vec x = splat(a[i * a_row]);
      UNROLL for (int v = 0; v < width; v++) sums[i][v] = multiply_add(x, row[v], sums[i][v]);
    }
    a++;
    b += PANEL;
  }
  UNROLL for (int i = 0; i < height; i++) {
    UNROLL for (int v = 0; v < width; v++) store(c + i * c_row + vector_at(v, c_panel), sums[i][v]);
  }
}

/** A column of tiles: `width` vectors of all rows. Tiles are as equally high as can be. */
INLINE void column(
  int width, int rows, const float *a, ptrdiff_t a_row, int depth, const float *b, size_t b_panel, float *c,
  ptrdiff_t c_row, size_t c_panel, int accumulate
) {
  for (int tiles = (rows + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--) {
    int height = rows / tiles;
    switch (height) {
#define CASE(n) \
  case n: \
    tile(n, width, a, a_row, depth, b, b_panel, c, c_row, c_panel, accumulate); \
    break;
      TILE_HEIGHTS(CASE)
#undef CASE
    }
    a += height * a_row;
    c += height * c_row;
    rows -= height;
  }
}

static void multiply_few(
  struct rows a, int depth, struct panels b, struct rows c, size_t c_panel, int rows, int accumulate
) {
  int passes = (depth + PASS - 1) / PASS, vectors = b.count * VECTORS_A_PANEL;
  for (int start = 0; passes > 0; passes--) {
    int pass = (depth - start) / passes;
    for (int v = 0; v < vectors; v += TILE_VECTORS) {
      const float *from = a.first + start, *with = b.first + vector_at(v, b.panel) + (size_t)start * PANEL;
      float *to = c.first + vector_at(v, c_panel);
      int add = accumulate || start > 0;
      if (TILE_VECTORS <= VECTORS_A_PANEL || v + TILE_VECTORS <= vectors) {
        column(TILE_VECTORS, rows, from, a.row, pass, with, b.panel, to, c.row, c_panel, add);
      } else {
        column(VECTORS_A_PANEL, rows, from, a.row, pass, with, b.panel, to, c.row, c_panel, add);
      }
    }
    start += pass;
  }
}

/**
 * @param depth Columns of a, rows of b.
 * @param accumulate Whether the products are added to what is in c.
 */
static void multiply(
  struct rows a, int depth, struct panels b, struct rows c, size_t c_panel, int rows, int accumulate
) {
  for (int parts = (rows + ROWS - 1) / ROWS; parts > 0; parts--) {
    int part = rows / parts;
    multiply_few(a, depth, b, c, c_panel, part, accumulate);
    a.first += part * a.row;
    c.first += part * c.row;
    rows -= part;
  }
}

#endif
