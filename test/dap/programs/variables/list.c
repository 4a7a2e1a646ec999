#include "start.h"
typedef struct node {
  int key;
  struct node *next;
  char name[8];
  const char *title;
} node;
static node pool[4];
node *first;
APART int sum(const node *head, int base) {
  int total = base;
  for (const node *at = head; at != 0; at = at->next) {
    total += at->key; /* stop */
  }
  return total; /* stop */
}
APART node *push(node *list, node *item, int key) {
  item->key = key;
  item->next = list;
  item->name[0] = (char)('a' + key);
  item->title = "node";
  return item; /* stop */
}
int main(void) {
  node *list = 0;
  for (int index = 0; index < 3; index++) list = push(list, &pool[index], index * 2);
  first = list;
  int result = sum(list, 10);
  return result; /* stop */
}
