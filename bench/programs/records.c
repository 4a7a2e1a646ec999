/*
 * Systems code of the old synthetic kind: records assigned as wholes, short procedures with
 * parameters by reference, enumerations, and string copies and comparisons through the C library.
 */
#include "bench.h"

enum shade { RED, GREEN, BLUE, WHITE };

struct entry {
  struct entry *next;
  enum shade kind;
  int amount;
  char text[32];
};

static struct entry first, second;
static int table[50], grid[50][50];
static char letter;
static int total;

#define FAR __attribute__((noinline))

FAR static int same_letter(char a, char b) {
  char copy = a;
  if (copy != b) return 0;
  letter = copy;
  return 1;
}

FAR static int later(const char *a, const char *b) {
  int at = 1;
  while (at < 3 && !same_letter(a[at], b[at + 1])) at++;
  return strcmp(a, b) > 0 ? (total += at, 1) : 0;
}

FAR static enum shade following(enum shade one) {
  switch (one) {
    case RED: return total > 100 ? GREEN : BLUE;
    case GREEN: return WHITE;
    case BLUE: return RED;
    default: return BLUE;
  }
}

FAR static void add(int a, int b, int *to) { *to = a + b + 2; }

FAR static void fill(int *row, int at, int value) {
  row[at] = value;
  row[at + 1] = row[at];
  row[at + 10] = at;
  for (int i = at; i <= at + 1; i++) grid[at][i] = at;
  grid[at][at - 1]++;
  grid[at + 20 - at / 2][at] = row[at];
  total += 5;
}

FAR static void renew(struct entry *from) {
  struct entry *to = from->next;
  *to = *from;
  to->amount = from->amount + 5;
  to->next = from;
  if (to->kind == RED) {
    to->kind = following(from->kind);
    add(to->amount, 10, &to->amount);
  } else {
    *from = *to;
    from->next = to;
  }
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  first.next = &second;
  strcpy(first.text, "a program of records, the first");
  for (unsigned round = rounds(argc, argv, 9000000); round > 0; round--) {
    char one[32], two[32];
    int a = 2, b = (int)(round & 15), c = 0;
    strcpy(one, "a program of records, the 1.");
    strcpy(two, "a program of records, the 2.");
    first.kind = (enum shade)(round & 3);
    total = (int)(round & 255);
    if (!later(two, one)) c = 7;
    while (a < b) {
      add(a, b, &c);
      a += 3;
    }
    fill(table, 3 + (b & 7), c);
    renew(&first);
    for (char at = 'A'; at <= 'C'; at++) {
      if (same_letter(at, (char)('A' + (round & 3)))) strcpy(two, "a program of records, the 3.");
    }
    b = b * a;
    a = b / (c | 1);
    sum = mix(sum, (uint64_t)(unsigned)(a + total + second.amount) ^ (uint64_t)two[26]);
  }
  return report(sum);
}
