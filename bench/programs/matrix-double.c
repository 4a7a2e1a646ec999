/* Products of 96 by 96 matrices and the solution of linear equations by elimination, in double. */
#include "bench.h"

enum { ORDER = 96 };

static double a[ORDER][ORDER], b[ORDER][ORDER], c[ORDER][ORDER], right[ORDER];

static void fill(void) {
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      a[i][j] = (double)(next_random() >> 8) / (double)16777216 + (i == j ? 8 : 0);
      b[i][j] = (double)(int32_t)next_random() / (double)2147483648;
    }
    right[i] = (double)i;
  }
}

static void multiply(void) {
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      double sum = 0;
      for (int k = 0; k < ORDER; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  }
}

static void solve(void) {
  for (int k = 0; k < ORDER; k++) {
    for (int i = k + 1; i < ORDER; i++) {
      double factor = a[i][k] / a[k][k];
      for (int j = k; j < ORDER; j++) a[i][j] -= factor * a[k][j];
      right[i] -= factor * right[k];
    }
  }
  for (int i = ORDER - 1; i >= 0; i--) {
    for (int j = i + 1; j < ORDER; j++) right[i] -= a[i][j] * right[j];
    right[i] /= a[i][i];
  }
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 150); round > 0; round--) {
    fill();
    multiply();
    solve();
    for (int i = 0; i < ORDER; i++) sum = mix(sum, double_bits(c[i][i] + right[i]));
  }
  return report(sum);
}
