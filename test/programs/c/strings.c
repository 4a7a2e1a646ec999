/* The string functions, with lengths and alignments that exercise their word-wise loops. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char text[128] = "the quick brown fox jumps over the lazy dog";
  char copy[160];
  for (int shift = 0; shift < 8; shift++) {
    memset(copy, '.', sizeof copy);
    strcpy(copy + shift, text);
    if (strlen(copy + shift) != strlen(text) || memcmp(copy + shift, text, 44) != 0) return 1;
  }
  printf("%s|%s|%s\n", strstr(text, "fox"), strchr(text, 'z'), strrchr(text, 'o'));
  printf("%d %d %d\n", strcmp("abc", "abd") < 0, strncmp("abcx", "abcy", 3), strcmp("b", "a") > 0);
  memmove(text + 4, text, 20);
  printf("%s\n", text);
  strcpy(text, "a,b;c");
  for (char *part = strtok(text, ",;"); part != NULL; part = strtok(NULL, ",;")) printf("<%s>", part);
  printf("\n%ld %ld %lu\n", strtol("-123x", NULL, 10), strtol("0x7f", NULL, 0), strtoul("777", NULL, 8));
  for (const char *at = "MiXed 42"; *at; at++) putchar(isupper((unsigned char)*at) ? tolower(*at) : toupper(*at));
  printf("\n%zu %zu\n", strspn("aabbc", "ab"), strcspn("hello, world", ","));
  return 0;
}
