// SPDX-License-Identifier: GPL-2.0
/*
 * usage: irqgap CPU FREQUENCY ROUNDS
 *
 * A timer device (/dev/hpet) interrupts the CPU so many times a second and wakes
 * a real-time task on CPU 0. Prints a line a round: the longest gap between two
 * wakeups in milliseconds, while nothing else happens and while the CPU goes
 * offline. At the end: how many interrupts came, and how many should have.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/hpet.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int hpet, irq = -1;
/* Microseconds */
static atomic_long longest;
static atomic_ulong interrupts;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		die(path);
	close(fd);
}

static void *reader(void *unused)
{
	struct sched_param param = { .sched_priority = 50 };
	unsigned long count;
	double last = 0, t;
	cpu_set_t set;
	long gap;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set) || sched_setscheduler(0, SCHED_FIFO, &param))
		die("scheduling");
	while (read(hpet, &count, sizeof(count)) == sizeof(count)) {
		t = now();
		interrupts += count;
		gap = last ? (t - last) * 1e6 : 0;
		if (gap > longest)
			longest = gap;
		last = t;
	}
	die("read of /dev/hpet");
	return NULL;
}

static void find_irq(void)
{
	char line[1024];
	FILE *f = fopen("/proc/interrupts", "r");

	if (!f)
		die("/proc/interrupts");
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, "hpet") && sscanf(line, " %d:", &irq) == 1 && irq)
			break;
	}
	fclose(f);
}

int main(int argc, char **argv)
{
	char online[64], affinity[64];
	unsigned long before;
	long idle, offline;
	pthread_t thread;
	double begin;
	int rounds;

	if (argc != 4) {
		fprintf(stderr, "usage: %s CPU FREQUENCY ROUNDS\n", argv[0]);
		return 2;
	}
	rounds = atoi(argv[3]);
	hpet = open("/dev/hpet", O_RDONLY);
	if (hpet < 0)
		die("/dev/hpet");
	if (ioctl(hpet, HPET_IRQFREQ, atol(argv[2])) || ioctl(hpet, HPET_EPI) ||
	    ioctl(hpet, HPET_IE_ON))
		die("hpet");
	find_irq();
	snprintf(online, sizeof(online), "/sys/devices/system/cpu/cpu%s/online", argv[1]);
	snprintf(affinity, sizeof(affinity), "/proc/irq/%d/smp_affinity_list", irq);

	pthread_create(&thread, NULL, reader, NULL);
	usleep(500000);
	before = interrupts;
	begin = now();
	while (rounds--) {
		write_file(affinity, argv[1]);
		usleep(100000);
		longest = 0;
		usleep(50000);
		idle = atomic_exchange(&longest, 0);
		write_file(online, "0");
		offline = atomic_exchange(&longest, 0);
		usleep(50000);
		if (longest > offline)
			offline = longest;
		write_file(online, "1");
		printf("gap: %.3f %.3f\n", idle / 1e3, offline / 1e3);
	}
	printf("interrupts: %lu %.0f\n", interrupts - before, (now() - begin) * atol(argv[2]));
	return 0;
}
