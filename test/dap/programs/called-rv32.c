static long long wide(int first, long long second) { return first + second; }
static double given(double value) { return value; }
static float both(int number, float value) { return number == 3 ? value : 0.0f; }
static unsigned short cut(unsigned value) { return value; }
static short swap(unsigned short value) { return (short)(value << 8 | value >> 8); }

int main(void) {
  volatile int all = (int)wide(1, 2) + (int)cut(5) + swap(1);
  volatile double real = given(1);
  volatile float single = both(1, 1);
  return all == 264 && real == real && single == single ? 0 : 1;
}

void _start(void) {
  register int code asm("a0") = main();
  register int call asm("a7") = 93;
  asm volatile("ecall" : : "r"(code), "r"(call));
}
