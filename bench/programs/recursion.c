/* Calls and returns, many and deep: Fibonacci, Takeuchi, Ackermann, and the queens on a board. */
#include "bench.h"

#define FAR __attribute__((noinline, noclone, optimize("no-optimize-sibling-calls")))

FAR static unsigned fibonacci(unsigned n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

FAR static int takeuchi(int x, int y, int z) {
  if (y >= x) return z;
  return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y));
}

FAR static unsigned ackermann(unsigned m, unsigned n) {
  if (m == 0) return n + 1;
  return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

FAR static unsigned queens(unsigned all, unsigned files, unsigned up, unsigned down) {
  if (files == all) return 1;
  unsigned count = 0;
  for (unsigned free = all & ~(files | up | down); free != 0; free &= free - 1) {
    unsigned here = free & -free;
    count += queens(all, files | here, (up | here) << 1, (down | here) >> 1);
  }
  return count;
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 20); round > 0; round--) {
    sum = mix(sum, fibonacci(28 + (round & 1)));
    sum = mix(sum, (uint64_t)takeuchi(16, 10, (int)(round & 3)));
    sum = mix(sum, ackermann(2, 600 + (round & 7)));
    sum = mix(sum, queens((1u << 9) - 1, 0, 0, 0));
  }
  return report(sum);
}
