/**
 * C and C++ sources as texts, for comparing what GCC makes of them. Each part below stands for
 * something that compilers write differently: constants, tables, thread-local storage, groups,
 * unwinding, jump tables, large frames. A seed chooses some parts and the numbers in them, so any
 * count of different files can be had. Nothing is included, so that every target compiles them.
 */

/** A source and the language that it is written in. */
export interface CompiledSource {
  readonly name: string;
  readonly language: "c" | "c++";
  readonly text: string;
}

type Random = (limit: number) => number;

/** Marsaglia's xorshift over 32 bits; the first numbers of near seeds are made different. */
export function numbers(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Makes a piece of a source; `n` makes its names its own. */
type Part = (random: Random, n: number) => string;

const list = (count: number, make: (index: number) => string, separator = ", ") =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator);

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[random(items.length)] as Item;

const number = (random: Random) =>
  pick(random, [`${random(100)}`, `-${random(3000)}`, `0x${random(0x7fffffff).toString(16)}`]);

const type = (random: Random) =>
  pick(random, ["char", "signed char", "short", "unsigned short", "int", "unsigned", "long", "unsigned long", "long long"]); // biome-ignore format: a table

const parts: Readonly<Record<string, Part>> = {
  floats: (random, n) => `
double fd${n}(double x, float y) { return x * ${random(999)}.${random(999)} + y * ${random(99)}.5f - 1e${random(300)}; }
float ff${n}(float x) { return x < 0 ? ${random(9)}.25f : x / 3.0f; }
const double td${n}[] = { ${list(2 + random(6), () => `${random(1000)}.${random(1000)}e${random(40) - 20}`)}, -0.0, __builtin_inf(), __builtin_nan("") };
const float tf${n}[] = { ${list(2 + random(6), () => `${random(100)}.${random(1000)}f`)} };
long double tl${n} = ${random(100)}.125L;
_Complex double tc${n} = ${random(9)}.0;
double sum${n}(const double *a, int k) { double s = 0; for (int i = 0; i < k; i++) s += a[i] * td${n}[i & 1]; return s; }`,

  switches: (random, n) => {
    const count = 6 + random(40);
    const step = pick(random, [1, 1, 1, 3, 100]);
    return `
extern void ext${n}(int);
int sw${n}(int x, int y) { switch (x) {
${list(count, (index) => `case ${index * step}: ${pick(random, [`return ${number(random)};`, `ext${n}(${index}); break;`, `y += ${random(99)}; /* through */`, `return y ^ ${random(9)};`])}`, "\n")}
default: return -1; } return y; }
const char *swn${n}(unsigned x) { switch (x) { ${list(count, (index) => `case ${index}: return "case ${index % 7}";`, " ")} } return 0; }`;
  },

  threads: (random, n) => `
extern __thread int te${n};
__thread int ti${n} = ${random(99)};
static __thread char ts${n}[${1 + random(5000)}];
__thread long tz${n};
__attribute__((tls_model("local-exec"))) static __thread int tle${n} = 3;
__attribute__((tls_model("initial-exec"))) extern __thread int tie${n};
__attribute__((tls_model("global-dynamic"))) extern __thread long tgd${n};
__attribute__((tls_model("local-dynamic"))) static __thread short tld${n};
int th${n}(int i) { te${n} += i; ts${n}[i] = 1; tz${n}++; tle${n} += 2; tld${n}--; return ti${n} + tie${n} + (int) tgd${n}; }
void *tp${n}(void) { return &ts${n}[${random(2000)}]; }`,

  strings: (random, n) => `
extern int puts(const char *); extern int printf(const char *, ...);
static const char *const st${n}[] = { ${list(3 + random(8), () => `"${pick(random, ["", "tail", "long tail", "\\n", '\\001\\377\\"q\\"', "tab\\t", "a\\0b", "é→", "%d %s\\n"])}${random(20)}"`)} };
const int sw16_${n}[] = { ${list(4, () => number(random))} };
const char *sf${n}(int i) { puts("hello ${random(9)}"); printf("%s %d\\n", st${n}[i], i); return st${n}[i & 3]; }
char sa${n}[${20 + random(100)}] = "array ${random(100)}";
const __typeof__(L'a') sl${n}[] = L"wide ${random(100)}";
const __typeof__(u'a') su${n}[] = u"sixteen ${random(9)}";
const void *sx${n}(int i) { return i ? (void *) L"wide literal ${random(3)}" : (void *) u"u16 literal"; }`,

  linkage: (random, n) => `
__attribute__((weak)) int wf${n}(int x) { return x + ${random(99)}; }
__attribute__((weak)) int wv${n} = ${random(5)};
extern int wu${n} __attribute__((weak));
extern void wuf${n}(void) __attribute__((weak));
__attribute__((visibility("hidden"))) int hv${n} = 2;
__attribute__((visibility("protected"))) int pv${n}(void) { return hv${n}; }
__attribute__((visibility("internal"))) int iv${n};
extern int hx${n} __attribute__((visibility("hidden")));
static int sv${n} = 4; static int sz${n};
int tent${n}; short tent2_${n}[${1 + random(30)}];
static int target${n}(int x) { return x * ${1 + random(9)} + sv${n}++; }
__attribute__((alias("target${n}"))) int al${n}(int);
__attribute__((weak, alias("target${n}"))) int wal${n}(int);
int use${n}(void) { if (wuf${n}) wuf${n}(); return (&wu${n} ? wu${n} : 0) + wv${n} + wf${n}(1) + hx${n} + al${n}(2) + iv${n} + (sz${n}++) + tent${n}; }
__asm__(".symver use${n}, use${n}@V${1 + random(3)}");`,

  sections: (random, n) => `
__attribute__((section(".special.${n}"))) int ss${n} = ${random(9)};
__attribute__((section(".text.hot${n}"), noinline)) int st_${n}(int x) { return x - ${random(5000)}; }
__attribute__((section(".init_array"), used)) static void (*ia${n})(void) = 0;
__attribute__((constructor)) static void ctor${n}(void) { ss${n} = 3; }
__attribute__((constructor(${101 + random(800)}))) static void ctorp${n}(void) { ss${n}++; }
__attribute__((destructor)) static void dtor${n}(void) { ss${n}--; }
__attribute__((aligned(${1 << (1 + random(8))}))) char sal${n}[${1 + random(50)}] = { 1, 2 };
__attribute__((cold)) void sc${n}(void) { __builtin_trap(); }
__attribute__((noinline)) int sl${n}(int x) { if (__builtin_expect(x == ${random(99)}, 0)) sc${n}(); return x; }
__attribute__((section(".note.mine"))) const int sno${n}[] = { ${list(3, () => number(random))} };`,

  frames: (random, n) => `
extern void fill${n}(char *, int *, long);
long fr${n}(int k) { char b[${pick(random, [8, 100, 2040, 2048, 2060, 5000, 70000])}]; int v[${1 + random(600)}]; fill${n}(b, v, k); return b[3] + v[0]; }
long fv${n}(int k) { char b[k + ${random(99)}]; fill${n}(b, 0, k); return b[k]; }
void *fa${n}(int k) { char *p = (char *) __builtin_alloca(k); fill${n}(p, 0, k); return __builtin_return_address(0); }
struct big${n} { long a[${2 + random(40)}]; }; struct big${n} fb${n}(struct big${n} s, int i) { s.a[i] = i; return s; }
int many${n}(int a, long b, int c, double d, int e, float f, int g, long long h, int i, int j, long k) { return a + b + c + d + e + f + g + h + i + j + k; }
int callmany${n}(int x) { return many${n}(x, 2, 3, 4.5, 5, 6.5f, 7, 8, ${number(random)}, 10, x); }`,

  varargs: (random, n) => `
typedef __builtin_va_list va${n};
long va_sum${n}(int k, ...) { va${n} l; long s = 0; __builtin_va_start(l, k); while (k-- > 0) s += __builtin_va_arg(l, ${pick(random, ["int", "long", "long long"])}); double d = __builtin_va_arg(l, double); __builtin_va_end(l); return s + (long) d; }
long va_use${n}(void) { return va_sum${n}(${2 + random(3)}, ${list(5, () => number(random))}, ${random(9)}.5); }`,

  bitfields: (random, n) => `
struct bf${n} { unsigned a : ${1 + random(10)}; int b : ${2 + random(12)}; unsigned : 0; long long c : ${20 + random(20)}; signed char d : 3; } bfv${n} = { 1, -1, ${random(999)}, 2 };
struct __attribute__((packed)) pk${n} { char c; int i; short s; long long l; } pkv${n} = { 1, ${number(random)}, 3, 4 };
long bfs${n}(struct bf${n} *p, struct pk${n} *q, int v) { p->a = v; p->b += v; p->c ^= v; q->i = v; q->l = p->c; return p->d + q->s; }
union un${n} { float f; int i; unsigned char c[4]; } unv${n} = { .i = ${number(random)} };`,

  integers: (random, n) => `
${type(random)} ia${n}(${type(random)} x, ${type(random)} y) { return (x * ${number(random)} + y) ^ (x >> ${1 + random(7)}); }
long long ib${n}(long long x, int s) { return (x << s) + (x / ${2 + random(99)}) % 17 + ${random(2 ** 31)}${random(2 ** 31)}ll; }
unsigned ic${n}(unsigned x) { return (x << ${1 + random(30)} | x >> ${1 + random(30)}) + __builtin_popcount(x) + __builtin_clz(x | 1) + __builtin_bswap32(x); }
long id${n}(long *p, unsigned long k) { long s = ${number(random)}; for (unsigned long i = 0; i < k; i++) s += p[i] > s ? p[i] & ~s : __builtin_ctzl(p[i] | 1); return s; }
int ie${n}(int a, int b) { return (a < b ? a : b) + (a & (1 << ${random(31)}) ? 1 : 0) + (short) a + (unsigned char) b; }
const ${type(random)} it${n}[] = { ${list(1 + random(20), () => `${random(100)}`)} };
#ifdef __SIZEOF_INT128__
__int128 iq${n}(__int128 x, long y) { return x * y + (x >> 5) - ((__int128) ${random(99)} << 70); }
unsigned __int128 iu${n} = ((unsigned __int128) 1 << 100) + ${random(1000)};
#endif`,

  atomics: (random, n) => `
int at${n}; long atl${n}; _Bool atb${n}; unsigned short ats${n};
int ata${n}(int v) { __atomic_fetch_add(&at${n}, v, ${pick(random, ["__ATOMIC_SEQ_CST", "__ATOMIC_RELAXED", "__ATOMIC_ACQ_REL"])}); int e = ${random(9)}; __atomic_compare_exchange_n(&at${n}, &e, v, 0, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE); __atomic_store_n(&atl${n}, v, __ATOMIC_RELEASE); __atomic_thread_fence(__ATOMIC_SEQ_CST); return e + __atomic_exchange_n(&at${n}, 1, __ATOMIC_ACQUIRE) + __atomic_load_n(&atl${n}, __ATOMIC_ACQUIRE) + __atomic_test_and_set(&atb${n}, 5) + __sync_fetch_and_or(&ats${n}, ${random(99)}); }`,

  assembly: (random, n) => `
long asm${n}(long x) { long r; __asm__ volatile ("addi %0, %1, ${random(2000)}\\n\\t1: bnez %0, 2f\\n\\tj 1b\\n2:" : "=r"(r) : "r"(x)); __asm__ ("nop; nop" ::: "memory"); return r; }
void asmc${n}(void) { __asm__ volatile (".option push\\n\\t.option norelax\\n\\tla t0, asmd${n}\\n\\t.option pop\\n\\tsw zero, 0(t0)" ::: "t0", "memory"); }
int asmd${n};
__asm__ (".pushsection .mine${n},\\"a\\"\\n.byte ${list(4, () => String(random(256)))}\\n.p2align 3\\n.popsection\\n.pushsection .text\\n.globl asmg${n}\\nasmg${n}:\\n\\tli a0, ${number(random)}\\n\\tret\\n.set asms${n}, asmg${n} + 4\\n.popsection");
long asmcsr${n}(void) { long c; __asm__ volatile ("csrr %0, cycle; rdinstret %0" : "=r"(c)); return c; }
int asmgoto${n}(int x) { __asm__ goto ("beqz %0, %l1" :: "r"(x) :: no); return 1; no: return ${random(9)}; }`,

  jumps: (random, n) => `
int jm${n}(unsigned char *p) { static void *const t[] = { &&a, &&b, &&c, &&d }; static const int u[] = { &&a - &&a, &&b - &&a, &&d - &&a }; int s = u[1] != 0; goto *t[*p & 3]; a: s += ${random(9)}; goto *t[*++p & 3]; b: s *= 3; goto *t[*++p & 3]; c: s ^= 5; if (s > ${random(9999)}) goto a; d: return s; }
extern int tail${n}(int); int jt${n}(int x) { return x ? tail${n}(x + ${random(9)}) : jt${n}(x - 1); }
int jfar${n}(int x) { if (x) { ${list(30 + random(300), (index) => `tail${n}(${index});`, " ")} } return x; }
int (*const jp${n}[])(int) = { tail${n}, jt${n}, jfar${n} };`,

  structures: (random, n) => `
struct node${n} { struct node${n} *next, *prev; int key; char name[${1 + random(20)}]; };
static struct node${n} na${n}, nb${n} = { &na${n}, &na${n}, ${number(random)}, "b" }; struct node${n} *head${n} = &nb${n};
int *const np${n} = &nb${n}.key; char *const nq${n} = na${n}.name + ${random(4)};
int walk${n}(struct node${n} *p) { int s = 0; for (; p; p = p->next) s += p->key; return s + na${n}.key; }
void copy${n}(struct node${n} *d) { *d = nb${n}; __builtin_memset(d->name, 0, sizeof d->name); }
int table${n}[${2 + random(5)}][${2 + random(5)}] = { { 1, 2 }, { ${random(99)} } };
long diff${n} = (long) sizeof(struct node${n}); const void *addr${n}[] = { &table${n}[1][1], table${n}, &head${n}, (char *) &nb${n} + ${random(20)} };
long rec${n}(long k) { return k < 2 ? k : rec${n}(k - 1) + rec${n}(k - 2); }`,
};

const templates: Readonly<Record<string, Part>> = {
  classes: (random, n) => `
struct Base${n} { virtual ~Base${n}(); virtual int f(int) = 0; virtual int g() { return ${random(99)}; } int v; };
struct Mixin${n} { virtual long h(); long w = ${random(9)}; };
struct Derived${n} : Base${n}, virtual Mixin${n} { int f(int x) override { return x + v; } long h() override { return w; } ~Derived${n}() override; };
Base${n}::~Base${n}() {} Derived${n}::~Derived${n}() { v = 0; }
Base${n} *make${n}() { return new Derived${n}; } void drop${n}(Base${n} *p) { delete p; }
int cast${n}(Base${n} *p) { auto *d = dynamic_cast<Derived${n} *>(p); return d ? d->f(${random(99)}) : p->g(); }`,

  groups: (random, n) => `
template <class T, int N> struct Array${n} { T a[N]; T sum() const { T s{}; for (const T &x : a) s += x; return s; } static T shared; static int count() { static int c = N; return c++; } };
template <class T, int N> T Array${n}<T, N>::shared = T(${random(9)});
template <class T> T most${n}(T a, T b) { return a < b ? b : a; }
inline int inl${n}(int x) { static int calls; return ++calls + x; }
inline int inlv${n} = ${random(99)}; inline thread_local int inlt${n} = ${random(9)};
int ug${n}(int x) { Array${n}<int, ${2 + random(5)}> a{}; Array${n}<long, 3> b{}; Array${n}<double, 4>::shared += x; return a.sum() + b.sum() + most${n}(x, 3) + most${n}(2.5, 3.5) + inl${n}(x) + inlv${n} + inlt${n} + a.count() + a.shared; }
template struct Array${n}<short, ${1 + random(4)}>;`,

  exceptions: (random, n) => `
struct Error${n} { int code; virtual ~Error${n}() {} }; struct Guard${n} { ~Guard${n}(); int v; };
extern void may${n}(int); extern int other${n}(int) noexcept;
int tr${n}(int x) { Guard${n} g; try { may${n}(x); if (x > ${random(99)}) throw Error${n}(); if (x < -3) throw x; } catch (Error${n} &e) { return e.code; } catch (int i) { return i + ${random(9)}; } catch (...) { other${n}(x); throw; } return g.v; }
int nest${n}(int x) { try { try { return tr${n}(x); } catch (long) { may${n}(1); } } catch (const char *) { Guard${n} g; may${n}(2); } return 0; }
int noex${n}(int x) noexcept { may${n}(x); return 1; }
void scopes${n}(int k) { for (int i = 0; i < k; i++) { Guard${n} a, b; may${n}(i); Guard${n} c; may${n}(i + 1); } }`,

  initializers: (random, n) => `
struct Init${n} { Init${n}(int); ~Init${n}(); int v; }; static Init${n} one${n}(${random(99)}); Init${n} two${n}(2);
thread_local Init${n} tl${n}(${random(9)}); int ut${n}() { return tl${n}.v; }
Init${n} &local${n}() { static Init${n} s(${random(9)}); return s; }
extern int outer${n}(); int dyn${n} = outer${n}() + ${random(99)}; const int cst${n} = outer${n}();
namespace { int hidden${n} = ${random(9)}; } int uh${n}() { return hidden${n}++ + cst${n}; }
auto lam${n} = [](int x) { return x * ${random(99)}; }; int ul${n}(int x) { int y = 3; auto f = [&](int z) { return lam${n}(z) + y + x; }; return f(2); }`,

  members: (random, n) => `
namespace ns${n} { enum class E { A, B = ${random(99)} }; struct P { int x; int get() const; int operator+(const P &) const; operator bool() const { return x; } static const char *const names[]; }; }
int ns${n}::P::get() const { return x; } int ns${n}::P::operator+(const P &o) const { return x + o.x; }
const char *const ns${n}::P::names[] = { "one ${random(9)}", "two", "three" };
int (ns${n}::P::*mp${n})() const = &ns${n}::P::get; int ns${n}::P::*md${n} = &ns${n}::P::x;
int um${n}(ns${n}::P &p) { return (p.*mp${n})() + p.*md${n} + (p ? 1 : 0) + (p + p) + int(ns${n}::E::B); }
extern "C" int plain${n}(int x) { return x > 0 ? ns${n}::P{x}.get() : ${random(999)}; }`,
};

function choose(random: Random, from: Readonly<Record<string, Part>>, count: number): string[] {
  const names = Object.keys(from);
  return Array.from({ length: count }, () => pick(random, names));
}

/** The source of a seed: C for even ones, C++ for odd ones. */
export function compiledSource(seed: number): CompiledSource {
  const random = numbers(seed);
  const isC = seed % 2 === 0;
  // Each kind of part comes first in turn, so that few seeds have them all.
  const kinds = isC ? parts : templates;
  const first = Object.keys(kinds)[(seed >> 1) % Object.keys(kinds).length] as string;
  const chosen = [first, ...choose(random, kinds, 1 + random(3))];
  const shared = ["integers", "structures", "switches", "strings", "threads", "frames", "varargs"];
  const pieces = chosen.map((name, n) => (kinds[name] as Part)(random, n));
  if (!isC) pieces.push((parts[pick(random, shared)] as Part)(random, chosen.length));
  const language = isC ? "c" : "c++";
  return { name: `seed-${seed}.${isC ? "c" : "cpp"}`, language, text: `${pieces.join("\n")}\n` };
}

/** One C source with so many parts of all kinds, for measuring: about 110 lines of assembly each. */
export function largeSource(count: number): string {
  const random = numbers(count);
  // Tables of many cases and calls would say little but their own length.
  const kinds = Object.keys(parts).filter((name) => name !== "assembly");
  const pieces = Array.from({ length: count }, (_, n) =>
    (parts[kinds[n % kinds.length] as string] as Part)(random, n),
  );
  return `${pieces.join("\n")}\n`;
}
