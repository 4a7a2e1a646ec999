/* The sieve of Eratosthenes by bytes over a million numbers, and by bits over eight million. */
#include "bench.h"

enum { BYTES = 1000000, BITS = 8000000 };

static uint8_t bytes[BYTES];
static uint32_t bits[BITS / 32];

static unsigned by_bytes(unsigned limit) {
  unsigned count = 0;
  memset(bytes, 1, limit);
  for (unsigned i = 2; i < limit; i++) {
    if (!bytes[i]) continue;
    count++;
    for (unsigned j = i + i; j < limit; j += i) bytes[j] = 0;
  }
  return count;
}

static unsigned by_bits(unsigned limit) {
  unsigned count = 0;
  memset(bits, 0, sizeof bits);
  for (unsigned i = 3; i < limit; i += 2) {
    if (bits[i >> 5] >> (i & 31) & 1) continue;
    count++;
    if (i < 2900) {
      for (unsigned j = i * i; j < limit; j += 2 * i) bits[j >> 5] |= 1u << (j & 31);
    }
  }
  return count;
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 120); round > 0; round--) {
    sum = mix(sum, by_bytes(BYTES - round));
    if (round % 2 == 0) sum = mix(sum, by_bits(BITS - round));
  }
  return report(sum);
}
