/* qsort and bsearch with callbacks, over numbers and strings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(void) {
  int numbers[64];
  unsigned state = 12345;
  for (int i = 0; i < 64; i++) {
    state = state * 1103515245u + 12345u;
    numbers[i] = (int)(state >> 16) % 1000 - 500;
  }
  qsort(numbers, 64, sizeof numbers[0], by_value);
  for (int i = 0; i < 64; i += 9) printf("%d ", numbers[i]);
  int key = numbers[20];
  int *found = bsearch(&key, numbers, 64, sizeof numbers[0], by_value);
  printf("%d\n", found != NULL && *found == key);
  char *words[] = {"pear", "apple", "fig", "orange", "banana"};
  qsort(words, 5, sizeof words[0], by_text);
  for (int i = 0; i < 5; i++) printf("%s ", words[i]);
  putchar('\n');
  return found == NULL;
}
