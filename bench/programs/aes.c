/* AES-128 (FIPS 197) in counter mode, by bytes, with the S-box computed once from its definition. */
#include "bench.h"

static uint8_t box[256];
static uint8_t keys[176];

static uint8_t twice(uint8_t a) { return (uint8_t)(a << 1 ^ (a >> 7) * 0x1b); }

static void make_box(void) {
  uint8_t p = 1, q = 1;
  do {
    // p runs through all that is not zero by the generator 3, q through the inverses.
    p = (uint8_t)(p ^ twice(p));
    q ^= (uint8_t)(q << 1);
    q ^= (uint8_t)(q << 2);
    q ^= (uint8_t)(q << 4);
    if (q & 0x80) q ^= 0x09;
    uint8_t x = q;
    for (int i = 1; i < 5; i++) x ^= (uint8_t)(q << i | q >> (8 - i));
    box[p] = x ^ 0x63;
  } while (p != 1);
  box[0] = 0x63;
}

static void expand_key(const uint8_t *key) {
  uint8_t constant = 1;
  memcpy(keys, key, 16);
  for (int i = 16; i < 176; i += 4) {
    uint8_t word[4];
    memcpy(word, keys + i - 4, 4);
    if (i % 16 == 0) {
      uint8_t head = word[0];
      word[0] = box[word[1]] ^ constant;
      word[1] = box[word[2]];
      word[2] = box[word[3]];
      word[3] = box[head];
      constant = twice(constant);
    }
    for (int j = 0; j < 4; j++) keys[i + j] = keys[i + j - 16] ^ word[j];
  }
}

static void encrypt(const uint8_t *from, uint8_t *to) {
  uint8_t state[16], moved[16];
  for (int i = 0; i < 16; i++) state[i] = from[i] ^ keys[i];
  for (int round = 1; round <= 10; round++) {
    for (int i = 0; i < 16; i++) moved[i] = box[state[(i + (i & 3) * 4) & 15]];
    for (int i = 0; i < 16; i += 4) {
      const uint8_t *m = moved + i, *key = keys + round * 16 + i;
      uint8_t all = m[0] ^ m[1] ^ m[2] ^ m[3];
      for (int j = 0; j < 4; j++) {
        uint8_t mixed = round < 10 ? m[j] ^ all ^ twice(m[j] ^ m[(j + 1) & 3]) : m[j];
        state[i + j] = mixed ^ key[j];
      }
    }
  }
  memcpy(to, state, 16);
}

int main(int argc, char **argv) {
  static const uint8_t key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  uint8_t counter[16] = {0}, stream[16];
  uint64_t sum = 0;
  make_box();
  expand_key(key);
  for (unsigned round = rounds(argc, argv, 1600000); round > 0; round--) {
    memcpy(counter, &round, 4);
    encrypt(counter, stream);
    sum = mix(sum, stream[round & 15]);
  }
  return report(sum);
}
