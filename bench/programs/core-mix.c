/*
 * What small processors are often judged by: in each round a linked list is searched, reversed and
 * sorted by merging, small integer matrices are multiplied, a state machine scans numbers in text,
 * and a CRC runs over the results.
 */
#include "bench.h"

struct item {
  struct item *next;
  int16_t key, index;
};

enum { ITEMS = 120, ORDER = 12 };

static struct item items[ITEMS];
static int16_t left[ORDER][ORDER], right[ORDER][ORDER];
static int32_t product[ORDER][ORDER];

static uint16_t crc16(uint16_t crc, uint32_t value, int bits) {
  for (int i = 0; i < bits; i++) {
    int carry = (crc ^ value) & 1;
    value >>= 1;
    crc >>= 1;
    if (carry) crc ^= 0xa001;
  }
  return crc;
}

static struct item *build(unsigned seed) {
  for (int i = 0; i < ITEMS; i++) {
    items[i].next = i + 1 < ITEMS ? &items[i + 1] : NULL;
    items[i].key = (int16_t)((seed * 31 + (unsigned)i * 7919) & 0x7ff);
    items[i].index = (int16_t)i;
  }
  return items;
}

static struct item *reverse(struct item *list) {
  struct item *done = NULL;
  while (list != NULL) {
    struct item *next = list->next;
    list->next = done;
    done = list;
    list = next;
  }
  return done;
}

static int by_key(const struct item *a, const struct item *b) { return a->key - b->key; }
static int by_index(const struct item *a, const struct item *b) { return a->index - b->index; }

static struct item *merge_sort(struct item *list,
                               int (*compare)(const struct item *, const struct item *)) {
  if (list == NULL || list->next == NULL) return list;
  struct item *slow = list, *fast = list->next;
  while (fast != NULL && fast->next != NULL) {
    slow = slow->next;
    fast = fast->next->next;
  }
  struct item *second = slow->next;
  slow->next = NULL;
  struct item *first = merge_sort(list, compare);
  second = merge_sort(second, compare);
  struct item head, *tail = &head;
  while (first != NULL && second != NULL) {
    if (compare(first, second) <= 0) {
      tail = tail->next = first;
      first = first->next;
    } else {
      tail = tail->next = second;
      second = second->next;
    }
  }
  tail->next = first != NULL ? first : second;
  return head.next;
}

static const struct item *find(const struct item *list, int key) {
  while (list != NULL && list->key != key) list = list->next;
  return list;
}

static uint16_t lists(unsigned seed, uint16_t crc) {
  struct item *list = build(seed);
  int found = 0;
  for (int i = 0; i < 40; i++) {
    const struct item *hit = find(list, (int)((seed + (unsigned)i * 97) & 0x7ff));
    if (hit != NULL) found += hit->index + 1;
    if (i % 8 == 0) list = reverse(list);
  }
  list = merge_sort(list, by_key);
  crc = crc16(crc, (uint32_t)list->key, 16);
  list = merge_sort(list, by_index);
  crc = crc16(crc, (uint32_t)list->next->key, 16);
  return crc16(crc, (uint32_t)found, 16);
}

static uint16_t matrices(int seed, uint16_t crc) {
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      left[i][j] = (int16_t)((seed + i * 5 + j) & 0xff);
      right[i][j] = (int16_t)((seed ^ (i + j * 3)) & 0x7f);
    }
  }
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      int32_t sum = 0;
      for (int k = 0; k < ORDER; k++) sum += left[i][k] * right[k][j];
      product[i][j] = sum;
    }
  }
  int32_t last = 0, score = 0;
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      int32_t bits = (product[i][j] >> 2 & 0xf) * (product[i][j] >> 5 & 0x7f);
      score += bits > last ? 10 : 1;
      last = bits;
    }
  }
  return crc16(crc, (uint32_t)score, 16);
}

enum state { START, SIGN, WHOLE, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, POWER, INVALID, STATES };

static enum state scan(const char **text) {
  enum state state = START;
  for (const char *at = *text;; at++) {
    char c = *at;
    int digit = c >= '0' && c <= '9';
    if (c == ',' || c == 0) {
      *text = c == 0 ? at : at + 1;
      return state;
    }
    switch (state) {
      case START:
        state = digit ? WHOLE : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : INVALID;
        break;
      case SIGN:
        state = digit ? WHOLE : c == '.' ? POINT : INVALID;
        break;
      case WHOLE:
        state = digit ? WHOLE : c == '.' ? POINT : c == 'e' ? EXPONENT : INVALID;
        break;
      case POINT:
      case FRACTION:
        state = digit ? FRACTION : c == 'e' && state == FRACTION ? EXPONENT : INVALID;
        break;
      case EXPONENT:
        state = digit ? POWER : c == '+' || c == '-' ? EXPONENT_SIGN : INVALID;
        break;
      case EXPONENT_SIGN:
      case POWER:
        state = digit ? POWER : INVALID;
        break;
      default:
        break;
    }
  }
}

static uint16_t machine(unsigned seed, uint16_t crc) {
  char text[] = "5012,1234.500,-874,+122,35.54400,.1234500,-110.700,5.500e+3,-.123e-2,-87e+832,"
                "+0.6e-12,T0.3e-1F,-T.T++Tq,1T3.4e4z,34.0e-T^,7,88,999.1,-4e1,";
  uint32_t counts[STATES] = {0};
  for (int pass = 0; pass < 2; pass++) {
    for (const char *at = text; *at != 0;) counts[scan(&at)]++;
    text[seed % (sizeof text - 1)] ^= 4;
  }
  for (int i = 0; i < STATES; i++) crc = crc16(crc, counts[i], 16);
  return crc;
}

int main(int argc, char **argv) {
  uint16_t crc = 0;
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 30000); round > 0; round--) {
    crc = lists(round, crc);
    crc = matrices((int)round, crc);
    crc = machine(round, crc);
    sum = mix(sum, crc);
  }
  return report(sum);
}
