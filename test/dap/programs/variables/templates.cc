#include "start.h"
template <typename T, int N>
struct Box {
  T items[N];
  int used = 0;
  void add(const T &item) {
    items[used] = item;
    used++; /* stop */
  }
  T sum() const {
    T total{};
    for (int i = 0; i < used; i++) total += items[i];
    return total; /* stop */
  }
};
template <typename T>
APART T largest(const T *first, const T *last) {
  T best = *first;
  for (; first != last; ++first) {
    if (*first > best) best = *first;
  }
  return best; /* stop */
}
struct Point {
  int x, y;
  bool operator>(const Point &other) const { return x > other.x; }
};
int main() {
  Box<int, 4> box;
  Box<double, 2> reals;
  box.add(7);
  box.add(-2);
  reals.add(1.5);
  Point points[] = {{1, 2}, {5, 6}, {3, 4}};
  Point best = largest(points, points + 3);
  char letter = largest("hello", "hello" + 5);
  return box.sum() + (int)reals.sum() + best.y + letter; /* stop */
}
