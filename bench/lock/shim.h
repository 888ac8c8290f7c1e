/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as percpu-rwlock.c and two inline functions of
 * percpu-rwsem.h need to be compiled as they are and to run in user space. What
 * a reader executes is made of the same instructions as in an x86-64 kernel,
 * with %fs in place of %gs: a thread stands for a CPU. What only a writer needs
 * is there to be linked; no writer runs.
 */
#ifndef SHIM_H
#define SHIM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef uint64_t u64;
#define __percpu
#define __read_mostly
#define IS_ENABLED(option)	0
#define VISIBLE_IF_KUNIT	static
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))
#define barrier()		asm volatile("" ::: "memory")
#define smp_mb()		asm volatile("lock; addl $0,-4(%%rsp)" ::: "memory", "cc")
#define smp_load_acquire(p)	({ __typeof__(*(p)) v_ = READ_ONCE(*(p)); barrier(); v_; })
#define smp_store_release(p, v)	do { barrier(); WRITE_ONCE(*(p), v); } while (0)
#define cpu_relax()		asm volatile("rep; nop" ::: "memory")
#define stop_machine_yield(mask)	cpu_relax()
#define vcpu_is_preempted(cpu)	false
#define min(a, b)		((a) < (b) ? (a) : (b))
#define EXPORT_SYMBOL_GPL(x)
#define EXPORT_SYMBOL_IF_KUNIT(x)
#define WARN_ON_ONCE(x)		({ bool w_ = (x); if (w_) abort(); w_; })
#define NSEC_PER_USEC		1000L

/*
 * As x86 has it: the need for a reschedule is a bit, inverted, in the count, so
 * that one decrement does both. Nobody ever needs one here.
 */
extern __thread long shim_preempt_count;
void shim_schedule(void);

static __always_inline void preempt_disable(void)
{
	asm volatile("incq %%fs:shim_preempt_count@tpoff" ::: "memory", "cc");
}

static __always_inline void preempt_enable(void)
{
	asm goto("decq %%fs:shim_preempt_count@tpoff\n\tje %l0"
		 ::: "memory", "cc" : schedule);
	return;
schedule:
	shim_schedule();
}

/* Per-CPU pointers are offsets, as in the kernel */
extern __thread char shim_percpu[4096];
extern char *shim_percpu_base[2];
extern __thread unsigned int shim_cpu;

#define this_cpu_read(x)						\
({									\
	__typeof__(x) r_;						\
	asm volatile("movl %%fs:shim_percpu@tpoff(%1),%0"		\
		     : "=r" (r_) : "r" (&(x)));				\
	r_;								\
})
#define this_cpu_inc(x)							\
	asm volatile("incl %%fs:shim_percpu@tpoff(%0)" :: "r" (&(x)) : "memory", "cc")
#define this_cpu_dec(x)							\
	asm volatile("decl %%fs:shim_percpu@tpoff(%0)" :: "r" (&(x)) : "memory", "cc")
#define this_cpu_ptr(p)			per_cpu_ptr(p, shim_cpu)
#define per_cpu_ptr(p, cpu)		((__typeof__(p))(shim_percpu_base[cpu] + (uintptr_t)(p)))
#define alloc_percpu(type)		((type *)shim_alloc())
#define nr_cpu_ids			2U
#define for_each_cpu(cpu, mask)		for (cpu = 0; cpu < nr_cpu_ids; cpu++)
#define cpumask_weight(mask)	nr_cpu_ids
#define smp_processor_id()	shim_cpu

static inline void *shim_alloc(void)
{
	static uintptr_t next;

	/* Offset 0 would look like a failure, and each gets its own line */
	next += 64;
	return (void *)next;
}

struct mutex { int unused; };
struct lock_class_key { int unused; };
struct rcu_sync { int gp_state; };
struct rcuwait { int unused; };
typedef struct { int counter; } atomic_t;
typedef struct { int unused; } wait_queue_head_t;

#define atomic_read(a)				READ_ONCE((a)->counter)
#define rcu_sync_is_idle(r)			(!READ_ONCE((r)->gp_state))
#define rwsem_acquire_read(...)			((void)0)
#define rwsem_release(...)			((void)0)
#define lock_acquire(...)			((void)0)
#define lock_acquire_shared_recursive(...)	((void)0)
#define lock_acquire_exclusive(...)		((void)0)
#define lock_release(...)			((void)0)
#define lockdep_assert_irqs_disabled(...)	((void)0)
#define RCU_LOCKDEP_WARN(...)			((void)0)
#define might_sleep()				((void)0)
#define mutex_lock(m)				((void)(m))
#define mutex_unlock(m)				((void)(m))
#define synchronize_rcu_expedited()		((void)0)
#define local_irq_save(flags)			((void)((flags) = 0))
#define local_irq_restore(flags)		((void)(flags))
#define local_irq_disable()			((void)0)
#define local_irq_enable()			((void)0)
#define udelay(us)				((void)(us))
#define jiffies					0UL
#define msecs_to_jiffies(ms)			((unsigned long)(ms))
#define time_after(a, b)			((a) > (b))
#define current					((struct task_struct *)NULL)
#define fatal_signal_pending(task)		((void)(task), false)
#define _THIS_IP_				0UL
#define kcsan_disable_current()			((void)0)
#define kcsan_enable_current()			((void)0)
#define KUNIT_STATIC_STUB_REDIRECT(...)		((void)0)
#define pr_info(...)				((void)0)
#define PANIC_CPU_INVALID			-1
#define panic_in_progress()			(atomic_read(&panic_redirect_cpu) != PANIC_CPU_INVALID)
static atomic_t panic_redirect_cpu = { PANIC_CPU_INVALID };
#define usleep_range(a, b)			((void)(a))
#define trace_percpu_rwlock_writer(prw, phase)	((void)(prw))
#define DEFINE_GUARD(...)
#define DEFINE_GUARD_COND(...)
#define DEFINE_LOCK_GUARD_1(...)
#define DEFINE_LOCK_GUARD_1_COND(...)

#endif
