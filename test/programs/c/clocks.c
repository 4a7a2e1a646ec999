/* Clocks go forward, sleeping takes time, the system names itself. */
#include <stdio.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static long long nanoseconds(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return -1;
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void) {
  long long start = nanoseconds(CLOCK_MONOTONIC);
  struct timespec pause = {0, 20000000};
  nanosleep(&pause, NULL);
  long long end = nanoseconds(CLOCK_MONOTONIC);
  printf("%d\n", end - start >= 20000000);
  struct timeval now;
  gettimeofday(&now, NULL);
  printf("%d %d\n", now.tv_sec > 1700000000, time(NULL) - now.tv_sec <= 1);
  time_t day = 86400 * 365;
  struct tm parts;
  gmtime_r(&day, &parts);
  printf("%d-%02d-%02d\n", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
  struct utsname name;
  uname(&name);
  printf("%s %s\n", name.sysname, name.machine);
  printf("%d %d\n", nanoseconds(CLOCK_PROCESS_CPUTIME_ID) > 0, getppid() > 0);
  return 0;
}
