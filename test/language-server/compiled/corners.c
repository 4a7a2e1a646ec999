/* Corners of what a compiler makes: frames of all kinds, ways out, tables of jumps, atomics. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdatomic.h>
static jmp_buf env;
__thread int counter;
static int table[64];
static __attribute__((noinline)) int leaf(int a) { return a * 3 + table[a & 63]; }
static __attribute__((noinline)) int uses(int a, int b, int c) { int x = leaf(a); return x + b * c + leaf(b); }
int variadic(int n, ...) { va_list l; va_start(l, n); int s = 0; while (n--) s += va_arg(l, int); va_end(l); return s; }
long alloca_user(unsigned n) { char *p = __builtin_alloca(n); memset(p, 1, n); long s = 0; for (unsigned i = 0; i < n; i++) s += p[i]; printf("%ld\n", s); return s; }
int vla(int n) { int v[n]; for (int i = 0; i < n; i++) v[i] = leaf(i); int s = 0; for (int i = 0; i < n; i++) s ^= v[i]; return s; }
int nested(int n) { int sum = 0; void add(int x) { sum += x * n; } for (int i = 0; i < n; i++) add(leaf(i)); void (*f)(int) = add; qsort(table, n, 4, (void *)f); return sum; }
int jumps(int x) { if (setjmp(env)) return 7; if (x > 3) longjmp(env, 1); return uses(x, 2, 3); }
int sw(int x) { switch (x) { case 0: return 5; case 1: return leaf(9); case 2: abort(); case 3: return 11; case 4: return uses(1,2,3); case 5: return 8; case 6: return 90; case 7: exit(3); default: return 0; } }
int cgoto(const unsigned char *p) { static void *t[] = { &&a, &&b, &&c, &&d }; int s = 0; goto *t[*p++]; a: s += 1; goto *t[*p++]; b: s *= 3; goto *t[*p++]; c: s -= leaf(s); goto *t[*p++]; d: return s; }
struct big { long v[20]; };
struct big mkbig(int x) { struct big b; for (int i = 0; i < 20; i++) b.v[i] = x + i; return b; }
long usebig(struct big b, int i) { return b.v[i]; }
long many(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) { return a+b*c+d-e+f*g+h*i-j; }
long callmany(long x) { return many(x,1,2,3,4,5,6,7,8,9) + usebig(mkbig((int)x), 3); }
double fl(double a, double b, int n) { double s = a; while (n--) { s = s * b + leaf(n); } return s; }
float fdiv(float x) { return x > 0 ? 1 / x : fl(x, x, 3); }
int huge(int n) { volatile char buf[10000]; for (int i = 0; i < 10000; i++) buf[i] = n; return buf[n] + leaf(n); }
_Atomic int at; _Atomic char ac; 
int atom(int x) { atomic_fetch_add(&at, x); int e = 3; atomic_compare_exchange_strong(&at, &e, x); atomic_fetch_or(&ac, 3); char c = 2; atomic_compare_exchange_weak(&ac, &c, 5); return e + c; }
int tls(void) { return ++counter; }
void *ra(void) { return __builtin_return_address(0); }
void *fa(void) { return __builtin_frame_address(0); }
static int (*volatile fp)(int) = leaf;
int ind(int x) { return fp(x) + fp(x + 1); }
int tail(int x) { return fp(x); }
int tail2(int x) { return x ? uses(x, x, x) : leaf(2); }
__attribute__((noreturn, noinline)) static void die(const char *s) { fprintf(stderr, "%s\n", s); for (;;) ; }
int dies(int x) { if (x > 4) die("big"); if (x < -4) { static char m[] = "small"; die(m); } return leaf(x); }
void unreachable(int x) { if (x) leaf(x); else __builtin_unreachable(); }
int trap(int x) { if (x) __builtin_trap(); return 2; }
unsigned long long div64(unsigned long long a, unsigned b) { return a / b + a % 7; }
int rec(int n) { return n < 2 ? 1 : rec(n - 1) + rec(n - 2); }
__attribute__((interrupt)) void isr(void) { table[0]++; leaf(3); }
int asmuser(int x) { int y; __asm__ volatile("li t0, 3\n\tadd %0, %1, t0" : "=r"(y) : "r"(x) : "t0"); return y; }
int shrink(int *p, int n) { if (!p) return -1; int s = 0; for (int i = 0; i < n; i++) { s += uses(p[i], i, s); if (s < 0) break; } return s; }
struct __attribute__((packed)) pk { char c; int i; short s; long l; };
long packed(struct pk *p) { p->i++; p->l += p->s; return p->l; }
struct pk gpk; long packed2(void) { gpk.i = 4; return gpk.l + gpk.s; }
int uninit(int x) { int y; if (x) y = leaf(x); return y; }
int bits(unsigned x) { return (x << 31) | (x >> 31) | __builtin_popcount(x) | __builtin_clz(x); }
int signedcmp(int *p) { return *p == (int)0xffffffff || *(unsigned *)p == 0x80000001u; }
char *strs(int i) { static const char *const n[] = {"a","b","c"}; return (char *)n[i % 3]; }
int loopcall(int n) { int s = 0; for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) s += uses(i, j, s) ^ variadic(3, i, j, s); return s; }
