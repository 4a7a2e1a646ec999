/* Floating point: text from numbers, numbers from text, rounding, the mathematical library. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

volatile double two = 2.0, third = 1.0 / 3.0;
volatile float single = 0.1f;

int main(void) {
  printf("%f %.10f %e %g\n", third, third, 12345.678, 1e-10);
  printf("%g %g %g\n", (double)single, 1e300 * two, -0.0);
  printf("%.6f %.6f %.6f\n", sqrt(two), sin(1.0), exp(1.0));
  printf("%.15g\n", strtod("3.14159265358979323846", NULL));
  printf("%d %d %d\n", (int)2.9, (int)-2.9, (int)lrint(2.5));
  printf("%f %f\n", fmod(7.5, two), floor(-1.5));
  printf("%d %d\n", isnan(0.0 / (two - 2.0)) != 0, isinf(1.0 / (two - 2.0)) != 0);
  return 0;
}
