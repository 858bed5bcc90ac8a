// What operations cost in C, with and without ThreadSanitizer: name and nanoseconds.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const long TIMES = 2000000;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static volatile uint64_t cell;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static atomic_ulong counter;

static void get(void) { assert(cell == 1); }
static void set(void) { cell = 1; }
static void lock(void) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
}
static void read_lock(void) {
    pthread_rwlock_rdlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
}
static void add(void) { atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed); }
static void *nothing(void *given) { return given; }
static void spawn(void) {
    pthread_t thread;
    pthread_create(&thread, 0, nothing, 0);
    pthread_join(thread, 0);
}

static void measure(const char *name, long times, void (*operation)(void)) {
    double start = now();
    for (long time = 0; time < times; time++) operation();
    printf("%s %.3f\n", name, (now() - start) / times);
}

int main(void) {
    measure("set", TIMES, set);
    measure("get", TIMES, get);
    measure("mutex", TIMES, lock);
    measure("rwlock-read", TIMES, read_lock);
    measure("atomic-add", TIMES, add);
    assert(counter == (unsigned long)TIMES);
    measure("spawn-join", TIMES / 200, spawn);
    return 0;
}
