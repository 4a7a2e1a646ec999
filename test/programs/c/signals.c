/* Signals: sent, blocked, caught from faults, on a stack of their own. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t count;
static sigjmp_buf place;
static char stack[16384];
static void *volatile where;

static void counts(int number) { count += number == SIGUSR1 ? 1 : 100; }

static void leaves(int number, siginfo_t *information, void *context) {
  char here;
  (void)context;
  where = information->si_addr;
  count = &here >= stack && &here < stack + sizeof stack;
  siglongjmp(place, number);
}

int main(void) {
  double kept = 1.5;
  signal(SIGUSR1, counts);
  raise(SIGUSR1);
  kill(getpid(), SIGUSR1);
  printf("%d %.1f\n", (int)count, kept);

  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  raise(SIGUSR1);
  int blocked = (int)count;
  sigprocmask(SIG_SETMASK, &old, NULL);
  printf("%d %d\n", blocked, (int)count);

  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_sigaction = leaves, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  int *volatile nowhere = (int *)0x123450;
  int number = sigsetjmp(place, 1);
  if (number == 0) *nowhere = 1;
  printf("%d %p %d\n", number == SIGSEGV, where, (int)count);
  number = sigsetjmp(place, 1);
  if (number == 0) __asm__ volatile(".2byte 0");
  printf("%d\n", number == SIGILL);

  signal(SIGUSR2, SIG_IGN);
  raise(SIGUSR2);
  fflush(stdout);
  signal(SIGTERM, SIG_DFL);
  raise(SIGTERM);
  return 0;
}
