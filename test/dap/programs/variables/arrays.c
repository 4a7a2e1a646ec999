#include "start.h"
struct matrix {
  int rows, columns;
  float cells[2][3];
};
struct packet {
  unsigned short length;
  unsigned char data[];
};
static const char *const words[3] = {"one", "two", "three"};
static unsigned char storage[16];
APART float trace(const struct matrix *matrix, int (*pairs)[2], const signed char *small) {
  float total = 0;
  for (int row = 0; row < matrix->rows; row++) {
    total += matrix->cells[row][row]; /* stop */
  }
  pairs[1][0] += small[1];
  return total; /* stop */
}
int main(void) {
  struct matrix matrix = {2, 3, {{1.5f, 2, 3}, {4, 5.25f, 6}}};
  int pairs[2][2] = {{1, 2}, {3, 4}};
  signed char small[] = {-1, -2, 3};
  short cube[2][2][2] = {{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}};
  char text[12] = "some text";
  struct packet *packet = (struct packet *)storage;
  packet->length = 2;
  packet->data[1] = 200;
  float found = trace(&matrix, pairs, small);
  return (int)found + text[2] + words[1][0] + cube[1][0][1]; /* stop */
}
