#include "start.h"
volatile int sink;
static int table[6] = {5, 3, 8, 1, 9, 2};
INTO int clamp(int value, int low, int high) {
  int result = value;
  if (result < low) result = low; /* stop */
  if (result > high) result = high;
  sink = result; /* stop */
  return result;
}
INTO int scaled(int value, int factor) {
  int product = value * factor;
  sink = product; /* stop */
  return clamp(product, 4, 40);
}
APART int all(const int *values, int count) {
  int total = 0;
  for (int index = 0; index < count; index++) {
    total += scaled(values[index], index + 1);
    sink = total; /* stop */
  }
  return total;
}
int main(void) {
  int total = all(table, 6);
  return clamp(total, 0, 100); /* stop */
}
