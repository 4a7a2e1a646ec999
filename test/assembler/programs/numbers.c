double power(double x, unsigned n) { double r = 1; while (n) { if (n & 1) r *= x; x *= x; n >>= 1; } return r; }
float mean(const float *v, int n) { float s = 0; for (int i = 0; i < n; i++) s += v[i]; return n ? s / n : 0; }
long long divide(long long a, long long b) { return b ? a / b + a % b : -1; }
unsigned long long mix(unsigned long long x) { x ^= x >> 33; x *= 0xff51afd7ed558ccdULL; x ^= x >> 33; return x; }
int compare(double a, double b) { return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2; }
long convert(double d, float f, int i, unsigned u) { return (long)d + (long)f + (long)(double)i + (long)(float)u; }
void matrix(double a[4][4], double b[4][4], double c[4][4]) {
  for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) { double s = 0; for (int k = 0; k < 4; k++) s += a[i][k] * b[k][j]; c[i][j] = s; }
}
const double table[] = { 0.1, 1e300, -2.5e-10, 3.14159265358979 };
unsigned char reverse(unsigned char b) { b = (b & 0xf0) >> 4 | (b & 0x0f) << 4; return (b & 0xcc) >> 2 | (b & 0x33) << 2; }
