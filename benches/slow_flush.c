/* Delays every flush by 5 ms, as the volumes of cloud servers do. Loaded with LD_PRELOAD before a program under
 * measurement; SQLite flushes through these two functions of the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static const struct timespec DELAY = {0, 5 * 1000 * 1000};

static int delayed(const char *name, int file) {
  int (*flush)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  nanosleep(&DELAY, 0);
  return flush(file);
}

int fsync(int file) { return delayed("fsync", file); }
int fdatasync(int file) { return delayed("fdatasync", file); }
