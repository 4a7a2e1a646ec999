/* What each task runs: other work for each, on data of its own at the same addresses. */
typedef unsigned long word;

static word call(word number, word a, word b) {
  register word a0 asm("a0") = a;
  register word a1 asm("a1") = b;
  register word a7 asm("a7") = number;
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
  return a0;
}

static word seed = 12345; /* the first write to it copies its page */
static word *const heap = (word *)0x40200000;

static word random(void) { return seed = seed * 6364136223846793005UL + 1442695040888963407UL; }

static void print_number(word value) {
  char digits[24];
  int n = 24;
  do digits[--n] = '0' + value % 10; while (value /= 10);
  call(1, (word)(digits + n), 24 - n);
}

static word fibonacci(word n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static word primes(word limit) {
  unsigned char *sieve = (unsigned char *)heap;
  word count = 0;
  for (word n = 2; n < limit; n++) {
    if (sieve[n]) continue;
    count++;
    for (word m = n * n; m < limit; m += n) sieve[m] = 1;
  }
  return count;
}

static void sort(long low, long high) {
  word pivot = heap[(low + high) / 2];
  long i = low, j = high;
  while (i <= j) {
    while (heap[i] < pivot) i++;
    while (heap[j] > pivot) j--;
    if (i <= j) {
      word t = heap[i];
      heap[i++] = heap[j];
      heap[j--] = t;
    }
  }
  if (low < j) sort(low, j);
  if (i < high) sort(i, high);
}

static word sorted(long count) {
  for (long n = 0; n < count; n++) heap[n] = random();
  sort(0, count - 1);
  word digest = 0;
  for (long n = 0; n < count; n++) {
    if (n && heap[n - 1] > heap[n]) return 0;
    digest = digest * 31 + heap[n];
  }
  return digest;
}

static word circle(word steps) {
  double inside = 0;
  for (word n = 0; n < steps; n++) {
    double x = (random() >> 11) / 9007199254740992.0, y = (random() >> 11) / 9007199254740992.0;
    if (x * x + y * y < 1) inside += 1;
  }
  return (word)(4000000 * inside / steps);
}

extern volatile unsigned room[4], own[4];
extern word call_own(void) asm("own"); /* the same, called directly */

/* Writes code among the program's, whose page is copied by that; runs it, and writes it anew. */
static word generated(word rounds) {
  word sum = 0;
  for (word n = 0; n < rounds; n++) {
    room[0] = 0x00050513 | (unsigned)(n & 0x7ff) << 20; /* addi a0, a0, n */
    room[1] = 0x00008067;                               /* ret */
    asm volatile("fence.i" ::: "memory");
    sum = ((word(*)(word))room)(sum);
  }
  return sum;
}

/* Calls code that every task has another version of, at the same address. */
static word personal(word rounds) {
  word sum = 0;
  for (word n = 0; n < rounds; n++) sum += call_own();
  return sum;
}

void user_main(word id) {
  word result = 0;
  own[0] = 0x00000513 | (unsigned)(id * 3 + 1) << 20; /* li a0, id * 3 + 1 */
  asm volatile("fence.i" ::: "memory");
  seed += id;
  switch (id) {
    case 0: result = fibonacci(20); break;
    case 1: result = primes(60000); break;
    case 2: result = sorted(6000); break;
    case 3: result = circle(8000); break;
    case 4: result = generated(300); break;
  }
  for (int n = 0; n < 20; n++) {
    result += personal(400);
    call(2, 0, 0);
  }
  print_number(result);
  call(1, (word) " by ", 4);
  print_number(call(3, 0, 0));
  call(0, 0, 0);
}
