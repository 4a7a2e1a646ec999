#include <stdio.h>
int counter;
double ratio = 1.5;
static int fact(int n) {
  counter++;
  if (n <= 1)
    return 1;
  return n * fact(n - 1);
}
int main(void) {
  int r = fact(5);
  printf("fact %d\n", r);
  ratio = ratio * 2;
  return r & 7;
}
