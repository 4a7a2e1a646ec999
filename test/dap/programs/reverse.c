/* For QEMU's virt board, without interrupts or input: what is stepped back through. */
#define APART __attribute__((noinline, noclone))
#define INTO static inline __attribute__((always_inline))
static volatile int sink;

INTO int clamp(int value, int top)
{
  int result = value;
  if (result > top)
    result = top;
  return result;
}

APART int leaf(int value)
{
  int twice = value * 2;
  sink = twice;
  return twice + 1;
}

APART int middle(int value)
{
  int sum = leaf(value);
  sum += clamp(leaf(sum), 40);
  return sum;
}

APART int deep(int count)
{
  if (count == 0)
    return leaf(count);
  return deep(count - 1) + count;
}

int work(void)
{
  int total = 0;
  for (int index = 0; index < 3; index++) {
    total += middle(index);
    total = clamp(total, 100);
    sink = total;
  }
  total += deep(2);
  return total; /* stop */
}

int main(void)
{
  int result = work();
  sink = result;
  return result;
}

__asm__(
    ".section .text.start, \"ax\"\n"
    ".globl _start\n"
    "_start:\n"
    "  la sp, stack_top\n"
    "  call main\n"
    "  li a0, 0x100000\n"
    "  li a1, 0x5555\n"
    "  sw a1, 0(a0)\n"
    "  j .\n"
    ".bss\n"
    ".align 4\n"
    ".space 4096\n"
    "stack_top:\n"
    ".text\n");
