#include <stddef.h>
int g = 5; static int tbl[] = {1,2,3}; const char *s = "hello"; double d = 3.25; extern int ext; int com[100];
static int fib(int n) { return n < 2 ? n : fib(n-1) + fib(n-2); }
int sw(int x) { switch (x) { case 0: return 4; case 1: return 9; case 2: return 22; case 3: return 1; case 4: return 8; case 5: return 100; case 6: return 3; default: return ext; } }
int main(int argc, char **argv) { int i, t = 0; for (i = 0; i < 10; i++) t += tbl[i % 3] * fib(i); g = t; com[3] = sw(t); return t + (int)d + argv[0][0]; }
float ff(float a, float b) { return a * b + 1.5f; }
long long ll(long long a) { return a * 0x123456789abcLL / 7; }
void *mem(void *p, int c, size_t n) { char *q = p; while (n--) *q++ = c; return p; }
__thread int tls = 4; int tl(void) { return tls++; }
__attribute__((weak)) int wk(void) { return 3; }
struct S { char a; short b; int c; long d; float e; double f; } st = {1,2,3,4,5.5f,6.6};
typedef int (*fp)(int); fp fps[] = { sw, fib };
int goo(int x) { static void *lab[] = { &&l0, &&l1, &&l2 }; goto *lab[x % 3]; l0: return 1; l1: return 2; l2: return 3; }
