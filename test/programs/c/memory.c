/* Mappings: anonymous, of a file, protected, moved, given back. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
  char *area = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED) return 1;
  strcpy(area + 60000, "far");
  if (mprotect(area, 4096, PROT_READ) != 0) return 2;
  /* A range with different rights is not one mapping. */
  if (mremap(area, 65536, 131072, MREMAP_MAYMOVE) != MAP_FAILED) return 6;
  mprotect(area, 4096, PROT_READ | PROT_WRITE);
  char *moved = mremap(area, 65536, 131072, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) return 3;
  printf("%s %d\n", moved + 60000, moved[131071]);
  if (munmap(moved, 131072) != 0) return 4;
  int fd = open("given.txt", O_RDONLY);
  const char *file = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
  if (file == MAP_FAILED) return 5;
  printf("%.5s\n", file);
  char *before = sbrk(10000);
  before[9999] = 1;
  printf("%d\n", (int)((char *)sbrk(0) - before));
  /* A function made at run time: li a0, 42; ret. */
  unsigned *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  code[0] = 0x02a00513;
  code[1] = 0x00008067;
  mprotect(code, 4096, PROT_READ | PROT_EXEC);
  __builtin___clear_cache((char *)code, (char *)code + 8);
  printf("%d\n", ((int (*)(void))code)());
  return 0;
}
