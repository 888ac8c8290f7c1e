#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the writer of the reader lock does to readers, and they to it, while others use it a
# lot: for each of HP_LOADS (comma separated) the last CPU goes off and on HP_ROUNDS times,
# and a line says how many attempts the writer made and gave up, and for how long readers
# were counted, and kept out, at most. The loads:
#
#  rest     nothing
#  each     each CPU calls a function on all others and waits, back to back (scftorture)
#  many     the same for a random set of CPUs
#  readers  sections of up to 20 ms on each CPU (cpuhptorture)
#  kvm      a virtual machine with a vCPU on each CPU: kicks, requests, flushes

rounds=${HP_ROUNDS:-20}
loads=${HP_LOADS:-rest,each,many,readers,kvm}
t=/sys/kernel/tracing
sys=/sys/devices/system/cpu
last=$(($(nproc --all) - 1))
m=/lib/modules

fail() {
	echo "readers: $load: $*, FAIL"
	exit 1
}

begin() {
	case $load in
	each) insmod $m/scftorture.ko onoff_interval=0 weight_all=0 weight_all_wait=1 weight_many=0 \
		weight_many_wait=0 weight_single=0 weight_single_rpc=0 weight_single_wait=0 weight_resched=0 ;;
	many) insmod $m/scftorture.ko onoff_interval=0 weight_all=0 weight_all_wait=0 weight_many=0 \
		weight_many_wait=1 weight_single=0 weight_single_rpc=0 weight_single_wait=0 weight_resched=0 ;;
	readers) insmod $m/cpuhptorture.ko ntogglers=0 onoff_interval=3600000 inject=0 nregs=0 nmultis=0 ;;
	kvm)
		/guest/kvm "$(nproc)" >/tmp/kvm 2>&1 &
		kvm=$!
		;;
	esac || fail "does not start"
}

end() {
	case $load in
	each|many) rmmod scftorture ;;
	readers) rmmod cpuhptorture ;;
	kvm)
		kill "$kvm"
		wait "$kvm"
		;;
	esac || fail "does not end"
}

insmod $m/torture.ko || exit 1
echo mono >$t/trace_clock
echo lock:percpu_rwlock_writer >$t/set_event || exit 1
for load in $(echo "$loads" | tr , ' '); do
	begin
	sleep 2
	: >$t/trace
	echo 1 >$t/tracing_on
	n=0 refused=0
	while [ $n -lt "$rounds" ]; do
		if echo 0 2>/dev/null >$sys/cpu$last/online; then
			echo 1 >$sys/cpu$last/online || fail "CPU $last does not come back"
		else
			refused=$((refused + 1))
		fi
		n=$((n + 1))
	done
	echo 0 >$t/tracing_on
	end
	# TASK-PID [CPU] FLAGS SECONDS: EVENT: LOCK phase=WHAT
	awk -v load="$load" -v n=$n -v refused=$refused '
	!match($0, / [0-9]+\.[0-9]+: percpu_rwlock_writer: /) { next }
	{
		now = substr($0, RSTART + 1) + 0
		what = $0
		sub(/.*phase=/, "", what)
	}
	what == "begin" { begin = now }
	what == "blocked" { blocked = now; attempts++ }
	what == "retry" { retries++ }
	what == "retry" || what == "unlocked" { if (now - blocked > out) out = now - blocked }
	what == "end" { sum += now - begin; if (now - begin > counted) counted = now - begin; ends++ }
	END {
		if (!ends) { print "readers: " load ": no writer, FAIL"; exit 1 }
		printf "readers: load=%s offlines=%d refused=%d attempts=%d given_up=%d ", load, n, refused, attempts, retries
		printf "kept_out_max_us=%.0f counted_ms=%.1f counted_max_ms=%.1f\n", out * 1e6, sum / ends * 1e3, counted * 1e3
	}' $t/trace || exit 1
done
