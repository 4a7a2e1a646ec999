int main(void) {
  int sum = 4;
  return sum + 3;
}
#line 1 "/nowhere/start.c"
static void exit_with(int code) {
  register long a0 asm("a0") = code, a7 asm("a7") = 93;
  asm volatile("ecall" : : "r"(a0), "r"(a7));
}
void _start(void) {
  exit_with(main());
}
