// 256 bits with multiply-add: Intel since Haswell, AMD since Zen. Of 16 registers, 12 hold sums and 2 a row of b.
#include <immintrin.h>

typedef __m256 vec;
#define LANES 8
#define TILE_VECTORS 2
#define TILE_ROWS 6
#define TILE_HEIGHTS(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6)

static inline vec load(const float *from) { return _mm256_loadu_ps(from); }
static inline void store(float *to, vec x) { _mm256_storeu_ps(to, x); }
static inline vec splat(float x) { return _mm256_set1_ps(x); }
static inline vec multiply_add(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
static inline vec multiply_subtract(vec a, vec b, vec c) { return _mm256_fnmadd_ps(a, b, c); }
static inline vec larger(vec bound, vec x) { return _mm256_max_ps(bound, x); }
static inline vec smaller(vec bound, vec x) { return _mm256_min_ps(bound, x); }
static inline vec square_root(vec x) { return _mm256_sqrt_ps(x); }
static inline vec quotient(vec a, vec b) { return a / b; }
