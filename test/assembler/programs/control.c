extern int printf(const char *, ...);
extern void *memcpy(void *, const void *, unsigned long);
static const char *names[] = { "zero", "one", "two", "three" };
int token(const char *s) {
  switch (*s) { case '+': return 1; case '-': return 2; case '*': return 3; case '/': return 4; case '(': return 5; case ')': return 6; case '0' ... '9': return 7; default: return 0; }
}
int evaluate(const char **s) {
  int value = 0;
  while (**s >= '0' && **s <= '9') value = value * 10 + *(*s)++ - '0';
  while (token(*s) == 1 || token(*s) == 2) { int op = token((*s)++); int right = evaluate(s); value = op == 1 ? value + right : value - right; }
  return value;
}
void report(int n) { char buffer[64]; memcpy(buffer, names[n & 3], 4); printf("%s %d\n", buffer, n); }
int many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j) { return a + b * c - d / (e | 1) + f % (g | 1) + h * i * j; }
volatile int flag; int counter __attribute__((section(".mydata")));
void wait(void) { while (!flag) counter++; __sync_fetch_and_add(&counter, 2); __sync_synchronize(); }
int vla(int n) { int a[n]; for (int i = 0; i < n; i++) a[i] = i * i; int s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; }
static inline int inlined(int x) { asm volatile("addi %0, %0, 1" : "+r"(x)); return x; }
int uses(int x) { return inlined(x) + inlined(x + 1); }
void __attribute__((constructor)) early(void) { flag = 0; }
