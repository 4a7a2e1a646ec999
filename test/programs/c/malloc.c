/* The heap: blocks of many sizes taken, grown, checked and given back in another order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT 40

int main(void) {
  unsigned char *blocks[COUNT];
  unsigned long sum = 0;
  for (int i = 0; i < COUNT; i++) {
    size_t size = 1 + (size_t)i * 37 % 300;
    blocks[i] = malloc(size);
    if (blocks[i] == NULL) return 1;
    memset(blocks[i], i, size);
  }
  for (int i = 0; i < COUNT; i += 3) {
    blocks[i] = realloc(blocks[i], 600);
    if (blocks[i][0] != i) return 2;
    memset(blocks[i], i + 1, 600);
  }
  for (int i = 1; i < COUNT; i += 3) free(blocks[i]);
  for (int i = 1; i < COUNT; i += 3) blocks[i] = calloc(10, 10);
  for (int i = 0; i < COUNT; i++) sum += blocks[i][0];
  char *large = malloc(200000);
  if (large == NULL) return 3;
  large[199999] = 'x';
  printf("%lu %c\n", sum, large[199999]);
  free(large);
  for (int i = COUNT - 1; i >= 0; i--) free(blocks[i]);
  return 0;
}
