/* Types that are told in units of their own, and names that stand in classes and namespaces. */
namespace space {
enum kind { FIRST, SECOND };
template <typename T> struct box {
  T inside;
  T get(int more) { return inside + more; }
};
}
template <int N> struct numbered {
  typedef enum { ZERO, ONE } type;
  type chosen;
};
static space::box<long> boxed = {7};
static long (space::box<long>::*getter)(int) = &space::box<long>::get;
static long space::box<long>::*member = &space::box<long>::inside;
static numbered<3> number = {numbered<3>::ONE};
static space::kind kind = space::SECOND;
int main() {
  return (boxed.*getter)(1) + boxed.*member + number.chosen + kind == 0; /* all */
}
