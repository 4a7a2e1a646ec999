/* A shared library: its exported functions have names, the one between them has frames only. */
static int __attribute__((noinline)) between(int (*tell)(int), int number) {
  return tell(number + 1) + 1;
}
int exported(int (*tell)(int), int number) { return between(tell, number) + 1; }
