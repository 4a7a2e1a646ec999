/* Sorts 200,000 words with a quicksort of its own, and with the C library's through a comparison. */
#include "bench.h"

enum { COUNT = 200000, SMALL = 12 };

static uint32_t numbers[COUNT];

static void insertion_sort(uint32_t *from, uint32_t *end) {
  for (uint32_t *at = from + 1; at < end; at++) {
    uint32_t value = *at, *to = at;
    for (; to > from && to[-1] > value; to--) *to = to[-1];
    *to = value;
  }
}

static void quicksort(uint32_t *from, uint32_t *end) {
  while (end - from > SMALL) {
    uint32_t a = from[0], b = from[(end - from) / 2], c = end[-1];
    uint32_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
    uint32_t *low = from, *high = end - 1;
    while (low <= high) {
      while (*low < pivot) low++;
      while (*high > pivot) high--;
      if (low <= high) {
        uint32_t kept = *low;
        *low++ = *high;
        *high-- = kept;
      }
    }
    quicksort(from, high + 1);
    from = low;
  }
  insertion_sort(from, end);
}

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void fill(void) {
  for (int i = 0; i < COUNT; i++) numbers[i] = next_random();
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 40); round > 0; round--) {
    fill();
    quicksort(numbers, numbers + COUNT);
    sum = mix(sum, numbers[COUNT / 3]);
    fill();
    qsort(numbers, COUNT / 4, sizeof *numbers, compare);
    sum = mix(sum, numbers[COUNT / 8]);
  }
  return report(sum);
}
