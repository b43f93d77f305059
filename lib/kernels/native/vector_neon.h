// 128 bits on 64-bit ARM. Of 32 registers, 24 hold sums and 4 a row of b.
#include <arm_neon.h>

typedef float32x4_t vec;
#define LANES 4
#define TILE_VECTORS 4
#define TILE_ROWS 6
#define TILE_HEIGHTS(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6)

static inline vec load(const float *from) { return vld1q_f32(from); }
static inline void store(float *to, vec x) { vst1q_f32(to, x); }
static inline vec splat(float x) { return vdupq_n_f32(x); }
static inline vec multiply_add(vec a, vec b, vec c) { return vfmaq_f32(c, a, b); }
static inline vec multiply_subtract(vec a, vec b, vec c) { return vfmsq_f32(c, a, b); }
static inline vec larger(vec bound, vec x) { return vmaxq_f32(bound, x); }
static inline vec smaller(vec bound, vec x) { return vminq_f32(bound, x); }
static inline vec square_root(vec x) { return vsqrtq_f32(x); }
static inline vec quotient(vec a, vec b) { return vdivq_f32(a, b); }
