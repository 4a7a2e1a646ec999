/* The least that a program does: what starting costs. */
#include <stdio.h>

int main(void) {
  puts("hello");
  return 0;
}
