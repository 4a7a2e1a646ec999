/* Arguments and environment variables. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) printf("%d <%s>\n", i, argv[i]);
  const char *color = getenv("COLOR");
  printf("%s %s\n", color != NULL ? color : "none", getenv("ABSENT") == NULL ? "absent" : "present");
  return argc;
}
