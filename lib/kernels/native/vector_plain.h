// Any other machine: the compiler finds the instructions for four floats. With 16 registers, 8 hold sums.
#include <math.h>

typedef float vec __attribute__((vector_size(16)));
#define LANES 4
#define TILE_VECTORS 2
#define TILE_ROWS 4
#define TILE_HEIGHTS(DO) DO(1) DO(2) DO(3) DO(4)

static inline vec load(const float *from) {
  vec x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
static inline void store(float *to, vec x) { __builtin_memcpy(to, &x, sizeof x); }
static inline vec splat(float x) { return (vec){x, x, x, x}; }
static inline vec multiply_add(vec a, vec b, vec c) { return a * b + c; }
static inline vec multiply_subtract(vec a, vec b, vec c) { return c - a * b; }
static inline vec larger(vec bound, vec x) {
  for (int i = 0; i < LANES; i++) x[i] = bound[i] > x[i] ? bound[i] : x[i];
  return x;
}
static inline vec smaller(vec bound, vec x) {
  for (int i = 0; i < LANES; i++) x[i] = bound[i] < x[i] ? bound[i] : x[i];
  return x;
}
static inline vec square_root(vec x) {
  for (int i = 0; i < LANES; i++) x[i] = sqrtf(x[i]);
  return x;
}
static inline vec quotient(vec a, vec b) { return a / b; }
