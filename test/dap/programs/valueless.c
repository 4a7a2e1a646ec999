/* Variables that optimised code has no place for, though debug information knows what they were. */
#define APART __attribute__((noinline, noclone))
APART static int twice(float scale, double offset) {
  float big = scale * 8.75f;
  double both = (double)big + offset;
  __asm__ volatile("fmv.w.x fa0, zero; fmv.d.x fa1, zero" ::: "fa0", "fa1", "memory");
  return 1; /* floats */
}
APART static int parts(void) {
  int values[3] = {1, 2, 3};
  int *at = values + 1;
  *at = 20;
  __asm__ volatile("" ::: "memory");
  return at[-1] + *at; /* pointer */
}
static volatile int seed = 3;
APART static int only(int left, int unused) {
  __asm__ volatile("" ::"r"(left) : "memory");
  return left + 1; /* unused */
}
int main(void) {
  return twice(3.0f, 0.5) + parts() + only(seed, 42) == 0;
}
