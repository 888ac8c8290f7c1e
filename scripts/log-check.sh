#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# log-check.sh LOG...: fail, and show where, if a kernel log holds anything a
# healthy kernel does not say. --selftest: show that it can tell.
set -euo pipefail

# An option of POSIX extended expressions each; case matters.
bad='WARNING: |BUG: |BUG at |Call Trace:|Oops|general protection fault'
bad+='|Kernel panic|Fatal exception|double fault|unable to handle'
bad+='|possible circular locking|possible recursive locking|possible irq lock inversion'
bad+='|inconsistent lock state|inconsistent .* usage|bad unlock balance|held lock freed'
bad+='|Invalid wait context|suspicious RCU usage|lock(ing)? held when returning'
bad+='|MAX_LOCKDEP|MAX_LOCK_DEPTH|DEBUG_LOCKS_WARN_ON|ODEBUG: '
bad+='|INFO: (trying|task|rcu|possible|suspicious|NMI)|rcu: INFO: '
bad+='|self-detected stall|detected stalls|detected expedited stalls|kthread starved'
bad+='|hung task|hung_task:|blocked for more than|soft lockup|hard LOCKUP|lockup'
bad+='|workqueue: .*hogged|scheduling while atomic|sleeping function called'
bad+='|No irq handler for vector|IPI on offline CPU|IPI to an offline|offline CPU'
bad+='|csd: .*non-responsive|CSD lock|nobody cared|spurious .*interrupt.* on CPU'
bad+='|refcount_t: |list_(add|del) corruption|slab-out-of-bounds|use-after-free'
bad+='|timekeeping: .*went backwards|clock skew|!!!'

# Harmless lines that a pattern above would take.
good='lockup.detector|watchdog: .*enabled|oops=panic|hung_task_panic'
good+='|!!! built as module, weight_resched ignored|Command line:|RCU CPU stall warnings|Lock dependency validator|ODEBUG: selftest passed|use-after-free debug is enabled'
good+='|pktgen: WARNING: trying to remove a running interface'
good+='|ODEBUG: [0-9]+ of [0-9]+ active objects replaced|MAX_LOCKDEP_[A-Z_]*: +[0-9]+$|MAX_LOCK_DEPTH: +[0-9]+$'

find_bad() {
	grep -n -E -- "$bad" "$1" | grep -v -E -- "$good"
}

selftest() {
	local t n=0 failed=0 line want

	t=$(mktemp)
	while IFS='|' read -r want line; do
		n=$((n + 1))
		echo "[    1.234567][    T1] $line" >"$t"
		if find_bad "$t" >/dev/null; then got=bad; else got=good; fi
		if [ $got = "$want" ]; then
			echo "ok $n - $want: $line"
		else
			echo "not ok $n - taken for $got: $line"
			failed=1
		fi
	done <<-'END'
	bad|WARNING: CPU: 1 PID: 14 at kernel/smp.c:428 __flush_smp_call_function_queue+0x1d2/0x200
	bad|WARNING: kernel/cpu.c:1287 at takedown_cpu+0x10/0x20, CPU#1: sh/70
	bad|WARNING: possible circular locking dependency detected
	bad|WARNING: suspicious RCU usage
	bad|BUG: sleeping function called from invalid context at kernel/locking/mutex.c:580
	bad|BUG: unable to handle page fault for address: ffffffff8000
	bad|BUG: soft lockup - CPU#0 stuck for 22s!
	bad|BUG: scheduling while atomic: swapper/1/0/0x00000002
	bad|BUG: Invalid wait context ]
	bad|kernel BUG at kernel/irq_work.c:245!
	bad|Call Trace:
	bad|Oops: int3: 0000 [#1] SMP
	bad|Oops: general protection fault, probably for non-canonical address: 0000 [#1] SMP
	bad|Kernel panic - not syncing: Fatal exception
	bad|INFO: task cpuhp/1:18 blocked for more than 120 seconds.
	bad|INFO: trying to register non-static key.
	bad|rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
	bad|rcu: INFO: rcu_sched self-detected stall on CPU
	bad|rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-... } 21 jiffies
	bad|rcu: rcu_preempt kthread starved for 2100 jiffies!
	bad|watchdog: BUG: soft lockup - CPU#2 stuck for 26s! [migration/2:24]
	bad|smp: csd: Detected non-responsive CSD lock (#1) on CPU#0, waiting 5000000000 ns for CPU#01
	bad|__common_interrupt: 1.34 No irq handler for vector
	bad|sched: Unexpected reschedule of offline CPU#1!
	bad|IPI on offline CPU 2
	bad|ODEBUG: free active (active state 0) object: 000 object type: timer_list
	bad|list_del corruption. prev->next should be ffff, but was ffff
	bad|refcount_t: underflow; use-after-free.
	bad|irq 4: nobody cared (try booting with the "irqpoll" option)
	bad|rcu-torture: rtc: 0000 ver: 10 tfle: 0 rta: 10 !!!
	bad|scf_invoked_count ver: 1000 !!! memory ordering
	good|smpboot: CPU 1 is now offline
	good|smpboot: Booting Node 0 Processor 1 APIC 0x1
	good|Command line: console=ttyS0 panic=-1 oops=panic hp.run=boot
	good|Kernel command line: console=ttyS0 panic=-1 oops=panic hp.run=boot
	good|rcu: RCU CPU stall warnings timeout set to 21 (rcu_cpu_stall_timeout).
	good|Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
	good|... MAX_LOCKDEP_SUBCLASSES:  8
	good|... MAX_LOCKDEP_KEYS:        8192
	good|... MAX_LOCK_DEPTH:          48
	good|rcu-torture:--- Start of test: nreaders=3
	good|scftorture: !!! built as module, weight_resched ignored
	good|ODEBUG: selftest passed
	good|rcu: RCU callback double-/use-after-free debug is enabled.
	good|printk: legacy console [ttyS0] enabled
	good|x86/fpu: Supporting XSAVE feature 0x001: 'x87 floating point registers'
	good|systemd info: nothing to see
	good|pktgen: WARNING: trying to remove a running interface, stopping it now
	good|watchdog: Delayed init of the lockup detector failed: -19
	END
	rm -f "$t"
	echo "1..$n"
	return $failed
}

if [ "${1:-}" = --selftest ]; then
	selftest
	exit
fi
[ $# -gt 0 ] || { echo "usage: log-check.sh LOG... | --selftest" >&2; exit 2; }

rc=0
for log in "$@"; do
	[ -r "$log" ] || { echo "log-check.sh: cannot read $log" >&2; exit 2; }
	lines=$(find_bad "$log" | cut -d: -f1) || true
	[ "$lines" ] || continue
	rc=1
	echo "$log: $(wc -l <<<"$lines") lines that a healthy kernel does not print:"
	# The first with what led to it and what follows, then the others.
	first=$(head -n 1 <<<"$lines")
	sed -n "$((first > 5 ? first - 5 : 1)),$((first + 25))p" "$log" |
		sed "s/^/    /; $((first > 5 ? 6 : first))s/^   />>>/"
	tail -n +2 <<<"$lines" | head -n 20 | while read -r l; do
		sed -n "${l}s/^/    line $l: /p" "$log"
	done
done
exit $rc
