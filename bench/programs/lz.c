/*
 * Compression by references to earlier text, found through a hash of four bytes, in a format of
 * literal runs and matches with lengths in nibbles; then expansion, and a comparison.
 */
#include "bench.h"

enum { LENGTH = 65536, HASH_BITS = 13, SHORTEST = 4 };

static uint8_t input[LENGTH], packed[LENGTH * 2], output[LENGTH + 64];
static uint16_t heads[1 << HASH_BITS];

static uint32_t four(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static uint8_t *put_length(uint8_t *out, uint32_t rest) {
  for (; rest >= 255; rest -= 255) *out++ = 255;
  *out++ = (uint8_t)rest;
  return out;
}

static uint8_t *put_run(uint8_t *out, const uint8_t *from, uint32_t literals, uint32_t match,
                        uint32_t distance) {
  uint8_t *token = out++;
  *token = (uint8_t)((literals < 15 ? literals : 15) << 4 | (match < 15 ? match : 15));
  if (literals >= 15) out = put_length(out, literals - 15);
  for (uint32_t i = 0; i < literals; i++) *out++ = from[i];
  *out++ = (uint8_t)distance;
  *out++ = (uint8_t)(distance >> 8);
  return match >= 15 ? put_length(out, match - 15) : out;
}

static uint32_t compress(void) {
  uint8_t *out = packed;
  uint32_t anchor = 0, at = 1;
  memset(heads, 0, sizeof heads);
  while (at + SHORTEST < LENGTH) {
    uint32_t word = four(input + at);
    uint16_t *head = &heads[word * 2654435761u >> (32 - HASH_BITS)];
    uint32_t candidate = *head;
    *head = (uint16_t)at;
    if (candidate == 0 || four(input + candidate) != word) {
      at++;
      continue;
    }
    uint32_t length = SHORTEST;
    while (at + length < LENGTH && input[at + length] == input[candidate + length]) length++;
    out = put_run(out, input + anchor, at - anchor, length - SHORTEST, at - candidate);
    at += length;
    anchor = at;
  }
  // A distance of zero ends the stream.
  return (uint32_t)(put_run(out, input + anchor, LENGTH - anchor, 0, 0) - packed);
}

static uint32_t get_length(const uint8_t **in) {
  uint32_t length = 0, byte;
  do length += byte = *(*in)++;
  while (byte == 255);
  return length;
}

static uint32_t expand(void) {
  const uint8_t *in = packed;
  uint8_t *out = output;
  for (;;) {
    uint32_t token = *in++, literals = token >> 4, match = token & 15;
    if (literals == 15) literals += get_length(&in);
    memcpy(out, in, literals);
    out += literals;
    in += literals;
    uint32_t distance = in[0] | (uint32_t)in[1] << 8;
    in += 2;
    if (distance == 0) return (uint32_t)(out - output);
    if (match == 15) match += get_length(&in);
    for (match += SHORTEST; match > 0; match--, out++) *out = out[-(int32_t)distance];
  }
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < LENGTH; i++) {
    uint32_t random = next_random();
    input[i] = i > 300 && random % 9 != 0 ? input[i - 1 - (random >> 8) % 4 * 71]
                                          : (uint8_t)(random >> 24 & 63);
  }
  for (unsigned round = rounds(argc, argv, 1200); round > 0; round--) {
    input[round % LENGTH] ^= (uint8_t)round;
    uint32_t length = compress();
    if (expand() != LENGTH || memcmp(input, output, LENGTH) != 0) return 1;
    sum = mix(sum, length);
  }
  return report(sum);
}
