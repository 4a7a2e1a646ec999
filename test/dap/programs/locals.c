typedef struct node {
  int key;
  struct node *next;
  unsigned low : 3;
  int high : 5;
  char name[8];
} node;
enum color { RED, GREEN = 5, BLUE };
union number {
  int whole;
  float real;
};

static node pool[3];
const char *title = "hello";
static _Thread_local int own = 4;

static int plus(int value) { return value + 1; }

static int walk(node *head, enum color color, int (*apply)(int)) {
  static int calls;
  int total = 0;
  calls++;
  for (node *at = head; at != 0; at = at->next) {
    int before = total;
    {
      int total = before * 2;
      before = total;
    }
    total += at->key;
  }
  return total + apply(color);
}

int main(void) {
  union number number = {.real = 1.0f};
  int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
  _Bool ready = 1;
  char letter = 'x';
  for (int index = 0; index < 3; index++) {
    node *item = &pool[index];
    item->key = index * 10;
    item->next = index > 0 ? &pool[index - 1] : 0;
    item->low = index + 5;
    item->high = -index;
    item->name[0] = 'a' + index;
  }
  int result = walk(&pool[2], BLUE, plus);
  return result + number.whole + grid[1][2] + ready + letter + own + title[0] > 0 ? 0 : 1;
}
