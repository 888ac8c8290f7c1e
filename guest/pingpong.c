// SPDX-License-Identifier: GPL-2.0
/*
 * usage: pingpong CPU CPU PAIRS ROUNDS
 *
 * Two processes, each bound to a CPU, wake each other through two pipes. Prints
 * nanoseconds for a pair of wakeups, one line a round. In a guest whose clock
 * counts instructions that is how many of them a pair takes.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ping[2], pong[2];

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

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void send(int fd)
{
	if (write(fd, "x", 1) != 1)
		die("write");
}

static int receive(int fd)
{
	char c;

	return read(fd, &c, 1) == 1;
}

int main(int argc, char **argv)
{
	int i, round, pairs, rounds;

	if (argc != 5) {
		fprintf(stderr, "usage: %s CPU CPU PAIRS ROUNDS\n", argv[0]);
		return 2;
	}
	pairs = atoi(argv[3]);
	rounds = atoi(argv[4]);
	if (pipe(ping) || pipe(pong))
		die("pipe");

	if (!fork()) {
		bind_to(atoi(argv[2]));
		close(ping[1]);
		while (receive(ping[0]))
			send(pong[1]);
		return 0;
	}
	bind_to(atoi(argv[1]));
	for (round = -1; round < rounds; round++) {
		double t = now();

		for (i = 0; i < pairs; i++) {
			send(ping[1]);
			if (!receive(pong[0]))
				die("read");
		}
		t = now() - t;
		/* The first round is to warm up */
		if (round >= 0)
			printf("%.1f\n", t / pairs);
	}
	close(ping[1]);
	wait(NULL);
	return 0;
}
