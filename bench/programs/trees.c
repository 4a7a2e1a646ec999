/* An ensemble of decision trees over float features: branches that nobody can foresee. */
#include "bench.h"

enum { TREES = 120, DEPTH = 7, FEATURES = 16, NODES = (1 << DEPTH) - 1 };

struct node {
  float threshold;
  uint16_t feature, child;
};

static struct node trees[TREES][NODES];
static float leaves[TREES][NODES + 1];

static float uniform(void) { return (float)(next_random() >> 8) / 16777216.0f; }

static float evaluate(const float *sample) {
  float sum = 0.5f;
  for (int t = 0; t < TREES; t++) {
    const struct node *tree = trees[t];
    unsigned at = 0;
    while (at < NODES) {
      const struct node *node = &tree[at];
      at = sample[node->feature] < node->threshold ? node->child : node->child + 1u;
    }
    sum += leaves[t][at - NODES];
  }
  return sum;
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (int t = 0; t < TREES; t++) {
    for (int i = 0; i < NODES; i++) {
      trees[t][i] = (struct node){uniform(), next_random() % FEATURES, (uint16_t)(2 * i + 1)};
    }
    for (int i = 0; i <= NODES; i++) leaves[t][i] = uniform() - 0.5f;
  }
  for (unsigned round = rounds(argc, argv, 150000); round > 0; round--) {
    float sample[FEATURES];
    for (int i = 0; i < FEATURES; i++) sample[i] = uniform();
    sum = mix(sum, double_bits(evaluate(sample)));
  }
  return report(sum);
}
