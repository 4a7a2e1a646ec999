#include "start.h"
volatile int sink;
struct pair {
  int left, right;
};
APART int use(int value) {
  sink = value; /* stop */
  return value ^ 5;
}
APART int lost(int first, int second, struct pair pair) {
  int constant = 12;
  int sum = first + second;
  int part = use(sum);
  struct pair copy = {pair.right, pair.left};
  part += use(copy.left); /* stop */
  sink = constant;        /* stop */
  return part;
}
APART int chain(int value) {
  int doubled = value * 2;
  int result = use(doubled + 1);
  return result + use(doubled); /* stop */
}
int main(void) {
  struct pair pair = {30, 40};
  int total = lost(1, 2, pair);
  total += chain(total);
  return total; /* stop */
}
