// Pointers to members, arrays of arrays, and a plain char, which has no sign here.
struct Base {
  int first;
  long second;
};
struct Derived : Base {
  int third;
  unsigned low : 3;
  int high : 5;
  char name[6];
};
static Derived all[3] = {{{1, 2}, 3, 4, -5, "ab"}, {{11, 12}, 13, 6, 7, "cd"}};

int main() {
  long Base::*member = &Base::second;
  int Derived::*other = &Derived::third;
  Derived *p = &all[1];
  Derived &r = all[0];
  int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
  unsigned char byte = 200;
  return p->*member + r.*other + grid[1][2] + byte;
}
