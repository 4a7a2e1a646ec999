/* Sums the squares of the numbers from 1 to 5. */
#include <stdio.h>

static int square(int number) {
  return number * number;
}

int main(void) {
  int sum = 0;
  for (int number = 1; number <= 5; number++)
    sum += square(number);
  printf("The sum is %d.\n", sum);
  return 0;
}
