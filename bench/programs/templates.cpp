/* Numbers of exact fractions and of a field modulo a prime, by templates: matrices and powers. */
#include "bench.h"
#include <array>
#include <functional>
#include <numeric>
#include <queue>

namespace {

constexpr uint32_t prime = 998244353;

struct Residue {
  uint32_t value;
  friend Residue operator+(Residue a, Residue b) {
    uint32_t sum = a.value + b.value;
    return {sum >= prime ? sum - prime : sum};
  }
  friend Residue operator*(Residue a, Residue b) {
    return {static_cast<uint32_t>(static_cast<uint64_t>(a.value) * b.value % prime)};
  }
};

struct Fraction {
  int64_t over, under;
  friend Fraction operator+(Fraction a, Fraction b) {
    return make(a.over * b.under + b.over * a.under, a.under * b.under);
  }
  friend Fraction operator*(Fraction a, Fraction b) {
    return make(a.over * b.over, a.under * b.under);
  }
  static Fraction make(int64_t over, int64_t under) {
    int64_t common = std::gcd(over, under);
    over /= common;
    under /= common;
    // Kept small, so that no product overflows.
    return {over % 10007, under % 9973 == 0 ? 1 : under % 9973};
  }
};

template <typename Number, size_t N>
struct Matrix {
  std::array<std::array<Number, N>, N> rows{};
  friend Matrix operator*(const Matrix &a, const Matrix &b) {
    Matrix result;
    for (size_t i = 0; i < N; i++) {
      for (size_t j = 0; j < N; j++) {
        Number sum = a.rows[i][0] * b.rows[0][j];
        for (size_t k = 1; k < N; k++) sum = sum + a.rows[i][k] * b.rows[k][j];
        result.rows[i][j] = sum;
      }
    }
    return result;
  }
};

template <typename Value>
Value power(Value base, unsigned exponent, Value result) {
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = result * base;
    base = base * base;
  }
  return result;
}

/** Shortest ways over a grid of costs, with a queue by distance. */
uint64_t ways(unsigned seed) {
  constexpr int side = 48;
  std::array<uint32_t, side * side> distance;
  distance.fill(0xffffffff);
  using Step = std::pair<uint32_t, int>;
  std::priority_queue<Step, std::vector<Step>, std::greater<>> queue;
  queue.push({0, 0});
  distance[0] = 0;
  while (!queue.empty()) {
    auto [length, at] = queue.top();
    queue.pop();
    if (length > distance[at]) continue;
    const int x = at % side, y = at / side;
    const std::array<int, 4> near{x > 0 ? at - 1 : at, x + 1 < side ? at + 1 : at,
                                  y > 0 ? at - side : at, y + 1 < side ? at + side : at};
    for (int next : near) {
      uint32_t cost = length + 1 + ((static_cast<unsigned>(next) * 2654435761u ^ seed) >> 27);
      if (cost < distance[next]) {
        distance[next] = cost;
        queue.push({cost, next});
      }
    }
  }
  return distance.back();
}

}  // namespace

int main(int argc, char **argv) {
  uint64_t sum = 0;
  Matrix<Residue, 8> residues, one;
  Matrix<Fraction, 4> fractions;
  for (unsigned round = rounds(argc, argv, 2100); round > 0; round--) {
    for (size_t i = 0; i < 8; i++) {
      for (size_t j = 0; j < 8; j++) {
        residues.rows[i][j] = {next_random() % prime};
        one.rows[i][j] = {i == j ? 1u : 0u};
      }
    }
    sum = mix(sum, power(residues, round * 65537, one).rows[3][5].value);
    for (auto &row : fractions.rows) {
      for (auto &cell : row) cell = {1 + static_cast<int64_t>(next_random() % 9000), 7};
    }
    for (int i = 0; i < 8; i++) fractions = fractions * fractions;
    sum = mix(sum, static_cast<uint64_t>(fractions.rows[0][0].over));
    sum = mix(sum, ways(round));
  }
  return report(sum);
}
