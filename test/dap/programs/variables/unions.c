#include "start.h"
union number {
  int whole;
  float real;
  unsigned char bytes[4];
  struct {
    unsigned short low, high;
  };
};
struct tagged {
  char tag;
  union {
    long integer;
    double floating;
    const char *text;
  };
  union number inner;
  _Bool valid;
};
APART double read(struct tagged value) {
  double result = value.tag == 'f' ? value.floating : (double)value.integer;
  return result; /* stop */
}
int main(void) {
  struct tagged first = {.tag = 'i', .integer = 42, .valid = 1};
  struct tagged second = {.tag = 'f', .floating = 2.5};
  first.inner.real = 1.5f;
  second.inner.whole = 0x01020304;
  double sum = read(first) + read(second);
  union number *pointer = &second.inner;
  return (int)sum + pointer->bytes[1]; /* stop */
}
