/* SHA-256 (FIPS 180-4) over a chain of blocks, its constants computed from the primes' roots. */
#include "bench.h"

static uint32_t constants[64];

/** The first 32 bits of the fraction of a prime's cube root, by bisection over whole numbers. */
static uint32_t cube_root_fraction(uint64_t prime) {
  uint64_t low = 0, high = 8ull << 32;
  while (high - low > 1) {
    uint64_t middle = (low + high) >> 1;
    // (middle / 2^32)^3 compared with the prime, in steps of 64-bit products.
    uint64_t whole = middle >> 16, square = whole * whole;
    uint64_t exact = (square >> 16) * whole;
    if (exact >> 32 < prime) low = middle;
    else high = middle;
  }
  return (uint32_t)low;
}

static void make_constants(void) {
  unsigned count = 0;
  for (unsigned n = 2; count < 64; n++) {
    unsigned divisor = 2;
    while (divisor * divisor <= n && n % divisor != 0) divisor++;
    if (divisor * divisor > n) constants[count++] = cube_root_fraction(n);
  }
}

static uint32_t turn(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void digest_block(uint32_t state[8], const uint32_t block[16]) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++) w[i] = block[i];
  for (int i = 16; i < 64; i++) {
    uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) +
           (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
  }
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t e = s[4], a = s[0];
    uint32_t one = s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
                   ((e & s[5]) ^ (~e & s[6])) + constants[i] + w[i];
    uint32_t two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
                   ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    for (int j = 7; j > 0; j--) s[j] = s[j - 1];
    s[4] += one;
    s[0] = one + two;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

int main(int argc, char **argv) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint32_t block[16];
  make_constants();
  for (int i = 0; i < 16; i++) block[i] = next_random();
  for (unsigned round = rounds(argc, argv, 500000); round > 0; round--) {
    block[round & 15] ^= state[0];
    digest_block(state, block);
  }
  return report((uint64_t)state[0] << 32 | state[7]);
}
