#include "start.h"
typedef unsigned long long wide;
typedef wide *wide_pointer;
static volatile float factor = 0.5f;
volatile wide kept;
APART wide mix(wide seed, float scale, double offset, short small, unsigned char byte) {
  wide result = (seed << 7) ^ byte;
  float scaled = scale * factor;
  double shifted = offset + (double)scaled;
  kept = result; /* stop */
  result += (wide)small;
  kept = result + (wide)(int)shifted; /* stop */
  return result;
}
APART int last(int a, int b, int c, int d, int e, int f, int g, int h, int i, wide j) {
  int total = a + b + c + d + e + f + g + h + i;
  kept = j; /* stop */
  return total + (int)j;
}
int main(void) {
  wide first = mix(0x1122334455667788ULL, 3.0f, -1.25, -5, 250);
  const int limit = 9;
  wide_pointer pointer = &first;
  __complex__ double z = 1.5 + 2.0i;
  long double extended = 0.25L;
  kept = *pointer;                  /* stop */
  return last(1, 2, 3, 4, 5, 6, 7, 8, limit, first) + (int)__real__ z + (extended > 0); /* stop */
}
