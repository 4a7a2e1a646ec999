#include <stdio.h>

static int table[8];

static int square(int value) {
  int result = value * value;
  return result;
}

static int fill(int count) {
  int sum = 0;
  for (int index = 0; index < count; index++) {
    table[index] = square(index);
    sum += table[index];
  }
  return sum;
}

int main(void) {
  int total = fill(8);
  printf("total %d\n", total);
  return total == 140 ? 0 : 1;
}
