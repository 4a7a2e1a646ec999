/* 100,000 system calls among some work: writes to /dev/null, the clock, and reads of a file. */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include "bench.h"

int main(int argc, char **argv) {
  unsigned count = rounds(argc, argv, 25000);
  int sink = open("/dev/null", O_WRONLY);
  int file = open("/tmp/data", O_RDWR | O_CREAT, 0600);
  uint64_t sum = 0;
  char buffer[64] = "some bytes";
  for (unsigned round = 0; round < count; round++) {
    struct timespec now;
    for (unsigned step = 0; step < 2000; step++) sum = mix(sum, next_random());
    if (write(sink, buffer, 16) != 16) return 1;
    if (pwrite(file, &sum, sizeof sum, (round % 512) * 8) != 8) return 1;
    if (pread(file, buffer, 32, (round % 500) * 8) < 0) return 1;
    clock_gettime(CLOCK_REALTIME, &now);
    sum = mix(sum, (unsigned char)buffer[round % 16]);
  }
  return report(sum);
}
