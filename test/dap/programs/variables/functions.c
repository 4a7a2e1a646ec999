#include "start.h"
typedef int (*operation)(int, int);
struct entry {
  const char *name;
  operation apply;
  void (*done)(void);
};
int count;
static void finish(void) { count++; /* stop */ }
static int add(int left, int right) { return left + right; /* stop */ }
static int subtract(int left, int right) {
  int result = left - right;
  return result; /* stop */
}
static const struct entry entries[] = {{"add", add, finish}, {"subtract", subtract, finish}};
APART int apply(const struct entry *entry, int (*const *unused)(int, int), void *context) {
  int *base = (int *)context;
  int value = entry->apply(*base, 3);
  entry->done();
  return value; /* stop */
}
int main(void) {
  int base = 20;
  operation other = add;
  int first = apply(&entries[0], &other, &base);
  int second = apply(entries + 1, 0, &base);
  return first + second; /* stop */
}
