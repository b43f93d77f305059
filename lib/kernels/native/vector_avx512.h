// 512 bits: Intel since Skylake-SP, AMD since Zen 4. Of 32 registers, 28 hold sums and 2 a row of b.
#include <immintrin.h>

typedef __m512 vec;
#define LANES 16
#define TILE_VECTORS 2
#define TILE_ROWS 14
#define TILE_HEIGHTS(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14)

static inline vec load(const float *from) { return _mm512_loadu_ps(from); }
static inline void store(float *to, vec x) { _mm512_storeu_ps(to, x); }
static inline vec splat(float x) { return _mm512_set1_ps(x); }
static inline vec multiply_add(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
static inline vec multiply_subtract(vec a, vec b, vec c) { return _mm512_fnmadd_ps(a, b, c); }
static inline vec larger(vec bound, vec x) { return _mm512_max_ps(bound, x); }
static inline vec smaller(vec bound, vec x) { return _mm512_min_ps(bound, x); }
static inline vec square_root(vec x) { return _mm512_sqrt_ps(x); }

// The divider takes 16 cycles for a whole register; an estimate to 14 bits and one step of Newton's take 3.
static inline vec quotient(vec a, vec b) {
  vec r = _mm512_rcp14_ps(b);
  return a * multiply_add(r, multiply_subtract(b, r, splat(1)), r);
}
