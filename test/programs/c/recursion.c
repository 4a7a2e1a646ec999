/* Deep and wide recursion. */
#include <stdio.h>

static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static int ackermann(int m, int n) {
  if (m == 0) return n + 1;
  return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static int depth(volatile int *level, int n) {
  volatile char frame[64];
  frame[n & 63] = 1;
  *level = n;
  return n == 0 ? 0 : frame[n & 63] + depth(level, n - 1);
}

static void move(int disks, char from, char to, char over, int *moves) {
  if (disks == 0) return;
  move(disks - 1, from, over, to, moves);
  (*moves)++;
  move(disks - 1, over, to, from, moves);
}

int main(void) {
  volatile int level;
  int moves = 0;
  move(8, 'a', 'c', 'b', &moves);
  printf("%d %d %d %d\n", fibonacci(15), ackermann(2, 3), depth(&level, 200), moves);
  return fibonacci(10);
}
