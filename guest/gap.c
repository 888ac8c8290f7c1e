// SPDX-License-Identifier: GPL-2.0
/*
 * usage: gap CPU ROUNDS
 *        gap spin CPU
 *
 * A task on CPU 0 reads the clock in a loop. Prints for each round the longest gap
 * between two reads while nothing else happens, and while the CPU goes offline, and
 * at the end how many gaps of which length there were, all in microseconds. "spin": a
 * task on that CPU stays in user mode until it is killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Shorter ones are not counted; then twenty steps for a power of ten */
#define SHORTEST_US	10
#define STEP		1.122018454
#define BUCKETS		120

enum { NONE, REST, OFFLINE };
static const char * const names[] = { "", "rest", "offline" };
static _Atomic int window;
static long longest[3], counts[3][BUCKETS];
static double limit[BUCKETS];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void bind_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

static long now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000L + ts.tv_nsec / 1000;
}

static void *reader(void *unused)
{
	long last, now, gap;
	int w, before, i;

	bind_to(0);
	last = now_us();
	for (before = window;; before = w) {
		now = now_us();
		w = window;
		gap = now - last;
		last = now;
		/* A gap belongs to the window in which it began */
		if (before == NONE || gap < SHORTEST_US)
			continue;
		if (gap > longest[before])
			longest[before] = gap;
		for (i = 0; i < BUCKETS - 1 && gap > limit[i]; i++)
			;
		counts[before][i]++;
	}
	return NULL;
}

static void set_online(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, value, 1) != 1)
		die(path);
	close(fd);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char path[64];
	int rounds, i, w;
	long begin, spent = 50000;

	if (argc != 3) {
		fprintf(stderr, "usage: %s CPU ROUNDS | spin CPU\n", argv[0]);
		return 2;
	}
	if (!strcmp(argv[1], "spin")) {
		bind_to(atoi(argv[2]));
		for (;;)
			;
	}
	rounds = atoi(argv[2]);
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%s/online", argv[1]);
	limit[0] = SHORTEST_US * STEP;
	for (i = 1; i < BUCKETS; i++)
		limit[i] = limit[i - 1] * STEP;
	/* The first time is not like the others */
	set_online(path, "0");
	set_online(path, "1");
	if (pthread_create(&thread, NULL, reader, NULL))
		die("pthread_create");
	usleep(300000);

	while (rounds--) {
		longest[REST] = longest[OFFLINE] = 0;
		window = REST;
		usleep(spent);
		window = NONE;
		usleep(20000);
		begin = now_us();
		window = OFFLINE;
		set_online(path, "0");
		window = NONE;
		spent = now_us() - begin;
		usleep(20000);
		printf("sample gap_rest_max_us %ld\nsample gap_offline_max_us %ld\n",
		       longest[REST], longest[OFFLINE]);
		set_online(path, "1");
		usleep(50000);
	}
	for (w = REST; w <= OFFLINE; w++) {
		for (i = 0; i < BUCKETS; i++) {
			if (counts[w][i])
				printf("hist gap_%s %.0f %ld\n", names[w], limit[i], counts[w][i]);
		}
	}
	return 0;
}
