#include "start.h"
struct Counter {
  int hits = 0;
  Counter &operator+=(int by) {
    hits += by;
    return *this; /* stop */
  }
};
static APART void swap(int &left, int &right, int &&extra) {
  int kept = left + extra;
  left = right;
  right = kept; /* stop */
}
namespace {
int hidden = 11;
}
APART int run(Counter &counter, const int (&values)[3], char16_t wide, wchar_t wider) {
  auto twice = [&counter](int by) {
    counter += by; /* stop */
    return counter.hits * 2;
  };
  int result = 0;
  for (const int &value : values) result += twice(value);
  return result + wide + (int)wider; /* stop */
}
int main() {
  int a = 1, b = 2;
  swap(a, b, 5);
  Counter counter;
  const int values[3] = {1, 2, 3};
  int result = run(counter, values, u'x', L'y');
  return result + a + b + hidden; /* stop */
}
