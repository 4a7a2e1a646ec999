/* What correct programs do to stacks and memory: contexts, long jumps, signals, alloca, copies. */
#include <alloca.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

struct record {
  char name[33];
  short number;
  long large;
  int bits : 3;
  unsigned more : 9;
};

static ucontext_t outside, inside;
static char stack[65536], signalStack[65536];
static jmp_buf place;
static sigjmp_buf signalPlace;

static void coroutine(int number) {
  char buffer[100];
  for (int turn = 0; turn < 5; turn++) {
    snprintf(buffer, sizeof buffer, "coroutine %d, turn %d", number, turn);
    puts(buffer);
    swapcontext(&inside, &outside);
  }
}

static void deep(int depth) {
  volatile char room[100];
  room[0] = depth;
  if (depth == 0) longjmp(place, 3);
  deep(depth - 1);
  room[1] = 2;
}

static void handle(int number) { printf("signal %d\n", number); }
static void leave(int number) { siglongjmp(signalPlace, number); }

static int sized(int count) {
  int values[count];
  char *more = alloca(count * 8);
  memset(more, 1, count * 8);
  int sum = 0;
  for (int index = 0; index < count; index++) values[index] = index;
  for (int index = 0; index < count; index++) sum += values[index] + more[index];
  return sum;
}

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static struct record make(int number) {
  struct record made;
  strcpy(made.name, "abc");
  made.number = number;
  made.bits = number;
  made.more = 5;
  return made;
}

int main(void) {
  getcontext(&inside);
  inside.uc_stack.ss_sp = stack;
  inside.uc_stack.ss_size = sizeof stack;
  inside.uc_link = &outside;
  makecontext(&inside, (void (*)(void))coroutine, 1, 7);
  for (int turn = 0; turn < 5; turn++) swapcontext(&outside, &inside);

  for (volatile int depth = 0; depth < 20; depth++)
    if (setjmp(place) == 0) deep(depth);
  if (setjmp(place) == 0) longjmp(place, 1);

  signal(SIGUSR1, handle);
  for (int turn = 0; turn < 3; turn++) raise(SIGUSR1);
  stack_t other = {.ss_sp = signalStack, .ss_size = sizeof signalStack};
  sigaltstack(&other, 0);
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR2, &action, 0);
  raise(SIGUSR2);
  action.sa_handler = leave;
  sigaction(SIGUSR2, &action, 0);
  for (volatile int turn = 0; turn < 5; turn++)
    if (sigsetjmp(signalPlace, 1) == 0) raise(SIGUSR2);

  printf("%d\n", sized(30));
  int count = 200, *numbers = malloc(count * sizeof *numbers);
  for (int index = 0; index < count; index++) numbers[index] = rand();
  qsort(numbers, count, sizeof *numbers, compare);
  struct record first = make(3), second = first, all[4];
  all[2] = second;
  memcpy(&all[1], &all[2], sizeof all[1]);
  printf("%s %d %d %u\n", all[1].name, all[1].number, all[1].bits, all[1].more);
  char *text = strdup("hello world");
  for (int turn = 0; turn < 20; turn++) {
    text = realloc(text, 13 + turn * 100);
    strcat(text, turn == 0 ? "x" : "");
  }
  printf("%zu %s %f %g %Lf %a\n", strlen(text), text, 3.25, 1e100, 1.5L, 2.0);
  free(text);
  free(numbers);
  char short_text[40];
  strcpy(short_text, "abc");
  strncpy(short_text + 5, "def", 10);
  printf("%d %d\n", strcmp(short_text, "abd") < 0, memchr(short_text, 'c', 4) != 0);
  int one, two;
  sscanf("12 34", "%d %d", &one, &two);
  return one + two - 46;
}
