#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# All but one CPU go off and come back when the machine sleeps. HP_ROUNDS times: the
# same without the sleep, for suspend and for hibernation; sleep without taking CPUs
# off, woken by the power button; sleep that takes them off, woken by the host; a call of
# another kernel that returns. At the end another kernel is started, with a CPU off,
# one that goes off and on, and the others at work, which has to take its CPUs off and
# on. Before that, a partition of cpusets outlives a sleep for which a CPU was online and
# inactive, and a sleep on one that is inactive is refused; one CPU refuses to go, and
# a partition has a deadline task. HP_SHORT: only the first of these.

rounds=${HP_ROUNDS:-1}
sleepers='' quiet='' victim=1
sys=/sys/devices/system/cpu
# Isolated ones, too
nr=$(nproc --all)
all=$(cat $sys/online)

fail() {
	echo "pm: round $r: $*, FAIL"
	exit 1
}

offlines() {
	dmesg | grep -c "smpboot: CPU [0-9]* is now offline"
}

# went_down WHAT CPUS: so many went off since begin, and are back
begin() {
	dmesg -c >/dev/null
}

went_down() {
	[ "$(cat $sys/online)" = "$all" ] || fail "$1: CPUs online: $(cat $sys/online)"
	n=$(offlines)
	[ "$n" = "$2" ] || fail "$1: $n CPUs went off, not $2"
	c=0
	while [ $c -lt "$nr" ]; do
		# Nobody here may use that of a partition
		[ "$apart" = all ] || [ "$c" = "$apart" ] || taskset "$(printf %x $((1 << c)))" true || fail "$1: CPU $c does not work"
		c=$((c + 1))
	done
	[ "$quiet" ] || echo "round $r: $1: $n CPUs off and on"
}

# sleeps WHAT CPUS STATE
sleeps() {
	begin
	echo "$3" >/sys/power/state || fail "$1"
	went_down "$1" "$2"
}

# A partition of one CPU is in no scheduling domain, if cpusets are heeded
heeded() {
	[ ! -e $domains/cpu1/domain0 ] && [ -e $domains/cpu0/domain0 ]
}

# half CPU: take it down to the first state possible in which it is still online
half() {
	sed -n '/: cpu:teardown$/,/: sched:active$/s/: .*//p' $sys/hotplug/states >/tmp/states
	while read -r s; do
		if echo "$s" >"$sys/cpu$1/hotplug/target"; then
			[ "$s" -gt "$(sed -n 's/: cpu:teardown$//p' $sys/hotplug/states)" ] && return 0
			break
		fi
	done 2>/dev/null </tmp/states
	return 1
}

partition() {
	domains=/sys/kernel/debug/sched/domains
	echo Y >/sys/kernel/debug/sched/verbose || fail "no domains to be seen"
	mkdir /tmp/cg
	mount -t cgroup2 none /tmp/cg || fail "no cgroups"
	echo +cpuset >/tmp/cg/cgroup.subtree_control || fail "no cpusets"
	mkdir /tmp/cg/p
	echo 1 >/tmp/cg/p/cpuset.cpus || fail "no cpuset of CPU 1"
	# Not an isolated one: that is not a housekeeping CPU, and in no domain anyway
	echo root >/tmp/cg/p/cpuset.cpus.partition || fail "no partition"
	apart=1
	heeded || fail "the partition has other CPUs"
	half $((nr - 1)) || fail "CPU $((nr - 1)) can't be made inactive"
	echo processors >/sys/power/pm_test
	echo deep >/sys/power/mem_sleep
	sleeps "suspend, with one inactive" $((nr - 1)) mem
	heeded || fail "the partition is gone after the sleep"
	sleeps "suspend, with a partition" $((nr - 1)) mem
	heeded || fail "the partition is gone after another sleep"
	read -r online <$sys/cpu0/hotplug/target
	half 0 || fail "CPU 0 can't be made inactive"
	begin
	! echo mem >/sys/power/state || fail "suspend with CPU 0 inactive is not refused"
	echo "$online" >$sys/cpu0/hotplug/target || fail "CPU 0 stays inactive"
	went_down "suspend with CPU 0 inactive, refused" 0
	echo none >/sys/power/pm_test
	rmdir /tmp/cg/p
	apart=
	deadline
	umount /tmp/cg
}

# A deadline task whose partition is none while the machine sleeps
deadline() {
	mkdir /tmp/cg/d
	echo "$((nr - 2))-$((nr - 1))" >/tmp/cg/d/cpuset.cpus || fail "no cpuset"
	echo root >/tmp/cg/d/cpuset.cpus.partition || fail "no partition of two"
	sh -c 'echo $$ >/tmp/cg/d/cgroup.procs; exec /guest/deadline 1 50' >/tmp/deadline 2>&1 &
	deadline=$!
	n=0
	while ! grep -q running /tmp/deadline; do
		n=$((n + 1))
		[ $n -lt 100 ] || fail "no deadline task: $(cat /tmp/deadline)"
		sleep 0.1
	done
	echo processors >/sys/power/pm_test
	apart=all
	begin
	echo mem >/sys/power/state || fail "suspend with a deadline task in a partition"
	went_down "suspend, with a deadline task in a partition" $((nr - 1))
	apart=
	kill $deadline
	wait $deadline
	echo none >/sys/power/pm_test
	# It may be on its way out
	n=0
	while ! rmdir /tmp/cg/d 2>/dev/null; do
		n=$((n + 1))
		[ $n -lt 50 ] || fail "the partition stays"
		sleep 0.1
	done
}

# What tasks and interrupts may run on: "PID LIST" and "irq/N LIST", one line each
affinities() {
	grep -s "^Cpus_allowed_list:" /proc/[0-9]*/status | sed 's|^/proc/||; s|/status:Cpus_allowed_list:||'
	grep -s . /proc/irq/*/smp_affinity_list | sed 's|^/proc/||; s|/smp_affinity_list:| |'
}

# Those which were there before, and are now, must be the same
unchanged() {
	affinities >/tmp/after
	awk 'NR == FNR { was[$1] = $2; next }
	($1 in was) && was[$1] != $2 { print "affinity of " $1 ": " was[$1] " before, " $2 " after"; bad = 1 }
	END { exit bad }' /tmp/before /tmp/after
}

# Each step of one CPU after the other fails: the sleep is refused, or goes on where a step
# can't refuse. Those which went before, the last one first, come back, and nothing has changed.
refused() {
	n=0
	while [ $n -lt 50 ]; do
		taskset "$(printf %x $((n % ((1 << nr) - 1) + 1)))" sleep 100000 &
		sleepers="$sleepers $!"
		until [ "$(cat /proc/$!/comm)" = sleep ]; do sleep 0.01; done
		n=$((n + 1))
	done
	echo processors >/sys/power/pm_test
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
	sed -n 's/^ *\([0-9]*\): .*/\1/p' $sys/hotplug/states >/tmp/states
	refusals=0 others=0
	affinities >/tmp/before
	quiet=1
	while read -r s; do
		{ echo "$s" >$sys/cpu$victim/hotplug/fail; } 2>/dev/null || continue
		begin
		if { echo mem >/sys/power/state; } 2>/dev/null; then
			others=$((others + 1))
			n=$((nr - 1))
		else
			refusals=$((refusals + 1))
			n=$((nr - 1 - victim))
		fi
		echo -1 >$sys/cpu$victim/hotplug/fail
		went_down "suspend, step $s of CPU $victim fails" $n
		unchanged || fail "suspend, step $s of CPU $victim fails"
		victim=$((victim % (nr - 1) + 1))
	done </tmp/states
	quiet=''
	echo "round $r: suspend, a step fails: $refusals refused, $others not, nothing has changed"
	[ $refusals -gt 0 ] || fail "no step can be made to fail"
	for n in $sleepers; do
		kill "$n"
		wait "$n"
	done 2>/dev/null
	sleepers=
	sleeps "suspend after that" $((nr - 1)) mem
	echo none >/sys/power/pm_test
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
}

load() {
	/kselftest/cpu-hotplug/hotplug-load >/tmp/load 2>&1 &
	load=$!
}

echo 1 >/sys/module/suspend/parameters/pm_test_delay
echo 1 >/sys/module/hibernate/parameters/pm_test_delay
r=1
while [ "$r" -le "$rounds" ]; do
	load
	echo deep >/sys/power/mem_sleep || fail "no S3"
	echo processors >/sys/power/pm_test
	sleeps "suspend, a test with the CPUs" $((nr - 1)) mem
	[ ! "$HP_SHORT" ] || { kill $load; wait $load; break; }
	sleeps "hibernation, a test with the CPUs" $((nr - 1)) disk
	echo none >/sys/power/pm_test

	echo s2idle >/sys/power/mem_sleep || fail "no s2idle"
	echo "host: button"
	sleeps "s2idle, woken by the power button" 0 mem

	echo deep >/sys/power/mem_sleep
	echo "host: wakeup"
	sleeps "S3, woken by the host" $((nr - 1)) mem

	begin
	/kselftest/kexec/test_kexec_jump || fail "kexec jump"
	went_down "kexec jump, two" $((2 * (nr - 1)))
	kill $load
	wait $load || { cat /tmp/load; fail "the load of cross calls and wakeups"; }
	r=$((r + 1))
done
[ "$HP_SHORT" ] || {
	for _ in $(seq "${HP_REFUSED:-3}"); do refused; done
	partition
}
echo "pm: $rounds rounds, PASS"
[ "$HP_KEXEC" ] || exit 0

echo 0 >$sys/cpu1/online || fail "CPU 1 does not go off"
load
# Another one goes off and on right to the end
while :; do
	echo 0 >$sys/cpu2/online
	echo 1 >$sys/cpu2/online
done 2>/dev/null &
read -r cmdline </proc/cmdline
/guest/kexec /boot/bzImage /sys/firmware/initrd "${cmdline%% hp.run=*} hp.run=boot hp.rounds=2"
fail kexec
