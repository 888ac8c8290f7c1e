// SPDX-License-Identifier: GPL-2.0
/*
 * Cycles to enter and leave an empty read side section, while there is no
 * writer, or one who has the readers counted: two threads on two CPUs at the
 * same time, ROUNDS rounds in each of which all candidates have their turn for
 * a fraction of a millisecond. Prints the least, the median and the quartiles
 * of the rounds, and the same for the ratio to preempt_disable() and
 * preempt_enable() in the same round. The verdict compares the least: what the
 * code takes when nobody else is on the core.
 *
 * usage: bench ROUNDS
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include "kernel/locking/percpu-rwlock.c"
#include <linux/percpu-rwsem.h>

#define PAIRS		(1 << 18)
#define MAX_ROUNDS	2001

__thread long shim_preempt_count = 1L << 31;
__thread char shim_percpu[4096] __attribute__((aligned(64)));
__thread unsigned int shim_cpu;
char *shim_percpu_base[2];

void shim_schedule(void)
{
	abort();
}

bool __percpu_down_read(struct percpu_rw_semaphore *sem, bool try, bool freezable)
{
	abort();
}

void __percpu_up_read(struct percpu_rw_semaphore *sem)
{
	abort();
}

static struct percpu_rwlock prw;
static struct percpu_rwlock pending = { .state = PERCPU_RWLOCK_PENDING };
static struct percpu_rw_semaphore sem;

/* queued rwlock, the part that runs without a writer: one word for all CPUs */
static struct { int cnts; } rw __attribute__((aligned(64)));

/*
 * The scheme of 2012: a counter per CPU, and full barriers so that the writer
 * and the reader see each other without waiting for anything.
 */
static unsigned int *mb_readers;
static int mb_writer __attribute__((aligned(64)));

static __always_inline void none(void)
{
	barrier();
}

static __always_inline void preempt_pair(void)
{
	preempt_disable();
	barrier();
	preempt_enable();
}

static __always_inline void prw_pair(void)
{
	percpu_read_lock(&prw);
	barrier();
	percpu_read_unlock(&prw);
}

static __always_inline void pending_pair(void)
{
	percpu_read_lock(&pending);
	barrier();
	percpu_read_unlock(&pending);
}

static __always_inline void sem_pair(void)
{
	percpu_down_read(&sem);
	barrier();
	percpu_up_read(&sem);
}

static __always_inline void rw_pair(void)
{
	preempt_disable();
	if (__atomic_add_fetch(&rw.cnts, 1 << 9, __ATOMIC_ACQUIRE) & 0x1ff)
		abort();
	barrier();
	__atomic_sub_fetch(&rw.cnts, 1 << 9, __ATOMIC_RELEASE);
	preempt_enable();
}

static __always_inline void mb_pair(void)
{
	preempt_disable();
	this_cpu_inc(*mb_readers);
	smp_mb();
	if (unlikely(READ_ONCE(mb_writer)))
		abort();
	barrier();
	smp_mb();
	this_cpu_dec(*mb_readers);
	preempt_enable();
}

#define LOOP(name)							\
static __attribute__((noinline)) void name##_loop(void)			\
{									\
	int i;								\
									\
	for (i = 0; i < PAIRS / 4; i++) {				\
		name(); name(); name(); name();				\
	}								\
}

LOOP(none)
LOOP(preempt_pair)
LOOP(prw_pair)
LOOP(pending_pair)
LOOP(sem_pair)
LOOP(rw_pair)
LOOP(mb_pair)

static const struct {
	const char *name;
	void (*loop)(void);
} candidates[] = {
	{ "empty loop",			none_loop },
	{ "preempt_disable",		preempt_pair_loop },
	{ "percpu_rwlock",		prw_pair_loop },
	{ "percpu_rwlock, counted",	pending_pair_loop },
	{ "percpu_rwsem",		sem_pair_loop },
	{ "rwlock, no writer",		rw_pair_loop },
	{ "counter, full barriers",	mb_pair_loop },
};

enum { NR = sizeof(candidates) / sizeof(candidates[0]) };
#define PREEMPT	1
#define PRW	2
#define MB	6

static int rounds;
static pthread_barrier_t start;
static double cycles[2][NR][MAX_ROUNDS];

static void *thread(void *arg)
{
	int round, c, self = (long)arg;
	cpu_set_t cpus, mine;
	int cpu, nth = 0;

	sched_getaffinity(0, sizeof(cpus), &cpus);
	CPU_ZERO(&mine);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &cpus) && nth++ == self)
			CPU_SET(cpu, &mine);
	}
	if (pthread_setaffinity_np(pthread_self(), sizeof(mine), &mine)) {
		fprintf(stderr, "cannot bind a thread to its CPU: are there two?\n");
		exit(1);
	}
	shim_cpu = self;
	shim_percpu_base[self] = shim_percpu;

	for (round = -1; round < rounds; round++) {
		for (c = 0; c < NR; c++) {
			u64 t;

			pthread_barrier_wait(&start);
			t = __builtin_ia32_rdtsc();
			candidates[c].loop();
			t = __builtin_ia32_rdtsc() - t;
			/* The first round is to warm up */
			if (round >= 0)
				cycles[self][c][round] = (double)t / PAIRS;
		}
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static double least(const double *v)
{
	double min = v[0];
	int r;

	for (r = 1; r < rounds; r++)
		min = v[r] < min ? v[r] : min;
	return min;
}

static void spread(const char *format, const double *from)
{
	double v[MAX_ROUNDS];

	__builtin_memcpy(v, from, rounds * sizeof(*v));
	qsort(v, rounds, sizeof(*v), compare);
	printf(format, v[rounds / 2], v[rounds / 4], v[rounds * 3 / 4]);
}

int main(int argc, char **argv)
{
	static double sum[NR][MAX_ROUNDS], ratio[NR][MAX_ROUNDS];
	pthread_t threads[2];
	int c, r;
	long i;

	rounds = argc == 2 ? atoi(argv[1]) : 0;
	if (rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: %s ROUNDS (1 to %d)\n", argv[0], MAX_ROUNDS);
		return 2;
	}

	prw.cpu = alloc_percpu(struct percpu_rwlock_cpu);
	pending.cpu = alloc_percpu(struct percpu_rwlock_cpu);
	sem.read_count = alloc_percpu(unsigned int);
	mb_readers = alloc_percpu(unsigned int);

	pthread_barrier_init(&start, NULL, 2);
	for (i = 0; i < 2; i++) {
		if (pthread_create(&threads[i], NULL, thread, (void *)i)) {
			fprintf(stderr, "cannot create a thread\n");
			return 1;
		}
	}
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);

	printf("%-24s %-34s %s\n", "enter and leave", "cycles: least, median (quartiles)",
	       "times preempt_disable (quartiles)");
	for (c = 0; c < NR; c++) {
		for (r = 0; r < rounds; r++)
			sum[c][r] = (cycles[0][c][r] + cycles[1][c][r]) / 2;
		for (r = 0; c >= PREEMPT && r < rounds; r++)
			ratio[c][r] = sum[c][r] / sum[PREEMPT][r];
		printf("%-24s %6.2f ", candidates[c].name, least(sum[c]));
		spread("%6.2f (%6.2f .. %6.2f)  ", sum[c]);
		if (c >= PREEMPT)
			spread("%6.2f (%6.2f .. %6.2f)", ratio[c]);
		printf("\n");
	}
	printf("bench-lock: percpu_rwlock %.2fx preempt, %.1fx faster than full barriers\n",
	       least(sum[PRW]) / least(sum[PREEMPT]), least(sum[MB]) / least(sum[PRW]));
	return 0;
}
