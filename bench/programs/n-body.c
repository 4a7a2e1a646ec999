/* Bodies that attract each other, in double precision with a square root and a division a pair. */
#include "bench.h"
#include <math.h>

enum { BODIES = 5 };

struct body {
  double x, y, z, vx, vy, vz, mass;
};

static struct body bodies[BODIES] = {
  {0, 0, 0, 0, 0, 0, 39.5},
  {4.84, -1.16, -0.104, 0.606, 2.81, -0.025, 0.0377},
  {8.34, 4.12, -0.404, -1.01, 1.82, 0.0084, 0.0113},
  {12.9, -15.1, -0.223, 1.08, 0.869, -0.0108, 0.00172},
  {15.4, -25.9, 0.179, 0.979, 0.594, -0.0347, 0.00203},
};

static void advance(double step) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz;
      double pull = step / (square * sqrt(square));
      a->vx -= dx * b->mass * pull;
      a->vy -= dy * b->mass * pull;
      a->vz -= dz * b->mass * pull;
      b->vx += dx * a->mass * pull;
      b->vy += dy * a->mass * pull;
      b->vz += dz * a->mass * pull;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    a->x += step * a->vx;
    a->y += step * a->vy;
    a->z += step * a->vz;
  }
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 1200); round > 0; round--) {
    for (int i = 0; i < 1000; i++) advance(0.001);
    for (int i = 0; i < BODIES; i++) sum = mix(sum, double_bits(bodies[i].x));
  }
  return report(sum);
}
