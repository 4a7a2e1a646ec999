#include "start.h"
namespace shapes {
enum class Color : unsigned char { red, green, blue };
class Shape {
 public:
  Shape(int x, Color color) : x_(x), color_(color) { count++; }
  virtual int area() const = 0;
  static int count;
 protected:
  int x_;
  Color color_;
};
int Shape::count = 0;
struct Named {
  const char *name = "named";
};
class Square : public Shape, public Named {
 public:
  Square(int x, int side) : Shape(x, Color::blue), side_(side) {}
  int area() const override {
    int result = side_ * side_;
    return result + x_; /* stop */
  }
 private:
  int side_;
};
static int created = 2;
}  // namespace shapes
extern "C" void __cxa_pure_virtual() {}
void operator delete(void *, unsigned long) {}
static APART int total(const shapes::Shape &shape, shapes::Square *square, bool twice) {
  int sum = shape.area();
  if (twice) sum += square->area();
  return sum; /* stop */
}
int main() {
  shapes::Square square(3, 4);
  shapes::Square &same = square;
  shapes::Color color = shapes::Color::green;
  int sum = total(same, &square, true);
  return sum + shapes::Shape::count + shapes::created + (int)color; /* stop */
}
