/* Calls through tables of functions, with targets that are easy, hard and impossible to foresee. */
#include "bench.h"

typedef uint32_t operation(uint32_t, uint32_t);

#define OPERATION(name, expression) \
  static uint32_t name(uint32_t a, uint32_t b) { return expression; }

OPERATION(add, a + b)
OPERATION(subtract, a - b)
OPERATION(exclusive, a ^ b)
OPERATION(both, (a & b) + 1)
OPERATION(either, a | b >> 1)
OPERATION(turn, (a << 5 | a >> 27) ^ b)
OPERATION(times, a *b + 1)
OPERATION(greater, a > b ? a - b : b + 3)

static operation *const operations[] = {add, subtract, exclusive, both, either, turn, times, greater};

int main(int argc, char **argv) {
  static uint8_t script[4096];
  for (unsigned i = 0; i < sizeof script; i++) script[i] = next_random() & 7;
  uint32_t a = 1;
  uint64_t sum = 0;
  operation *volatile chosen = turn;
  for (unsigned round = rounds(argc, argv, 4000); round > 0; round--) {
    operation *same = chosen;
    for (unsigned i = 0; i < 8192; i++) a = same(a, i);
    for (unsigned i = 0; i < 8192; i++) a = operations[i & 7](a, i);
    for (unsigned i = 0; i < sizeof script; i++) a = operations[script[i]](a, round);
    chosen = operations[round & 7];
    sum = mix(sum, a);
  }
  return report(sum);
}
