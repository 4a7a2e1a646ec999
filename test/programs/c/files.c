/* Files: written, appended, read at positions, renamed, removed. */
#include <stdio.h>
#include <string.h>

int main(void) {
  char text[64];
  FILE *file = fopen("note.txt", "w");
  if (file == NULL) return 1;
  fprintf(file, "first line\nsecond line\n");
  fclose(file);
  file = fopen("note.txt", "a");
  if (file == NULL) return 2;
  fputs("third line\n", file);
  fclose(file);
  file = fopen("note.txt", "r");
  if (file == NULL) return 3;
  while (fgets(text, sizeof text, file) != NULL) printf("%s", text);
  fseek(file, 6, SEEK_SET);
  size_t count = fread(text, 1, 4, file);
  printf("%zu %.4s at %ld\n", count, text, ftell(file));
  fseek(file, 0, SEEK_END);
  printf("size %ld\n", ftell(file));
  fclose(file);
  if (rename("note.txt", "renamed.txt") != 0) return 4;
  printf("%s\n", fopen("note.txt", "r") == NULL ? "gone" : "still there");
  file = fopen("given.txt", "r");
  if (file == NULL || fgets(text, sizeof text, file) == NULL) return 5;
  printf("given: %s", text);
  fclose(file);
  file = fopen("../outside.txt", "r");
  printf("%s\n", file == NULL ? "no way out" : "escaped");
  return 0;
}
