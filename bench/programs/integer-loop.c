/* One small loop of integer arithmetic without memory: the least that an engine can cost. */
#include "bench.h"

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 300); round > 0; round--) {
    uint32_t a = round, b = 0x9e3779b9, c = 1;
    for (uint32_t i = 0; i < 1000000; i++) {
      a += b ^ i;
      b = (b << 7 | b >> 25) + c;
      c ^= a >> 3;
      if (a & 0x10) c += i;
    }
    sum = mix(sum, a ^ (uint64_t)c << 20);
  }
  return report(sum);
}
