/* Virtual calls over mixed objects, and the standard library's containers and algorithms. */
#include "bench.h"
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

struct Shape {
  virtual ~Shape() = default;
  virtual long area() const = 0;
  virtual void grow(long by) = 0;
};

struct Square final : Shape {
  long side;
  explicit Square(long side) : side(side) {}
  long area() const override { return side * side; }
  void grow(long by) override { side = (side + by) & 1023; }
};

struct Box final : Shape {
  long width, height;
  Box(long width, long height) : width(width), height(height) {}
  long area() const override { return width * height; }
  void grow(long by) override {
    width = (width + by) & 511;
    height ^= by;
  }
};

struct Triangle final : Shape {
  long base, height;
  Triangle(long base, long height) : base(base), height(height) {}
  long area() const override { return base * height / 2; }
  void grow(long by) override { std::swap(base, height), base = (base ^ by) & 511; }
};

uint64_t shapes(unsigned round) {
  std::vector<std::unique_ptr<Shape>> all;
  for (long i = 0; i < 600; i++) {
    switch (next_random() % 3) {
      case 0: all.push_back(std::make_unique<Square>(i)); break;
      case 1: all.push_back(std::make_unique<Box>(i, i + 3)); break;
      default: all.push_back(std::make_unique<Triangle>(i, 2 * i)); break;
    }
  }
  long sum = 0;
  for (int pass = 0; pass < 40; pass++) {
    for (auto &one : all) {
      one->grow(static_cast<long>(round & 7));
      sum += one->area();
    }
  }
  return static_cast<uint64_t>(sum);
}

uint64_t containers() {
  std::map<uint32_t, uint32_t> ordered;
  std::unordered_map<std::string, unsigned> counts;
  std::vector<std::string> names;
  for (int i = 0; i < 1500; i++) {
    uint32_t key = next_random() % 4096;
    ordered[key] += static_cast<uint32_t>(i);
    names.push_back("name-" + std::to_string(key % 300));
    counts[names.back()]++;
  }
  std::sort(names.begin(), names.end());
  uint64_t sum = 0;
  for (const auto &[key, value] : ordered) sum = mix(sum, key ^ value);
  for (const auto &name : names) sum += counts[name] * name.size();
  return sum;
}

/** A number in text, or an exception of one of two kinds. */
unsigned parse(const std::string &text) {
  if (text.empty()) throw std::string("nothing");
  unsigned value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') throw static_cast<int>(c);
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

uint64_t exceptions(unsigned round) {
  static const char *const texts[] = {"12", "x", "", "451", "7-", "90"};
  uint64_t sum = 0;
  for (unsigned i = 0; i < 24; i++) {
    try {
      sum += parse(texts[(i + round) % 6]);
    } catch (int c) {
      sum = mix(sum, static_cast<uint64_t>(c));
    } catch (const std::string &what) {
      sum = mix(sum, what.size());
    }
  }
  return sum;
}

}  // namespace

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 500); round > 0; round--) {
    sum = mix(sum, shapes(round));
    sum = mix(sum, containers());
    sum = mix(sum, exceptions(round));
  }
  return report(sum);
}
