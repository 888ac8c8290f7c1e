#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The host plugs in HP_ADD CPUs that were not there at boot, they come online, work,
# go off and on, and are pulled out again, half of them while they are online and
# work. HP_BAD=1: what must be refused, too; HP_TESTS=1: the selftests on all CPUs.
# "host: ..." are wishes, see scripts/qmp.py.

add=${HP_ADD:-4}
sys=/sys/devices/system/cpu
tests=/kselftest/cpu-hotplug
boot=$(nproc)
last=$((boot + add - 1))
new=$(seq "$boot" $last)

fail() {
	echo "present $(cat $sys/present), online $(cat $sys/online)"
	cat /tmp/load 2>/dev/null
	echo "vcpus: $*, FAIL"
	exit 1
}

# wait_for WHAT COMMAND...
wait_for() {
	what=$1
	shift
	end=$(($(cut -d. -f1 /proc/uptime) + 90))
	until "$@"; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt $end ] || fail "$what"
		sleep 0.1
	done
}

is() {
	[ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

# Clock ticks that a CPU spent in user space
user_ticks() {
	awk -v c="cpu$1" '$1 == c { print $2 + $3 }' /proc/stat
}

has_worked() {
	[ "$(user_ticks "$1")" -gt "$2" ]
}

online() {
	echo "$2" 2>/tmp/err >"$sys/cpu$1/online" ||
		fail "CPU $1: no $2 in its online file: $(cat /tmp/err)"
	is "$sys/cpu$1/online" "$2" || fail "CPU $1: online is not $2"
}

off_and_on() {
	for c in $new; do
		online "$c" 0
		online "$c" 1
	done
}

start_load() {
	$tests/hotplug-load >/tmp/load 2>&1 &
	load=$!
	busy=
	for c in $new; do
		taskset "$(printf %x $((1 << c)))" sh -c 'while :; do :; done' &
		busy="$busy $!"
	done
}

stop_load() {
	# shellcheck disable=SC2086 # several
	kill $busy $load
	wait $load || fail "the load of cross calls and wakeups"
}

state() {
	cat $sys/present $sys/online $sys/possible
}

# refused WHAT FILE VALUE MESSAGE
refused() {
	if (echo "$3" >"$2") 2>/tmp/err; then
		fail "$1: no error"
	fi
	grep -q "$4" /tmp/err || fail "$1: $(cat /tmp/err)"
	[ "$(state)" = "$before" ] || fail "$1: changed something"
	echo "$1: refused: $(sed 's/.*: //' /tmp/err)"
}

bad_input() {
	before=$(state)
	echo "host: no-del 0"
	echo "host: no-add 0"
	echo "host: no-add $last"
	refused "a CPU that has no place" "$sys/cpu$((last + 1))/online" 1 nonexistent
	refused "a CPU above all numbers" "$sys/cpu$(($(cat $sys/kernel_max) + 1))/online" 0 nonexistent
	refused "2 to an online file" "$sys/cpu$last/online" 2 "Invalid argument"

	/guest/deadline >/tmp/deadline &
	deadline=$!
	wait_for "no SCHED_DEADLINE tasks" grep -q running /tmp/deadline
	cat /tmp/deadline
	for c in $new; do
		refused "CPU $c goes off under them" "$sys/cpu$c/online" 0 "busy"
	done
	echo "host: keep $last"
	sleep 3
	[ "$(state)" = "$before" ] || fail "a CPU is pulled out under SCHED_DEADLINE tasks"
	kill $deadline
}

for c in $new; do
	before=$(state)
	refused "CPU $c before it is there" "$sys/cpu$c/online" 1 nonexistent
	echo "host: add $c"
	wait_for "CPU $c does not come" [ -e "$sys/cpu$c/online" ]
done
is $sys/present "0-$last" || fail "not all CPUs are there"
for c in $new; do
	online "$c" 1
done
is $sys/online "0-$last" || fail "not all CPUs are online"

[ ! "$HP_BAD" ] || bad_input
if [ "$HP_TESTS" ]; then
	(cd /kselftest && bash run_kselftest.sh -c cpu-hotplug) >/tmp/kselftest
	grep -E '^(not )?ok |^# Totals' /tmp/kselftest
	grep -q '^# Totals: pass:[1-9][0-9]* fail:0 ' /tmp/kselftest || { cat /tmp/kselftest; fail "selftests"; }
fi

for c in $new; do
	eval "ticks$c=$(user_ticks "$c")"
done
start_load
for c in $new; do
	eval "wait_for 'CPU $c does not work' has_worked $c \$ticks$c"
done
off_and_on
bash $tests/cpu-on-off-test.sh -a >/tmp/on-off 2>&1 || { cat /tmp/on-off; fail "cpu-on-off-test.sh"; }

for c in $new; do
	[ $((c % 2)) = 0 ] || online "$c" 0
	echo "host: del $c"
	wait_for "CPU $c does not go" [ ! -e "$sys/cpu$c" ]
	before=$(state)
	refused "CPU $c after it has gone" "$sys/cpu$c/online" 1 nonexistent
done
stop_load
is $sys/present "0-$((boot - 1))" || fail "other CPUs are there than at boot"
is $sys/online "0-$((boot - 1))" || fail "other CPUs are online than at boot"
echo "vcpus: $add CPUs in and out, PASS"
