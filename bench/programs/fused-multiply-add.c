/* Polynomials by Horner's rule, dot products and Newton's reciprocals, all of fused operations. */
#include "bench.h"
#include <math.h>

enum { LENGTH = 512, DEGREE = 14 };

static double xs[LENGTH], ys[LENGTH], coefficients[DEGREE];
static float fs[LENGTH];

static double polynomial(double x) {
  double sum = coefficients[0];
  for (int i = 1; i < DEGREE; i++) sum = fma(sum, x, coefficients[i]);
  return sum;
}

static double dot(void) {
  double sum = 0, rest = 0;
  for (int i = 0; i < LENGTH; i++) {
    double product = xs[i] * ys[i];
    rest += fma(xs[i], ys[i], -product);
    sum += product;
  }
  return sum + rest;
}

static float reciprocals(void) {
  float sum = 0;
  for (int i = 0; i < LENGTH; i++) {
    float x = fs[i], guess = 0.7f;
    for (int step = 0; step < 4; step++) guess = fmaf(guess, fmaf(-x, guess, 1.0f), guess);
    sum = fmaf(guess, x, sum);
  }
  return sum;
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (int i = 0; i < LENGTH; i++) {
    xs[i] = (double)(int32_t)next_random() / 2147483648.0;
    ys[i] = (double)(int32_t)next_random() / 1073741824.0;
    fs[i] = 1.0f + (float)(next_random() >> 8) / 33554432.0f;
  }
  for (int i = 0; i < DEGREE; i++) coefficients[i] = 1.0 / (i + 1);
  for (unsigned round = rounds(argc, argv, 12000); round > 0; round--) {
    for (int i = 0; i < LENGTH; i++) ys[i] = polynomial(xs[i]);
    xs[round % LENGTH] *= 0.999;
    sum = mix(sum, double_bits(dot()));
    sum = mix(sum, double_bits(reciprocals()));
  }
  return report(sum);
}
