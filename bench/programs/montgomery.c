/*
 * Powers modulo a 512-bit number by Montgomery's multiplication: products of two words into a
 * double word, with carries between them, on words as wide as a register.
 */
#include "bench.h"

#if __riscv_xlen == 32 || (!defined __riscv && __SIZEOF_POINTER__ == 4)
typedef uint32_t word;
typedef uint64_t wide;
#else
typedef uint64_t word;
typedef unsigned __int128 wide;
#endif

enum { BITS = 8 * sizeof(word), WORDS = 512 / BITS };

static word modulus[WORDS], inverse;

/** to = a * b / 2^512, modulo the modulus; to may be a or b. */
static void multiply(word *to, const word *a, const word *b) {
  word sum[WORDS + 2] = {0};
  for (int i = 0; i < WORDS; i++) {
    word carry = 0;
    for (int j = 0; j < WORDS; j++) {
      wide part = (wide)a[j] * b[i] + sum[j] + carry;
      sum[j] = (word)part;
      carry = (word)(part >> BITS);
    }
    wide top = (wide)sum[WORDS] + carry;
    sum[WORDS] = (word)top;
    sum[WORDS + 1] = (word)(top >> BITS);
    word factor = sum[0] * inverse;
    carry = (word)(((wide)factor * modulus[0] + sum[0]) >> BITS);
    for (int j = 1; j < WORDS; j++) {
      wide part = (wide)factor * modulus[j] + sum[j] + carry;
      sum[j - 1] = (word)part;
      carry = (word)(part >> BITS);
    }
    top = (wide)sum[WORDS] + carry;
    sum[WORDS - 1] = (word)top;
    sum[WORDS] = sum[WORDS + 1] + (word)(top >> BITS);
  }
  word difference[WORDS], borrow = 0;
  for (int j = 0; j < WORDS; j++) {
    wide part = (wide)sum[j] - modulus[j] - borrow;
    difference[j] = (word)part;
    borrow = (word)(part >> BITS) & 1;
  }
  memcpy(to, sum[WORDS] < borrow ? sum : difference, sizeof difference);
}

static word random_word(void) {
  uint64_t high = next_random();
  return (word)(high << 32 | next_random());
}

int main(int argc, char **argv) {
  word base[WORDS], power[WORDS], exponent = random_word();
  uint64_t sum = 0;
  for (int i = 0; i < WORDS; i++) {
    modulus[i] = random_word();
    base[i] = random_word();
  }
  modulus[0] |= 1;
  modulus[WORDS - 1] |= (word)1 << (BITS - 1);
  base[WORDS - 1] >>= 1;
  // Newton's iteration doubles the number of right bits each time.
  inverse = modulus[0];
  for (int i = 0; i < 6; i++) inverse *= 2 - modulus[0] * inverse;
  inverse = -inverse;
  for (unsigned round = rounds(argc, argv, 90000); round > 0; round--) {
    memcpy(power, base, sizeof power);
    for (int bit = 30; bit >= 0; bit--) {
      multiply(power, power, power);
      if (exponent >> bit & 1) multiply(power, power, base);
    }
    memcpy(base, power, sizeof base);
    base[WORDS - 1] >>= 1;
    exponent += power[0] | 1;
    sum = mix(sum, power[1]);
  }
  return report(sum);
}
