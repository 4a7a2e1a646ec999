/* Mistakes with the heap, with memory that was never written, and with a return address. */
#include <stdlib.h>
#include <string.h>

struct packet { char kind; int length; unsigned urgent : 1, rest : 7; };

__attribute__((noinline)) static void put(char *place, int index) { place[index] = 1; }
__attribute__((noinline)) static int get(char *place, int index) { return place[index]; }
__attribute__((noinline)) static int decide(int *numbers) { return numbers[2] > 3 ? 1 : get((char *)"ab", 1); }

__attribute__((noinline)) static void copy(const char *text) {
  char buffer[8];
  strcpy(buffer, text);
  __asm__ volatile("" ::"r"(buffer) : "memory");
}

int main(void) {
  struct packet first, second;
  first.kind = 1;
  first.length = 2;
  first.urgent = 1;
  second = first; /* copies what was never written, and that is no mistake */
  char *block = malloc(20);
  memset(block, 2, 20);
  put(block, 19);
  put(block, 20); /* behind the block */
  char *other = calloc(2, 8);
  other = realloc(other, 40);
  put(other, -1); /* before the block */
  free(block);
  int sum = get(block, 5); /* after free */
  int numbers[4];
  numbers[1] = second.urgent;
  sum += decide(numbers); /* numbers[2] was never written */
  if (sum != 900) copy("much longer than it may be, and more so");
  if (sum > 0) free(block); /* a second time */
  return sum;
}
