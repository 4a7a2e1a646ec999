/* setjmp and longjmp across frames, with values in saved registers. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf place;

static void fail(int code) { longjmp(place, code); }

static int attempt(int code) {
  volatile int before = code * 10;
  int result = setjmp(place);
  if (result == 0) {
    before++;
    fail(code);
  }
  return before * 100 + result;
}

int main(void) {
  for (int i = 1; i <= 3; i++) printf("%d\n", attempt(i));
  return 0;
}
