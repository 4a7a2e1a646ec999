/*
 * What every program of the corpus shares: its size from the command line, numbers that look random
 * and are the same everywhere, and the checksum that is its output.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The number of rounds: the first argument, or what is given here. */
static inline unsigned rounds(int argc, char **argv, unsigned otherwise) {
  return argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : otherwise;
}

static uint32_t random_state = 0x2545f491;

/** Marsaglia's xorshift: 32 bits, period 2^32 - 1. */
static inline uint32_t next_random(void) {
  uint32_t x = random_state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return random_state = x;
}

/** One step of a 64-bit FNV-1a hash over whole words. */
static inline uint64_t mix(uint64_t sum, uint64_t value) {
  return (sum ^ value) * 0x100000001b3ull;
}

/** The bits of a double, to be mixed: results must agree to the last bit. */
static inline uint64_t double_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline int report(uint64_t sum) {
  printf("%08lx%08lx\n", (unsigned long)(uint32_t)(sum >> 32), (unsigned long)(uint32_t)sum);
  return 0;
}

#endif
