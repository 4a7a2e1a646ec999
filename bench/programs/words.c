/* Counts words of a made-up text in a hash table with the C library's string functions. */
#include "bench.h"

enum { BUCKETS = 1024, TEXT = 60000 };

struct word {
  struct word *next;
  unsigned count;
  char text[20];
};

static struct word *buckets[BUCKETS];
static char text[TEXT + 20];

static void write_text(void) {
  static const char *const syllables[] = {"ba", "ro", "ten", "li", "mu", "san", "ke", "do"};
  char *at = text;
  while (at < text + TEXT - 16) {
    for (unsigned i = 1 + next_random() % 4; i > 0; i--) {
      const char *one = syllables[next_random() % 8];
      size_t length = strlen(one);
      memcpy(at, one, length);
      at += length;
    }
    *at++ = next_random() % 11 == 0 ? '\n' : ' ';
  }
  *at = 0;
}

static uint32_t hash(const char *word) {
  uint32_t sum = 5381;
  while (*word != 0) sum = sum * 33 ^ (uint8_t)*word++;
  return sum;
}

static struct word *look_up(const char *word) {
  struct word **at = &buckets[hash(word) % BUCKETS];
  while (*at != NULL && strcmp((*at)->text, word) != 0) at = &(*at)->next;
  if (*at == NULL) {
    *at = calloc(1, sizeof **at);
    strncpy((*at)->text, word, sizeof (*at)->text - 1);
  }
  return *at;
}

static void drop_words(void) {
  for (unsigned i = 0; i < BUCKETS; i++) {
    for (struct word *at = buckets[i], *next; at != NULL; at = next) {
      next = at->next;
      free(at);
    }
    buckets[i] = NULL;
  }
}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  static char copy[TEXT + 20];
  write_text();
  for (unsigned round = rounds(argc, argv, 1600); round > 0; round--) {
    strcpy(copy, text);
    char *at = copy + round % 7;
    for (char *word; *(word = at + strspn(at, " \n")) != 0; at++) {
      at = word + strcspn(word, " \n");
      int last = *at == 0;
      *at = 0;
      look_up(word)->count++;
      if (last) break;
    }
    for (unsigned i = 0; i < BUCKETS; i++) {
      for (const struct word *one = buckets[i]; one != NULL; one = one->next) {
        if (memchr(one->text, 'k', strlen(one->text)) != NULL) sum = mix(sum, one->count);
      }
    }
    if (round % 16 == 0) drop_words();
  }
  return report(sum);
}
