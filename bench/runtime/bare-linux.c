/*
 * Start-up code and the calls under picolibc, for 32-bit programs: there is no Linux C library for
 * them here, so the Linux calls are made by hand. Linked with -nostartfiles.
 */
#include <stdint.h>
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

static FILE console = FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdout = &console;
__strong_reference(stdout, stderr);

static char heap[16 << 20];
static size_t used;

void *sbrk(ptrdiff_t bytes) {
  if (used + (size_t)bytes > sizeof heap) return (void *)-1;
  void *before = heap + used;
  used += (size_t)bytes;
  return before;
}

int main(int argc, char **argv);
extern char __bss_start[], __bss_end[];

/** Called with the stack that Linux gives: the number of arguments, and pointers to them. */
__attribute__((used)) static void begin(long *stack) {
  // The linker script puts .data behind .bss in one page, and loaders then leave rests in .bss, in
  // its first page.
  for (char *at = __bss_start; at < __bss_end && ((uintptr_t)at & 4095) != 0; at++) *at = 0;
  exit(main((int)stack[0], (char **)(stack + 1)));
}

__asm__(
  ".globl _start\n"
  "_start:\n"
  ".option push\n.option norelax\n"
  "  la gp, __global_pointer$\n"
  ".option pop\n"
  "  la tp, thread\n"
  "  mv a0, sp\n"
  "  j begin\n"
  ".bss\n.balign 16\nthread: .space 256\n.text\n");
