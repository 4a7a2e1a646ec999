/* Formatted output of integers, characters and strings; buffered and unbuffered streams. */
#include <stdio.h>

int main(void) {
  char buffer[64];
  printf("[%d] [%5d] [%-5d] [%05d] [%+d]\n", 42, 42, 42, 42, 42);
  printf("[%x] [%X] [%#x] [%o] [%u]\n", 48879u, 48879u, 48879u, 8u, 4000000000u);
  printf("[%lld] [%llu]\n", -9000000000000000000LL, 18000000000000000000ULL);
  printf("[%s] [%10s] [%-10s] [%.3s] [%c]\n", "text", "right", "left", "cut here", 'c');
  int length = snprintf(buffer, 10, "%s", "longer than that");
  printf("%d %s\n", length, buffer);
  puts("puts");
  putchar('p');
  fputs("ut\n", stdout);
  fwrite("fwrite\n", 1, 7, stdout);
  fflush(stdout);
  return 7;
}
