#include "start.h"
APART unsigned fibonacci(unsigned number, int depth) {
  volatile unsigned local = number;
  if (local < 2) return local; /* stop */
  unsigned before = fibonacci(number - 1, depth + 1);
  unsigned both = before + fibonacci(number - 2, depth + 1);
  return both; /* stop */
}
APART long gcd(long a, long b) {
  if (b == 0) return a; /* stop */
  long rest = a % b;
  return gcd(b, rest) + (rest & 0);
}
int main(void) {
  unsigned found = fibonacci(3, 0);
  long common = gcd(84, 36);
  return (int)(found + common); /* stop */
}
