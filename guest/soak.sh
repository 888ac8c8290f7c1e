#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# HP_CYCLES times a CPU off and on under a load of cross calls, wakeups, TLB flushes,
# text patching and disk interrupts directed to the CPU that goes next. Every two
# minutes the loads have to say that all is well. At the end the clocks are compared
# with that of the host.
#
# HP_MODULE: the torture module that checks the kernel meanwhile (scf, cpuhp), or none.
# HP_LISTS=N: after the CPUs one by one, all of them by one write, N times.
# HP_LOAD=LIST: the load on these CPUs (all of them). HP_PATCH=0: no text patching.
# HP_PAUSE: of the load, in microseconds; reads of the disk pause, too.

cycles=${HP_CYCLES:-200}
module=${HP_MODULE:-scf}
lists=${HP_LISTS:-0}
sys=/sys/devices/system/cpu
tests=/kselftest/cpu-hotplug
cpus=$(for c in "$sys"/cpu[0-9]*/online; do
	c=${c%/online}
	echo "${c#"$sys/cpu"}"
done)
list=$(echo "$cpus" | paste -sd, -)
ncpus=$(echo "$cpus" | wc -l)
irqs=$(for i in /proc/irq/[0-9]*; do
	l=$(cat "$i/smp_affinity_list" 2>/dev/null) || continue
	# shellcheck disable=SC2320 # managed ones can't be directed
	echo "$l" 2>/dev/null >"$i/smp_affinity_list" && echo "$i"
done)

fail() {
	echo "soak: $*, FAIL"
	exit 1
}

# Seconds of the host, guest and tick, right after the first has changed.
clocks() {
	s=$(cat /sys/class/rtc/rtc0/since_epoch)
	while n=$(cat /sys/class/rtc/rtc0/since_epoch); [ "$n" = "$s" ]; do :; done
	awk -v n="$n" '
	FILENAME == "/proc/uptime" { up = $1 }
	/^jiffies: / && !j { j = $2 }
	END { printf "%d %.2f %.3f\n", n, up, j / 1000 }' /proc/uptime /proc/timer_list
}

# One that is lost makes the read hang
reader() {
	while dd if=/dev/vda of=/dev/null bs=4k count=64 iflag=direct 2>/dev/null; do
		echo >>/tmp/reads
		[ "${HP_PAUSE:-0}" = 0 ] || sleep 0.1
	done
}

start_load() {
	${HP_LOAD:+taskset -c "$HP_LOAD"} $tests/hotplug-load "${HP_PAUSE:-0}" >/tmp/load 2>&1 &
	load=$!
	patch=
	if [ "${HP_PATCH:-1}" = 1 ]; then
		$tests/hotplug-patch >/tmp/patch 2>&1 &
		patch=$!
	fi
	: >/tmp/reads
	# It can't be told to end before
	while kill -0 $load && ! grep -q '^ready' /tmp/load; do sleep 0.1; done 2>/dev/null
	until=$(($(cut -d. -f1 /proc/uptime) + 120))
}

stop_load() {
	# shellcheck disable=SC2086 # there may be no second one
	kill $load $patch 2>/dev/null
	wait $load || { cat /tmp/load; fail "the load of cross calls and wakeups"; }
	[ -s /tmp/reads ] || fail "no read of the disk came to its end"
	if [ "$patch" ]; then
		wait "$patch" || { cat /tmp/patch; fail "text patching"; }
		filters=$((filters + $(sed -n 's/^done filters: //p' /tmp/patch)))
		patched=$((patched + $(awk '/^[a-z ]*: [0-9]+$/ && !/done/ { n += $NF } END { print n + 0 }' /tmp/patch)))
	fi
	reads=$((reads + $(wc -l </tmp/reads)))
}

n=0 filters=0 patched=0 reads=0
begin=$(clocks)
case $module in
none) params= ;;
scf) params="nthreads=2" ;;
# This one could take CPUs off and on, but that is done here.
cpuhp) params="timeout=120 inject=0 ntogglers=0 onoff_interval=2000000000" ;;
esac
if [ "$module" != none ]; then
	insmod /lib/modules/torture.ko || fail "no torture module"
	# shellcheck disable=SC2086 # several parameters
	insmod "/lib/modules/${module}torture.ko" $params || fail "no ${module}torture"
fi
reader &
reader=$!
start_load
while [ $n -lt "$cycles" ]; do
	for cpu in $cpus; do
		[ $n -lt "$cycles" ] || break
		for i in $irqs; do
			echo "$cpu" >"$i/smp_affinity_list" 2>/dev/null
		done
		echo 0 >"$sys/cpu$cpu/online" || fail "CPU $cpu does not go off"
		echo 1 >"$sys/cpu$cpu/online" || fail "CPU $cpu does not come back"
		n=$((n + 1))
	done
	i=0
	while [ $i -lt "$lists" ] && [ $n -lt "$cycles" ]; do
		echo "$list" >"$sys/hotplug/take_offline" || fail "CPUs $list do not go off"
		echo "$list" >"$sys/hotplug/bring_online" || fail "CPUs $list do not come back"
		i=$((i + 1))
		n=$((n + ncpus))
	done
	if [ $n -lt "$cycles" ] && [ "$(cut -d. -f1 /proc/uptime)" -ge $until ]; then
		stop_load
		echo "$n of $cycles cycles, $patched patchings, $filters filters, $reads times 64 reads"
		start_load
	fi
done
stop_load
kill $reader
if [ "$module" != none ]; then
	rmmod "${module}torture" || fail "${module}torture does not end"
	rmmod torture
fi
end=$(clocks)

# With a tick that is lost when the CPU does not get to run, jiffies are late in
# an emulator whatever the kernel does.
echo "$begin $end" | awk -v tick="${HP_TICK:-1}" '
{
	host = $4 - $1; up = $5 - $2; jiffies = $6 - $3
	printf "clocks: %.2f s by the host, %.2f by the guest, %s by its tick\n", host, up,
		tick ? sprintf("%.2f", jiffies) : "not looked at"
	exit !(host - up < 1 && up - host < 1 && (!tick || (up - jiffies < 1 && jiffies - up < 1)))
}' || fail "the clocks are not in step"
echo "soak: $n cycles, $patched patchings, $filters filters, $reads times 64 reads, PASS"
