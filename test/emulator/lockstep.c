/* Library calls, sorting by a comparison function, a switch, strings, both kinds of floats. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static long interpret(const char *program, long value) {
  for (; *program != 0; program++) {
    switch (*program) {
      case '+': value += 3; break;
      case '*': value *= 5; break;
      case '-': value -= 11; break;
      case '/': value /= 2; break;
      case '%': value %= 1009; break;
      case '^': value ^= value << 3; break;
      default: value = ~value; break;
    }
  }
  return value;
}

int main(void) {
  int numbers[200];
  for (int i = 0; i < 200; i++) numbers[i] = (i * 7919) % 1009;
  qsort(numbers, 200, sizeof numbers[0], compare);
  double sum = 0;
  float small = 0;
  for (int i = 0; i < 200; i++) {
    sum += sqrt(numbers[i]) * 1.5 / (i + 1);
    small = small * 0.5f + numbers[i];
  }
  long value = 1;
  for (int i = 0; i < 100; i++) value = interpret("+*%-^/~+", value + i);
  char text[64];
  snprintf(text, sizeof text, "%d %.12g %g %ld", numbers[100], sum, small, value);
  char *copy = malloc(strlen(text) + 1);
  strcpy(copy, text);
  puts(copy);
  free(copy);
  return (int)(value & 63);
}
