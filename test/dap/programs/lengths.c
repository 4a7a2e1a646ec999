/* What is only known as the program runs: lengths of arrays, variables of the function around. */
static const char *const volatile banner = "lengths";
static __thread short own = 7;
static int unsaid();
static int (*maker)() = unsaid;
typedef short lanes __attribute__((vector_size(8)));
static lanes four = {1, 2, 3, 4};
static int unsaid() { return 0; }
static int sum(int rows, int columns, int grid[rows][columns])
{
  int total = 0;
  int add(int row) {
    for (int column = 0; column < columns; column++)
      total += grid[row][column];
    return total + own; /* inner */
  }
  for (int row = 0; row < rows; row++) add(row);
  return total;
}
static int last(int count) {
  short squares[count];
  const char letters[2] = {'a', 'b'};
  for (int index = 0; index < count; index++) squares[index] = index * index;
  own++;
  return squares[count - 1] + letters[0]; /* squares */
}
int main(void) {
  int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
  return sum(2, 3, grid) + last(5) + last(2) - banner[0] + maker() + four[0] == 0;
}
