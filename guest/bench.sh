#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The figures of one boot, for scripts/bench.sh: lines "sample NAME VALUE". HP_MODE:
#  counts    HP_ROUNDS times the last CPU off and on: what that did to the other CPUs
#            and how long each part took; then all CPUs but one off and on
#  gap       what a task on another CPU sees, which reads the clock in a loop (gap.c)
#  latency   the same for a real-time task that sleeps (cyclictest)
#  isolated  interrupts of CPU 1, with a task in user mode (nohz_full=1 is needed)

rounds=${HP_ROUNDS:-8}
t=/sys/kernel/tracing
sys=/sys/devices/system/cpu
cpus=$(cd $sys && for c in cpu[0-9]*; do
	[ ! -e "$c/online" ] || echo "${c#cpu}"; done | sort -n)
last=${cpus##*
}

# online CPU 0|1
online() {
	echo "$2" 2>/dev/null >"$sys/cpu$1/online"
	# No process: its creation would be measured, too
	read -r is <"$sys/cpu$1/online"
	[ "$is" = "$2" ] || { echo "CPU $1 does not go $2"; exit 1; }
}

# recorded MARK COMMAND...: traced between a mark of that name and one with "end".
recorded() {
	mark=$1
	shift
	echo 1 >$t/tracing_on
	echo "hp $mark begin" >$t/trace_marker
	"$@"
	echo "hp $mark end" >$t/trace_marker
	echo 0 >$t/tracing_on
}

# trace EVENT...: record nothing yet
trace() {
	# One int3 that stays where it is: no text is patched while CPUs come and go.
	echo 0 >/proc/sys/debug/kprobes-optimization 2>/dev/null
	echo 0 >$t/tracing_on
	echo mono >$t/trace_clock
	echo 1024 >$t/buffer_size_kb
	echo 0 >$t/options/irq-info
	{
		echo 'p:held multi_cpu_stop for=+0(%di):symbol'
		# synchronize_rcu() is not called by all who wait, compilers inline it
		echo 'p:gp_wait synchronize_rcu_normal'
		echo 'p:gp_wait_exp synchronize_rcu_expedited'
		echo 'p:gp rcu_gp_init'
		echo 'p:gp_exp wait_rcu_exp_gp'
	} >$t/kprobe_events || exit 1
	echo 'prev_comm ~ "migration/*" || next_comm ~ "migration/*"' >$t/events/sched/sched_switch/filter
	for e in kprobes:held sched:sched_switch cpuhp:cpuhp_enter cpuhp:cpuhp_exit \
		irq_vectors:local_timer_entry irq_vectors:reschedule_entry \
		irq_vectors:call_function_entry irq_vectors:call_function_single_entry \
		irq_vectors:irq_work_entry irq:irq_handler_entry "$@"; do
		echo "$e" >>$t/set_event || { echo "no event $e"; exit 1; }
	done
	# What only the series has
	for e in cpuhp:cpuhp_takedown lock:percpu_rwlock_writer; do
		[ ! -e "$t/events/${e%:*}/${e#*:}" ] || echo "$e" >>$t/set_event
	done
	: >$t/trace
}

all() { # 0|1
	for c in $cpus; do online "$c" "$1"; done
}

counts() {
	trace kprobes:gp_wait kprobes:gp_wait_exp kprobes:gp kprobes:gp_exp
	# The first time is not like the others
	online "$last" 0
	online "$last" 1
	r=0
	while [ $r -lt "$rounds" ]; do
		recorded off online "$last" 0
		recorded on online "$last" 1
		sleep 0.2
		r=$((r + 1))
	done
	cat $t/trace >/tmp/trace

	# Only the marks
	: >$t/set_event
	: >$t/trace
	recorded all_off all 0
	recorded all_on all 1
	f=$sys/hotplug/take_offline
	if [ -e $f ]; then
		list=$(echo "$cpus" | tr '\n' ',')
		# shellcheck disable=SC2320 # echo's status is that of the write
		recorded all_off_once eval "echo ${list%,} >$f" || exit 1
		[ "$(cat $sys/online)" = 0 ] || { echo "$f: left $(cat $sys/online)"; exit 1; }
		f=$sys/hotplug/bring_online
		# shellcheck disable=SC2320
		recorded all_on_once eval "echo ${list%,} >$f" || exit 1
		[ "$(cat $sys/online)" = "0-$last" ] || { echo "$f: $(cat $sys/online)"; exit 1; }
	fi
	cat $t/trace >>/tmp/trace
}

# Lines of gap.c: a window's longest gap and its histogram
gap() {
	/guest/gap "$last" "$rounds" || exit 1
}

latency() {
	/bin/cyclictest -q -m -p 90 -a 0 -t 1 -i 1000 -h 200000 -D "$rounds" >/tmp/rest || exit 1
	/bin/cyclictest -q -m -p 90 -a 0 -t 1 -i 1000 -h 200000 -D "$rounds" >/tmp/offline &
	pid=$!
	n=0
	while kill -0 $pid 2>/dev/null; do
		online "$last" 0
		online "$last" 1
		n=$((n + 1))
		sleep 0.1
	done
	wait $pid || exit 1
	echo "sample latency_offlines $n"
	for w in rest offline; do
		awk -v w=$w '
		/^[0-9]+ [0-9]+$/ && $2 > 0 { print "hist latency_" w, $1 + 0, $2 + 0; n += $2; us[++k] = $1 + 0; c[k] = $2 }
		/^# Max Latencies:/ { print "sample latency_" w "_max_us", $4 + 0 }
		END {
			for (i = 1; i <= k; i++) {
				s += c[i]
				if (!m && s >= n / 2) { m = 1; print "sample latency_" w "_median_us", us[i] }
				if (!p && s >= n * 0.99) { p = 1; print "sample latency_" w "_p99_us", us[i] }
			}
			exit !n
		}' /tmp/$w || { cat /tmp/$w; exit 1; }
	done
}

isolated() {
	[ "$(cat $sys/nohz_full)" = 1 ] || { echo "CPU 1 is not isolated"; exit 1; }
	trace ipi:ipi_send_cpu ipi:ipi_send_cpumask csd:csd_queue_cpu \
		timer:hrtimer_expire_entry timer:timer_expire_entry timer:tick_stop \
		kprobes:gp kprobes:gp_exp
	/guest/gap spin 1 &
	spin=$!
	online "$last" 0
	online "$last" 1
	sleep 2
	recorded rest sleep 1
	r=0
	while [ $r -lt "$rounds" ]; do
		recorded off online "$last" 0
		sleep 0.5
		recorded on online "$last" 1
		sleep 0.5
		r=$((r + 1))
	done
	kill $spin
	cat $t/trace >/tmp/trace
}

case ${HP_MODE:-counts} in
counts)
	counts
	awk -v dying="$last" -f /guest/bench.awk /tmp/trace ;;
gap) gap ;;
latency) latency ;;
isolated)
	isolated
	awk -v dying="$last" -v isolated=1 -f /guest/bench.awk /tmp/trace ;;
*) echo "mode $HP_MODE?"; exit 1 ;;
esac || exit 1
[ -z "$HP_RAW" ] || cat /tmp/trace
echo "bench: done"
