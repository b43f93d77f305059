// What a build of the kernel is for, and whether this machine is such a one. This file is compiled for any machine of
// the family, so that asking is safe where running is not.
#include <stdint.h>

#include "records.h"

/** The version of the records that the build reads. */
int32_t abi(void) { return ABI; }

/** The instructions that the build is made of: their place in INSTRUCTION_SETS of ../native.ts. */
int32_t instructions(void) {
#if defined(NOTENBUCH_AVX512)
  return 0;
#elif defined(NOTENBUCH_AVX2)
  return 1;
#elif defined(NOTENBUCH_NEON)
  return 2;
#else
  return 3;
#endif
}

/** 1 if this machine, and its system, have them; else 0. */
int32_t suits(void) {
#if defined(NOTENBUCH_AVX512) || defined(NOTENBUCH_AVX2)
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
#if defined(NOTENBUCH_AVX512)
  if (!__builtin_cpu_supports("avx512f")) return 0;
#endif
  return 1;
#else
  return 0;
#endif
#elif defined(NOTENBUCH_NEON) && !defined(__aarch64__)
  return 0;
#else
  return 1;
#endif
}
