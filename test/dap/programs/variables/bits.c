#include "start.h"
struct flags {
  unsigned ready : 1;
  signed level : 4;
  unsigned kind : 3;
  unsigned long long wide : 40;
  unsigned short half : 9;
  int : 0;
  unsigned last : 20;
};
enum mode { OFF, ON = 4, AUTO = 9, BELOW = -2 };
enum access { READ = 1, WRITE = 2, RUN = 4 };
static struct flags shared;
/* A field that goes on behind the unit of its type. */
struct __attribute__((packed)) tight {
  int low : 31;
  int high : 6;
};
static struct tight tight = {-5, 21};
APART int change(struct flags *flags, enum mode mode, enum access access) {
  struct flags copy = *flags;
  copy.level = -3;
  copy.wide = 0x123456789aULL;
  enum mode other = mode == ON ? AUTO : BELOW;
  tight.high--;
  *flags = copy;                    /* stop */
  return (int)copy.kind + (int)other + (int)access; /* stop */
}
int main(void) {
  struct flags local = {1, 5, 6, 77, 300, 12345};
  int one = change(&local, ON, (enum access)(READ | RUN));
  shared = local;
  int two = change(&shared, OFF, WRITE);
  return one + two + (int)shared.last; /* stop */
}
