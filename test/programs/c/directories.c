/* Directories and file status by the system's own interface. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int main(void) {
  struct stat status;
  char *names[16];
  int count = 0;
  if (mkdir("made", 0755) != 0) return 1;
  if (mkdir("made", 0755) != -1 || errno != EEXIST) return 2;
  int fd = open("made/file", O_CREAT | O_RDWR | O_EXCL, 0644);
  if (write(fd, "0123456789", 10) != 10) return 3;
  if (pread(fd, (char[4]){0}, 4, 3) != 4 || lseek(fd, 0, SEEK_CUR) != 10) return 4;
  if (ftruncate(fd, 6) != 0 || fstat(fd, &status) != 0) return 5;
  printf("%ld %d\n", (long)status.st_size, S_ISREG(status.st_mode));
  int copy = dup(fd);
  lseek(copy, 2, SEEK_SET);
  printf("%ld\n", (long)lseek(fd, 0, SEEK_CUR));
  close(copy);
  close(fd);
  close(open("made/other", O_CREAT | O_WRONLY, 0600));
  DIR *directory = opendir("made");
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) names[count++] = strdup(entry->d_name);
  closedir(directory);
  qsort(names, (size_t)count, sizeof names[0], by_name);
  for (int i = 0; i < count; i++) printf("%s ", names[i]);
  printf("\n%d %d\n", rmdir("made"), errno == ENOTEMPTY);
  if (unlink("made/file") != 0 || unlink("made/other") != 0 || rmdir("made") != 0) return 6;
  printf("%d %d\n", stat("made", &status), errno == ENOENT);
  int ends[2];
  char text[8] = "";
  if (pipe(ends) != 0 || write(ends[1], "pipe", 4) != 4 || read(ends[0], text, 8) != 4) return 7;
  printf("%s %d\n", text, access("given.txt", R_OK));
  return 0;
}
