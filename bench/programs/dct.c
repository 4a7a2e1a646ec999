/*
 * What a JPEG decoder does, over a made-up stream: prefix codes read by bits, coefficients placed
 * in zigzag order and scaled, the inverse cosine transform in integers, and colours from planes.
 */
#include "bench.h"

enum { BLOCKS = 96, STREAM = 8192 };

static uint8_t stream[STREAM], planes[3][BLOCKS * 64], picture[BLOCKS * 64 * 3], zigzag[64];
static int16_t cosines[8][8], scale[64];
static uint32_t held, at;
static int held_bits;

static uint32_t take(int count) {
  while (held_bits < count) {
    held = held << 8 | stream[at++ & (STREAM - 1)];
    held_bits += 8;
  }
  held_bits -= count;
  return held >> held_bits & ((1u << count) - 1);
}

/** A prefix code: as many ones as say the size of the number that follows. */
static int take_number(int longest) {
  int size = 0;
  while (size < longest && take(1)) size++;
  if (size == 0) return 0;
  int value = (int)take(size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

static void read_block(int16_t *block) {
  memset(block, 0, 64 * sizeof *block);
  block[0] = (int16_t)(take_number(7) * scale[0]);
  for (int i = 1; i < 64; i++) {
    i += (int)take(2);
    if (i >= 64) break;
    int value = take_number(5);
    if (value == 0 && take(2) == 0) break;
    block[zigzag[i]] = (int16_t)(value * scale[i]);
  }
}

/** Eight values at a stride, in place: even and odd halves as sums of products, 12 bits behind. */
static void transform(int32_t *values, int stride, int shift) {
  int32_t result[8];
  for (int x = 0; x < 4; x++) {
    int32_t even = 0, odd = 0;
    for (int u = 0; u < 8; u += 2) {
      even += values[u * stride] * cosines[u][x];
      odd += values[(u + 1) * stride] * cosines[u + 1][x];
    }
    result[x] = even + odd;
    result[7 - x] = even - odd;
  }
  for (int x = 0; x < 8; x++) values[x * stride] = (result[x] + (1 << (shift - 1))) >> shift;
}

static uint8_t clamp(int32_t value) {
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void decode_block(uint8_t *to) {
  int16_t block[64];
  int32_t values[64];
  read_block(block);
  for (int i = 0; i < 64; i++) values[i] = block[i];
  for (int i = 0; i < 8; i++) transform(values + i, 8, 9);
  for (int i = 0; i < 8; i++) transform(values + 8 * i, 1, 15);
  for (int i = 0; i < 64; i++) to[i] = clamp(values[i] + 128);
}

static void colours(void) {
  for (int i = 0; i < BLOCKS * 64; i++) {
    int32_t y = planes[0][i], cb = planes[1][i] - 128, cr = planes[2][i] - 128;
    picture[3 * i] = clamp(y + ((91881 * cr + 32768) >> 16));
    picture[3 * i + 1] = clamp(y - ((22554 * cb + 46802 * cr + 32768) >> 16));
    picture[3 * i + 2] = clamp(y + ((116130 * cb + 32768) >> 16));
  }
}

static void make_tables(void) {
  // cos(k * pi / 16) * 2048, for k from 0 to 8; the rest by symmetry.
  static const int16_t quarter[] = {2048, 2009, 1892, 1703, 1448, 1138, 784, 400, 0};
  for (int u = 0; u < 8; u++) {
    for (int x = 0; x < 8; x++) {
      int angle = u * (2 * x + 1) & 31, half = angle > 16 ? 32 - angle : angle;
      int value = half <= 8 ? quarter[half] : -quarter[16 - half];
      cosines[u][x] = (int16_t)(u == 0 ? 1448 : value);
    }
  }
  int row = 0, column = 0;
  for (int i = 0; i < 64; i++) {
    zigzag[i] = (uint8_t)(row * 8 + column);
    scale[i] = (int16_t)(3 + i / 3);
    int up = (row + column) % 2 == 0;
    if (up && column == 7) row++;
    else if (up && row == 0) column++;
    else if (!up && row == 7) column++;
    else if (!up && column == 0) row++;
    else row += up ? -1 : 1, column += up ? 1 : -1;
  }
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  make_tables();
  for (int i = 0; i < STREAM; i++) stream[i] = (uint8_t)(next_random() >> 11);
  for (unsigned round = rounds(argc, argv, 3200); round > 0; round--) {
    at = round * 37;
    held_bits = 0;
    for (int plane = 0; plane < 3; plane++) {
      for (int i = 0; i < BLOCKS; i++) decode_block(planes[plane] + 64 * i);
    }
    colours();
    for (int i = 0; i < BLOCKS * 64 * 3; i += 61) sum = mix(sum, picture[i]);
  }
  return report(sum);
}
