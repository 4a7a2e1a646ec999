/* Follows a random cycle through 4 MiB, a cache miss at most steps, and then through 32 KiB. */
#include "bench.h"

struct node {
  struct node *next;
  uint32_t value;
};

static uint64_t follow(const struct node *at, unsigned steps) {
  uint64_t sum = 0;
  while (steps-- > 0) {
    sum += at->value;
    at = at->next;
  }
  return sum;
}

static struct node *cycle(unsigned count) {
  struct node *nodes = malloc(count * sizeof *nodes);
  uint32_t *order = malloc(count * sizeof *order);
  for (unsigned i = 0; i < count; i++) order[i] = i;
  for (unsigned i = count - 1; i > 0; i--) {
    unsigned other = next_random() % i;
    uint32_t kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  for (unsigned i = 0; i < count; i++) {
    nodes[order[i]].next = &nodes[order[i + 1 < count ? i + 1 : 0]];
    nodes[order[i]].value = next_random();
  }
  free(order);
  return nodes;
}

int main(int argc, char **argv) {
  const struct node *large = cycle(262144), *small = cycle(2048);
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 60); round > 0; round--) {
    sum = mix(sum, follow(large, 1000000 + round));
    sum = mix(sum, follow(small, 4000000 + round));
  }
  return report(sum);
}
