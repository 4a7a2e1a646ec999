#include <stdio.h>
#include <string.h>

typedef struct node {
  int key;
  struct node *next;
} node;
typedef struct pair {
  long first;
  long second;
  long third;
} pair;
enum color { RED, GREEN = 5 };

static node pool[3] = {{10, &pool[1]}, {20, &pool[2]}, {12, 0}};
static char name[] = "heart";
static int calls;
static volatile int sink;

static int sum(const node *head) { return head == 0 ? 0 : head->key + sum(head->next); }
char *pick(char *text) { return text[0] == 0 ? name : text + 1; } static int square(int value) { return value * value; }
static unsigned char low(unsigned value) { return value; }
static unsigned long wide(unsigned value) { return value; }
static double half(double value, int times) { return times == 0 ? value : half(value / 2, times - 1); }
static float twice(float value) { return value * 2; }
static enum color mix(_Bool is, char letter) { return is && letter == 'x' ? GREEN : RED; }
static const node *last(const node *head) { return head->next == 0 ? head : last(head->next); }
static void nothing(void) {} int weigh(const char *a, int by, const char *b) { int all = 0; while (*a) all += *a++; while (*b) all += by * *b++; return all; }
static int count(void) { return ++calls; }
static void endless(void) { for (;;) ; }
static int bad(const node *head) { return head->next->key; }
static long total(pair whole) { return whole.first + whole.second + whole.third; }
static int say(int value) { return printf("%d\n", value); }
static long many(long a, long b, long c, long d, long e, long f, long g, long h, long i) {
  return a + b + c + d + e + f + g + h + i;
}
static int largest(int counted) {
  int values[32];
  for (int index = 0; index < 32; index++) values[index] = index * counted;
  return values[31];
}

int main(void) {
  int (*apply)(int) = square;
  node *head = pool;
  pair whole = {1, 2, 3};
  sink = sum(head) + low(300) + apply(3) + (int)wide(7) + (int)half(8, 1) + (int)twice(1);
  sink += mix(1, 'x') + last(head)->key + (int)total(whole) + largest(2);
  nothing();
  if (sink == 0) endless();
  sink += count() + bad(head) + (int)strlen(name) + (int)many(1, 2, 3, 4, 5, 6, 7, 8, 9);
  say(sink);
  return 0;
}
