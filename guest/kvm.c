// SPDX-License-Identifier: GPL-2.0
/*
 * usage: kvm VCPUS
 *
 * A virtual machine which shows that its vCPUs run on, are kicked and woken while
 * the CPUs below them go off and on. Each is bound to the CPU of its number, again
 * and again. They count in a loop in real mode, read a page, leave to user space now
 * and then, and halt until an interrupt comes. Other threads
 *  - send interrupts (a kick or a wakeup of one vCPU) and wait until they have come,
 *  - empty the dirty log, discard the page, add and remove another one (requests and
 *    TLB flushes for all vCPUs).
 * Nothing else wakes a vCPU: if a kick is lost, there is no progress. SIGTERM ends it,
 * after each of them has made progress once more.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MAX_VCPUS	16
#define STALL_SEC	30
#define MEM_SIZE	0x10000
#define CODE		0x1000
#define IRQ_CODE	0x1100
#define VECTOR		0x40
#define APIC		0xfee00000
#define STACKS		0x3000
#define COUNTS		0x4000
#define DISCARDED	0x8000	/* page that goes by madvise() */
#define TOGGLED		0x20000	/* page whose memory slot comes and goes, unused */

static const uint8_t code[] = {
	0x66, 0xff, 0x07,		/* 1: incl (%bx) */
	0xa0, 0x00, 0x80,		/* mov DISCARDED, %al */
	0xf6, 0x07, 0xff,		/* testb $0xff, (%bx) */
	0x75, 0xf5,			/* jnz 1b */
	0xe6, 0x10,			/* out %al, $0x10 */
	0xf7, 0x07, 0xff, 0x0f,		/* testw $0xfff, (%bx) */
	0x75, 0xed,			/* jnz 1b */
	0xf4,				/* hlt */
	0xeb, 0xea,			/* jmp 1b */
};

static const uint8_t irq_code[] = {
	0x66, 0xff, 0x47, 0x08,		/* incl 8(%bx) */
	0x64, 0x66, 0xa3, 0xb0, 0x00,	/* mov %eax, %fs:0xb0, end of interrupt */
	0xcf,				/* iret */
};

struct vcpu {
	int fd;
	struct kvm_run *run;
	pthread_t thread;
	volatile uint32_t *loops, *irqs;
	unsigned long exits;
};

static int vm, nr;
static uint8_t *mem, *page;
static struct vcpu vcpus[MAX_VCPUS];
static volatile sig_atomic_t stop;
static volatile unsigned long requests;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int xioctl(int fd, unsigned long nr, const char *what, void *arg)
{
	int ret = ioctl(fd, nr, arg);

	if (ret < 0)
		die(what);
	return ret;
}
#define IOCTL(fd, nr, arg)	xioctl(fd, nr, #nr, (void *)(arg))

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void figures(void)
{
	for (int i = 0; i < nr; i++)
		printf("vCPU %d: %u loops, %u interrupts, %lu exits\n", i, *vcpus[i].loops,
		       *vcpus[i].irqs, vcpus[i].exits);
	printf("%lu times 3 requests\n", requests);
}

/* Wait until a count of the guest has changed */
static void progress(volatile uint32_t *count, uint32_t old, int i, const char *what)
{
	double end = now() + STALL_SEC;

	while (*count == old) {
		if (now() > end) {
			printf("vCPU %d: no %s for %d s\n", i, what, STALL_SEC);
			figures();
			exit(1);
		}
		usleep(100);
	}
}

static void *run_vcpu(void *arg)
{
	struct vcpu *v = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(v - vcpus, &set);
	for (;;) {
		if (ioctl(v->fd, KVM_RUN, 0))
			die("KVM_RUN");
		if (v->run->exit_reason != KVM_EXIT_IO) {
			printf("vCPU %td: exit reason %u, suberror %u\n", v - vcpus, v->run->exit_reason,
			       v->run->exit_reason == KVM_EXIT_INTERNAL_ERROR ? v->run->internal.suberror : 0);
			exit(1);
		}
		/* The CPU may be back */
		if (!(v->exits++ % 16))
			sched_setaffinity(0, sizeof(set), &set);
	}
	return NULL;
}

static void *send_irqs(void *arg)
{
	for (;;) {
		for (int i = 0; i < nr; i++) {
			struct kvm_msi msi = {
				.address_lo = APIC | i << 12,
				.data = VECTOR,
			};
			uint32_t old = *vcpus[i].irqs;

			IOCTL(vm, KVM_SIGNAL_MSI, &msi);
			progress(vcpus[i].irqs, old, i, "interrupt");
		}
	}
	return NULL;
}

static void set_slot(int slot, uint64_t addr, uint64_t size, void *host, int flags)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = addr,
		.memory_size = size,
		.userspace_addr = (uintptr_t)host,
	};

	IOCTL(vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static void *send_requests(void *arg)
{
	uint64_t bitmap[MEM_SIZE / 4096 / 64 + 1];
	struct kvm_dirty_log log = { .slot = 0, .dirty_bitmap = bitmap };

	for (;; requests++) {
		IOCTL(vm, KVM_GET_DIRTY_LOG, &log);
		if (madvise(mem + DISCARDED, 4096, MADV_DONTNEED))
			die("madvise");
		set_slot(1, TOGGLED, 0, page, 0);
		set_slot(1, TOGGLED, 4096, page, 0);
		usleep(500);
	}
	return NULL;
}

static void make_vcpu(int kvm, int i)
{
	struct kvm_mp_state mp = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct vcpu *v = &vcpus[i];
	struct kvm_lapic_state lapic;
	struct kvm_sregs sregs;
	struct kvm_regs regs = {
		.rip = CODE,
		.rflags = 0x202,	/* interrupts on */
		.rbx = COUNTS + i * 16,
		.rsp = STACKS + (i + 1) * 256,
	};

	v->fd = IOCTL(vm, KVM_CREATE_VCPU, (long)i);
	v->run = mmap(NULL, IOCTL(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE,
		      MAP_SHARED, v->fd, 0);
	if (v->run == MAP_FAILED)
		die("mmap");
	v->loops = (uint32_t *)(mem + COUNTS + i * 16);
	v->irqs = v->loops + 2;
	IOCTL(v->fd, KVM_GET_SREGS, &sregs);
	sregs.cs.base = sregs.cs.selector = 0;
	sregs.fs.base = APIC;
	IOCTL(v->fd, KVM_SET_SREGS, &sregs);
	IOCTL(v->fd, KVM_GET_LAPIC, &lapic);
	*(uint32_t *)(lapic.regs + 0xf0) = 0x1ff;	/* spurious vector, on */
	IOCTL(v->fd, KVM_SET_LAPIC, &lapic);
	IOCTL(v->fd, KVM_SET_REGS, &regs);
	IOCTL(v->fd, KVM_SET_MP_STATE, &mp);
}

static void end(int sig)
{
	stop = 1;
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = end };
	pthread_t thread;
	int kvm, i;

	nr = argc == 2 ? atoi(argv[1]) : 0;
	if (nr < 1 || nr > MAX_VCPUS) {
		fprintf(stderr, "usage: %s VCPUS\n", argv[0]);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	kvm = open("/dev/kvm", O_RDWR);
	if (kvm < 0)
		die("/dev/kvm");
	vm = IOCTL(kvm, KVM_CREATE_VM, 0);
	IOCTL(vm, KVM_SET_TSS_ADDR, 0xfffbd000);
	IOCTL(vm, KVM_CREATE_IRQCHIP, 0);
	mem = mmap(NULL, MEM_SIZE + 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		die("mmap");
	page = mem + MEM_SIZE;
	memcpy(mem + CODE, code, sizeof(code));
	memcpy(mem + IRQ_CODE, irq_code, sizeof(irq_code));
	*(uint32_t *)(mem + VECTOR * 4) = IRQ_CODE;
	set_slot(0, 0, MEM_SIZE, mem, KVM_MEM_LOG_DIRTY_PAGES);
	set_slot(1, TOGGLED, 4096, page, 0);

	for (i = 0; i < nr; i++)
		make_vcpu(kvm, i);
	for (i = 0; i < nr; i++) {
		if (pthread_create(&vcpus[i].thread, NULL, run_vcpu, &vcpus[i]))
			die("pthread_create");
	}
	if (pthread_create(&thread, NULL, send_irqs, NULL) ||
	    pthread_create(&thread, NULL, send_requests, NULL))
		die("pthread_create");
	sigaction(SIGTERM, &sa, NULL);

	for (int last = 0; !last;) {
		last = stop;
		for (i = 0; i < nr; i++)
			progress(vcpus[i].loops, *vcpus[i].loops, i, "loop");
		if (!last)
			usleep(200000);
	}
	for (i = 0; i < nr; i++)
		progress(vcpus[i].irqs, *vcpus[i].irqs, i, "interrupt");
	figures();
	return 0;
}
