/**
 * Programs that the tests in this folder compile with the tools that are installed, and where they
 * put the results.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "../tools.ts";

/** A C program with loops, recursion, inlining, a switch, floating point and a large frame. */
export const c = `
#include <stddef.h>
static int total;
int table[8] = {3, 1, 4, 1, 5, 9, 2, 6};
static inline __attribute__((always_inline)) int square(int x) {
  int y = x * x;
  if (y > 50)
    y -= total;
  return y + (x << 3);
}
__attribute__((noinline)) int recurse(int depth, int *where) {
  volatile int space[20];
  space[depth % 20] = depth;
  if (depth == 0)
    return *where;
  return recurse(depth - 1, where) + space[depth % 20];
}
__attribute__((noinline)) double mix(double a, float b, long c) {
  double sum = 0;
  for (long i = 0; i < c; i++)
    sum += a * b + square((int)i);
  return sum;
}
__attribute__((noinline)) int choose(int what) {
  switch (what) {
    case 0: return total;
    case 1: return square(total);
    case 2: return recurse(3, table);
    case 3: total++; return 9;
    case 4: return -1;
    default: return what;
  }
}
__attribute__((noinline)) int dynamic(int n) {
  char *space = __builtin_alloca(n);
  for (int i = 0; i < n; i++) space[i] = (char)choose(i);
  return space[n - 1];
}
int main(void) {
  for (int i = 0; i < 8; i++)
    total += choose(table[i]);
  return total + (int)mix(1.5, 2.5f, total) + dynamic(12);
}
void _start(void) { main(); for (;;) ; }
void *memcpy(void *to, const void *from, size_t n) {
  char *t = to; const char *f = from;
  while (n--) *t++ = *f++;
  return to;
}
`;

/** An assembly program with several sections, a file of other lines and call frame information. */
export const assembly = `
  .globl _start, helper
  .type helper, @function
  .text
_start:
  la sp, top
  call helper
1: j 1b
  .balign 8
helper:
  .cfi_startproc
  addi sp, sp, -32
  .cfi_def_cfa_offset 32
  sw ra, 28(sp)
  .cfi_offset ra, -4
  sw s0, 24(sp)
  .cfi_offset s0, -8
  beqz a0, 2f
  addi a0, a0, -1
  call helper
2:
  lw ra, 28(sp)
  lw s0, 24(sp)
  .cfi_restore ra
  .cfi_restore s0
  addi sp, sp, 32
  .cfi_def_cfa_offset 0
  ret
  .cfi_endproc
  .size helper, . - helper
  .section .text.other, "ax"
other:
  nop
  ret
  .data
  .word helper, other - _start
  .bss
  .zero 256
top:
`;

/** A temporary folder, to be removed by the caller's `after`. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "hartbeat-elf-"));

  /** Runs a compiler or assembler over a source text and returns the path of what it made. */
  build(tool: string, name: string, source: string, args: string[]): string {
    const input = join(this.folder, name);
    const output = join(this.folder, `${name}.out`);
    writeFileSync(input, source);
    runTool(tool, [input, ...args, "-o", output]);
    return output;
  }

  /** Writes bytes and returns their path. */
  write(name: string, bytes: Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  read(path: string): Uint8Array {
    return new Uint8Array(readFileSync(path));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
