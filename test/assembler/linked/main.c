/* Prints a checksum of what many small functions compute; exits with 0. */
extern int helper(int), shared[16], common_block[8];
extern const char *const words[];
static long write_(int fd, const char *text, unsigned long n) {
  register long a0 asm("a0") = fd; register const char *a1 asm("a1") = text; register unsigned long a2 asm("a2") = n; register long a7 asm("a7") = 64;
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
  return a0;
}
static void print(unsigned n) { char b[12]; int i = 12; b[--i] = '\n'; do b[--i] = '0' + n % 10; while (n /= 10); write_(1, b + i, 12 - i); }
static int small = 3, zeros[40]; int big[3000]; __thread int local_state = 7; __attribute__((weak)) extern int absent(void);
static int order; static void __attribute__((constructor)) early(void) { order = 42; }
typedef void (*start_function)(void); extern start_function __init_array_start[], __init_array_end[];
static int pick(int x) { switch (x) { case 0: return 10; case 1: return 25; case 2: return 3; case 3: return 47; case 4: return 8; case 5: return 12; case 6: return 91; default: return -1; } }
int main(int argc, char **argv) {
  for (start_function *f = __init_array_start; f < __init_array_end; f++) (*f)();
  unsigned sum = order + argc + (argv[0] != 0);
  for (int i = 0; i < 16; i++) { shared[i] += helper(i) + small; sum = sum * 31 + shared[i]; zeros[i] = sum; common_block[i & 7] ^= sum; }
  for (int i = 0; i < 9; i++) sum = sum * 33 + pick(i);
  for (int i = 0; i < 3; i++) for (const char *p = words[i]; *p; p++) sum = sum * 17 + *p;
  for (int i = 0; i < 3000; i++) { big[i] = i ^ sum; sum += big[i] >> 3; }
  if (absent) sum++;
  print(sum + zeros[3] + common_block[2]);
  write_(1, "done\n", 5);
  return 0;
}
