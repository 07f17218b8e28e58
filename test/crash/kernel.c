/*
 * Stands between the program and the kernel (LD_PRELOAD): at the n-th call that matches it kills the process, fails or
 * shortens the call; and it moves the wall clock. What to do stands in a file that the test writes while the program runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, RENAME = 4 };
enum { NOTHING, KILL_BEFORE, KILL_AFTER, TEAR, FAIL, SHORTEN };

/* The order of kernel.ts. */
struct orders {
  int calls, action, skip, times, error, clock, met, unused;
  /* Part of the file's path; with a final "$" its end. */
  char path[96];
};

static volatile struct orders *orders;

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("CRASH_ORDERS");
  int fd = file == NULL ? -1 : open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *shared = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared != MAP_FAILED) orders = shared;
  close(fd);
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static int names(const char *pattern, const char *path) {
  size_t length = strlen(pattern), size = strlen(path);
  if (length == 0 || pattern[length - 1] != '$') return strstr(path, pattern) != NULL;
  return size >= length - 1 && strncmp(path + size - (length - 1), pattern, length - 1) == 0;
}

/* NOTHING, or what shall become of this call. */
static int meet(int call, const char *path) {
  if (orders == NULL || orders->action == NOTHING || (orders->calls & call) == 0) return NOTHING;
  if (!names((const char *)orders->path, path)) return NOTHING;
  if (__atomic_fetch_sub(&orders->skip, 1, __ATOMIC_SEQ_CST) > 0) return NOTHING;
  if (__atomic_fetch_sub(&orders->times, 1, __ATOMIC_SEQ_CST) <= 0) return NOTHING;
  __atomic_fetch_add(&orders->met, 1, __ATOMIC_SEQ_CST);
  if (orders->action == KILL_BEFORE) kill(getpid(), SIGKILL);
  return orders->action;
}

static int meetOpen(int call, int fd) {
  if (orders == NULL || orders->action == NOTHING) return NOTHING;
  char link[64], path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return NOTHING;
  path[size] = '\0';
  return meet(call, path);
}

static void after(int action) {
  if (action == KILL_AFTER || action == TEAR) kill(getpid(), SIGKILL);
}

/* A write that is torn or shortened takes half. */
static size_t part(int action, size_t size) {
  return (action == TEAR || action == SHORTEN) && size > 1 ? size / 2 : size;
}

#define FAILS(action) \
  if ((action) == FAIL) { errno = orders->error; return -1; }

ssize_t write(int fd, const void *data, size_t size) {
  static ssize_t (*real)(int, const void *, size_t);
  if (real == NULL) real = next("write");
  int action = meetOpen(WRITE, fd);
  FAILS(action)
  ssize_t done = real(fd, data, part(action, size));
  after(action);
  return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (real == NULL) real = next("pwrite64");
  int action = meetOpen(WRITE, fd);
  FAILS(action)
  ssize_t done = real(fd, data, part(action, size), at);
  after(action);
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t writev(int fd, const struct iovec *pieces, int count) {
  static ssize_t (*real)(int, const struct iovec *, int);
  if (real == NULL) real = next("writev");
  int action = meetOpen(WRITE, fd);
  FAILS(action)
  ssize_t done = real(fd, pieces, (int)part(action, count));
  after(action);
  return done;
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = next("fsync");
  int action = meetOpen(SYNC, fd);
  FAILS(action)
  int done = real(fd);
  after(action);
  return done;
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = next("fdatasync");
  int action = meetOpen(SYNC, fd);
  FAILS(action)
  int done = real(fd);
  after(action);
  return done;
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (real == NULL) real = next("rename");
  int action = meet(RENAME, to);
  FAILS(action)
  int done = real(from, to);
  after(action);
  return done;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (real == NULL) real = next("clock_gettime");
  int done = real(clock, now);
  if (clock == CLOCK_REALTIME && orders != NULL) now->tv_sec += orders->clock;
  return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*real)(struct timeval *restrict, void *restrict);
  if (real == NULL) real = next("gettimeofday");
  int done = real(now, zone);
  if (orders != NULL) now->tv_sec += orders->clock;
  return done;
}
