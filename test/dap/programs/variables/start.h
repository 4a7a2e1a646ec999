/* The start of a program without a library, and what compilers call by themselves. */
#ifdef __cplusplus
extern "C" {
#endif
int main(void);
void *memset(void *to, int value, unsigned long count) {
  volatile char *at = (volatile char *)to;
  while (count-- > 0) *at++ = (char)value;
  return to;
}
void *memcpy(void *to, const void *from, unsigned long count) {
  volatile char *at = (volatile char *)to;
  const char *source = (const char *)from;
  while (count-- > 0) *at++ = *source++;
  return to;
}
/* A stack at the same address wherever the program runs. */
char own_stack[16384] __attribute__((aligned(16)));
__asm__(
    ".text\n"
    ".globl _start\n"
    "_start:\n"
    "  lla sp, own_stack + 16384\n"
    "  call main\n"
    "  li a7, 93\n"
    "  ecall\n");
#ifdef __cplusplus
}
#endif
#define APART __attribute__((noinline, noclone))
#define INTO static inline __attribute__((always_inline))
