/* Ends by abort after output that is still in a buffer of the library's. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  printf("before\n");
  fflush(stdout);
  abort();
}
