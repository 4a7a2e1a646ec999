/*
 * Start-up code and the calls under a C library without a system: the Linux calls made by hand, as
 * a bare-metal program that runs under user-mode emulation has them. Linked with -nostartfiles.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static long call(long number, long a, long b, long c) {
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
  return a0;
}

_Noreturn void _exit(int status) {
  for (;;) call(93, status, 0, 0);
}

static int put(char c, FILE *file) {
  (void)file;
  return call(64, 1, (long)&c, 1) == 1 ? (unsigned char)c : EOF;
}

static int get(FILE *file) {
  unsigned char c;
  (void)file;
  return call(63, 0, (long)&c, 1) == 1 ? c : EOF;
}

static FILE console = FDEV_SETUP_STREAM(put, get, NULL, _FDEV_SETUP_RW);
FILE *const stdin = &console;
__strong_reference(stdin, stdout);
__strong_reference(stdin, stderr);

static char heap[262144];
static size_t used;

void *sbrk(ptrdiff_t bytes) {
  if (used + (size_t)bytes > sizeof heap) return (void *)-1;
  void *before = heap + used;
  used += (size_t)bytes;
  return before;
}

int main(int argc, char **argv);
extern char __bss_start[], __bss_end[];

__attribute__((used)) static void begin(void) {
  /* The linker script puts .data behind .bss in one page, and loaders then leave rests in .bss. */
  for (char *at = __bss_start; at < __bss_end; at++) *at = 0;
  exit(main(0, NULL));
}

__asm__(
  ".globl _start\n"
  "_start:\n"
  ".option push\n.option norelax\n"
  "  la gp, __global_pointer$\n"
  ".option pop\n"
  "  la tp, thread\n"
  "  j begin\n"
  ".bss\n.balign 16\nthread: .space 256\n.text\n");
