// SPDX-License-Identifier: GPL-2.0
/*
 * usage: deadline [TASKS PERCENT]
 *
 * So many SCHED_DEADLINE tasks, each with a claim to so much of a CPU; or as many as there
 * are CPUs online, each with a claim to 9/10: no CPU can go without breaking a promise.
 * They claim more than they use. Run until killed.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct attr {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime;
	uint64_t deadline;
	uint64_t period;
};

static int ready[2];

static void task(int percent)
{
	struct attr attr = {
		.size = sizeof(attr),
		.policy = 6,	/* SCHED_DEADLINE */
		.runtime = 1000000 * percent,
		.deadline = 100000000,
		.period = 100000000,
	};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (syscall(SYS_sched_setattr, 0, &attr, 0)) {
		perror("sched_setattr");
		exit(1);
	}
	if (write(ready[1], "x", 1) != 1)
		exit(1);
	for (;;) {
		for (volatile int i = 0; i < 100000; i++)
			;
		usleep(1000);
	}
}

int main(int argc, char **argv)
{
	int i, n = argc > 2 ? atoi(argv[1]) : sysconf(_SC_NPROCESSORS_ONLN);
	int percent = argc > 2 ? atoi(argv[2]) : 90;
	char c;

	if (pipe(ready))
		return 1;
	for (i = 0; i < n; i++) {
		if (!fork())
			task(percent);
	}
	for (i = 0; i < n; i++) {
		if (read(ready[0], &c, 1) != 1)
			return 1;
	}
	printf("%d SCHED_DEADLINE tasks are running\n", n);
	fflush(stdout);
	for (;;)
		pause();
}
