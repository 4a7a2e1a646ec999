typedef unsigned long size_t;
struct item { int key; char name[12]; struct item *next; };
static void swap(struct item *a, struct item *b) { struct item t = *a; *a = *b; *b = t; }
void sort(struct item *items, int n) {
  for (int i = 1; i < n; i++)
    for (int j = i; j > 0 && items[j - 1].key > items[j].key; j--) swap(&items[j - 1], &items[j]);
}
int search(const struct item *items, int n, int key) {
  int low = 0, high = n;
  while (low < high) {
    int middle = (low + high) / 2;
    if (items[middle].key == key) return middle;
    if (items[middle].key < key) low = middle + 1; else high = middle;
  }
  return -1;
}
struct item *reverse(struct item *list) {
  struct item *done = 0;
  while (list) { struct item *next = list->next; list->next = done; done = list; list = next; }
  return done;
}
unsigned hash(const char *text) { unsigned h = 5381; while (*text) h = h * 33 ^ (unsigned char)*text++; return h; }
