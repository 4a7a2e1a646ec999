/* Standard input by line, by number and by character, to its end. */
#include <stdio.h>

int main(void) {
  char line[80];
  int number, sum = 0, characters = 0, c;
  if (fgets(line, sizeof line, stdin) == NULL) return 1;
  printf("line: %s", line);
  for (int i = 0; i < 3 && scanf("%d", &number) == 1; i++) sum += number;
  while ((c = getchar()) != EOF) characters++;
  printf("sum %d, then %d characters\n", sum, characters);
  return feof(stdin) ? 0 : 2;
}
