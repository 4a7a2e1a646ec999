/* A program that a library calls back. */
int exported(int (*tell)(int), int number);
static int told(int number) {
  return number * 2; /* told */
}
int main(void) {
  int result = exported(told, 20);
  return result == 44 ? 0 : 1;
}
