/* Integer arithmetic at the edges: 64-bit division on any XLEN, shifts, bit-fields, overflow. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

struct bits { unsigned low : 3; signed middle : 5; unsigned high : 24; };

volatile int64_t big = 1234567890123456789LL;
volatile int64_t small = -987654321LL;
volatile uint32_t word = 0x89abcdefu;
volatile int zero = 0, minus = -1, least = INT_MIN;

int main(void) {
  printf("%lld %lld\n", (long long)(big / small), (long long)(big % small));
  printf("%llu %llu\n", (unsigned long long)big / 1000u, (unsigned long long)big % 1000u);
  printf("%lld\n", (long long)(big * 3));
  printf("%x %x %x\n", word >> 4, (unsigned)((int)word >> 4), word << 8);
  printf("%llx\n", (unsigned long long)big << 7 ^ (unsigned long long)big >> 33);
  struct bits b = {9, -3, 0x123456};
  printf("%u %d %x\n", b.low, b.middle, b.high);
  printf("%d %d\n", (signed char)200, (short)70000);
  printf("%d\n", __builtin_popcountll((unsigned long long)big) + __builtin_clz(word));
  uint32_t hash = 2166136261u;
  for (int i = 0; i < 200; i++) hash = (hash ^ (uint32_t)i) * 16777619u;
  printf("%08x %d\n", hash, zero + minus);
  return 0;
}
