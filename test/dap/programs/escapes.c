/* Calls that end without a return: by longjmp, from a function and from a signal's handler. */
#include <setjmp.h>
#include <signal.h>
static jmp_buf home;
static volatile int steps;
static void deep(int left) {
  if (left == 0) longjmp(home, 1);
  deep(left - 1);
  steps = -1;
}
static void caught(int signal) { siglongjmp(home, signal); }
int main(void) {
  signal(SIGSEGV, caught);
  int way = sigsetjmp(home, 1);
  steps++;
  if (way == 0) {
    deep(3);
    steps = -2;
  }
  if (way == 1)
    *(volatile int *)8 = 3;
  steps += way;
  return 0;
}
