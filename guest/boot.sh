#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Take every CPU but the boot CPU off and on again, HP_ROUNDS times, and say
# what each offline took and what it did to the other CPUs.
#
# All figures come from the trace buffer: a probe on multi_cpu_stop(), the
# function in which stop_machine() holds CPUs; the cpuhp tracepoints; the
# switches to the stopper threads (migration/N). The kernel under test needs
# nothing of its own for that.

rounds=${HP_ROUNDS:-5}
t=/sys/kernel/tracing
cpus=$(cd /sys/devices/system/cpu && for c in cpu[0-9]*; do
	[ ! -e "$c/online" ] || echo "${c#cpu}"; done | sort -n)

# set_online FILE 0|1: what the file says then is in $is. No process: its creation would be
# measured, too.
set_online() {
	rc=0
	echo "$2" 2>/dev/null >"$1" || rc=1
	read -r is <"$1"
}

# One int3 that stays where it is: no text is patched while CPUs come and go.
f=/proc/sys/debug/kprobes-optimization
[ ! -e $f ] || echo 0 >$f

echo 0 >$t/tracing_on
echo mono >$t/trace_clock
echo 8192 >$t/buffer_size_kb
echo 0 >$t/options/irq-info
echo "p:held multi_cpu_stop for=+0(${HP_ARG1:-%di}):symbol" >$t/kprobe_events || exit 1
echo 1 >$t/events/kprobes/held/enable
echo 'prev_comm ~ "migration/*" || next_comm ~ "migration/*"' >$t/events/sched/sched_switch/filter
echo 1 >$t/events/sched/sched_switch/enable
echo 1 >$t/events/cpuhp/enable
: >$t/trace
echo 1 >$t/tracing_on

r=1
while [ "$r" -le "$rounds" ]; do
	for c in $cpus; do
		f=/sys/devices/system/cpu/cpu$c/online
		echo "hp off $r $c" >$t/trace_marker
		set_online "$f" 0
		echo "hp offed $rc $is" >$t/trace_marker
		echo "hp on $r $c" >$t/trace_marker
		set_online "$f" 1
		echo "hp oned $rc $is" >$t/trace_marker
	done
	r=$((r + 1))
done
echo 0 >$t/tracing_on
cat $t/trace >/tmp/trace
[ -z "$HP_RAW" ] || cat /tmp/trace

echo "CPUs which can go: $(echo "$cpus" | wc -w)"
awk -f /guest/boot.awk /tmp/trace
