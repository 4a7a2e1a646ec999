#include "start.h"
int value = 1;
static long counter = 5;
APART int shadow(int value, volatile int *out) {
  int index = value;
  *out = index; /* stop */
  {
    int value = index * 2;
    *out = value; /* stop */
    for (int index = 0; index < 2; index++) {
      char value = (char)('a' + index);
      static int calls = 40;
      calls++;
      *out = value + calls; /* stop */
    }
  }
  {
    extern int counted;
    double index = 1.25;
    *out = (int)index + counted; /* stop */
  }
  return value;
}
int counted = 3;
int main(void) {
  volatile int out = 0;
  int result = shadow(7, &out);
  counter += result;
  return (int)counter + out + value; /* stop */
}
