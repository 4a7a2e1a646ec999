volatile int sink;
typedef struct { int low, high; } range;
range limits = {4, 40};

static inline __attribute__((always_inline)) int clamp(int value, const range *within) {
  int result = value;
  if (result < within->low) result = within->low;
  sink = result;
  return result;
}

__attribute__((noinline)) int total(const int *values, int count) {
  int sum = 0;
  for (int index = 0; index < count; index++) {
    sink = index;
    sum += clamp(values[index], &limits);
    sink = sum;
  }
  return sum;
}

static int numbers[3] = {7, 1, 9};

int main(void) {
  int sum = total(numbers, 3);
  return sum == 20 ? 0 : 1;
}
