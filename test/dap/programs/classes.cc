namespace n {
struct D {
  int v;
  D(int a);
  ~D();
  int get(int k) const;
};
}
n::D::D(int a) : v(a) {}
n::D::~D() {
  v = 0;
}
int n::D::get(int k) const {
  return v + k;
}
static int run(void) {
  n::D d(3);
  return d.get(4);
}
extern "C" void _start(void) {
  register long a0 asm("a0") = run(), a7 asm("a7") = 93;
  asm volatile("ecall" : : "r"(a0), "r"(a7));
}
