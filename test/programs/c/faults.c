/* Ends by a store to where nothing is. */
#include <stdio.h>

int main(void) {
  int *volatile nowhere = (int *)8;
  printf("before\n");
  fflush(stdout);
  *nowhere = 1;
  return 0;
}
