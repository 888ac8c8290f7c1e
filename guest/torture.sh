#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run one of the kernel's torture modules (HP_KIND: cpuhp, scf, rcu or lock) for
# HP_SECS seconds while CPUs go off and on every HP_ONOFF milliseconds. The
# module gives its verdict in the kernel log when it is removed. HP_KIND=refuse:
# parameters with which cpuhptorture must not start, one line each. HP_KIND=user:
# cpuhptorture looks on while user space has several CPUs go at once, by list, by SMT
# control and by suspend.

kind=${HP_KIND:-scf}
secs=${HP_SECS:-60}
onoff=${HP_ONOFF:-200}

# insmod says why; the log says which parameter, what is left is nothing.
refuse() { # SAID-IN-THE-LOG PARAMETER...
	said=$1
	shift
	dmesg -c >/dev/null
	if insmod /lib/modules/cpuhptorture.ko "$@" 2>/tmp/err; then
		rmmod cpuhptorture
		echo "not ok $*: taken"
	elif ! grep -q 'nvalid' /tmp/err; then
		echo "not ok $*: $(cat /tmp/err)"
	elif ! dmesg | grep -q "cpuhp-torture:!!! $said"; then
		echo "not ok $*: nothing in the log names it"
	elif grep -qs '^cpuhp_torture' /proc/[0-9]*/comm; then
		echo "not ok $*: threads are left"
	elif ! [ "$(cat /sys/devices/system/cpu/online)" = "$online" ]; then
		echo "not ok $*: CPUs have gone"
	else
		echo "ok $*: $(cat /tmp/err)"
	fi
}

if [ "$kind" = refuse ]; then
	online=$(cat /sys/devices/system/cpu/online)
	insmod /lib/modules/torture.ko || exit 1
	refuse "inject=-1 is out" inject=-1
	refuse "nmultis=5 is out" nmultis=5
	refuse "nqueuers=1025 is out" nqueuers=1025
	refuse "nreachers=-1 is out" nreachers=-1
	refuse "nreaders=-2 is out" nreaders=-2
	refuse "nregs=5 is out" nregs=5
	refuse "ntogglers=100000 is out" ntogglers=100000
	refuse "onoff_holdoff=-1 is out" onoff_holdoff=-1
	refuse "onoff_interval=-1 is out" onoff_interval=-1
	refuse "shutdown_secs=-1 is out" shutdown_secs=-1
	refuse "stat_interval=-1 is out" stat_interval=-1
	refuse "stutter=-1 is out" stutter=-1
	refuse "timeout=0 is out" timeout=0
	refuse "toggle_interval=0 is out" toggle_interval=0
	refuse "ntogglers=0 and onoff_interval=0" ntogglers=0
	refuse "timeout=0 is out" nmultis=9 timeout=0
	rmmod torture
	exit 0
fi

write() { # WORD FILE
	echo "$1" >"$2" && return
	echo "torture: echo $1 >$2, FAIL"
	exit 1
}

by_user() { # SECONDS
	sys=/sys/devices/system/cpu
	all=$(cat $sys/online)
	power=/sys/power/state
	lists=0 smts=0 suspends=0
	if [ -e /sys/power/pm_test ] && grep -q deep /sys/power/mem_sleep; then
		write deep /sys/power/mem_sleep
		write processors /sys/power/pm_test
		write 0 /sys/module/suspend/parameters/pm_test_delay
	else
		power=
	fi
	end=$(($(date +%s) + $1))
	while [ "$(date +%s)" -lt $end ]; do
		if [ -e $sys/hotplug/take_offline ]; then
			write "1-$(($(nproc --all) - 1))" $sys/hotplug/take_offline
			write "$all" $sys/hotplug/bring_online
			lists=$((lists + 1))
		fi
		if [ "$(cat $sys/smt/control)" = on ]; then
			write off $sys/smt/control
			write on $sys/smt/control
			smts=$((smts + 1))
		fi
		if [ "$power" ]; then
			write mem $power
			suspends=$((suspends + 1))
		fi
		[ "$(cat $sys/online)" = "$all" ] || { echo "torture: CPUs stay off, FAIL"; exit 1; }
	done
	echo "user: list: $lists off and on"
	echo "user: smt: $smts off and on"
	echo "user: suspend: $suspends off and on"
}

mod=${kind}torture
case $kind in
user)
	mod=cpuhptorture
	# Nobody in the kernel: a suspend refuses whoever else takes CPUs off. And a callback
	# that is made to fail is to be seen by who took the CPU off.
	params="timeout=120 inject=0 ntogglers=0 onoff_holdoff=86400"
	;;
rcu) params="onoff_holdoff=2 test_no_idle_hz=1 n_barrier_cbs=4" ;;
lock)
	params="onoff_holdoff=2 torture_type=${HP_TYPE:-spin_lock}"
	# In seconds, other than with the other two.
	onoff=1
	;;
cpuhp) params="onoff_holdoff=2 timeout=120" ;;
*) params=onoff_holdoff=2 ;;
esac
# onoff_interval is in jiffies for these, HZ is 1000. CPUs start to go a little after the
# load does, which scftorture insists on.
echo "$kind: $secs s, onoff_interval=$onoff $params"
insmod /lib/modules/torture.ko random_shuffle=1 || exit 1
# shellcheck disable=SC2086 # several parameters
insmod "/lib/modules/$mod.ko" onoff_interval="$onoff" \
	stat_interval=10 verbose=1 $params || exit 1
if [ "$kind" = user ]; then
	by_user "$secs"
	secs=0
fi
t=0
while [ $t -lt "$secs" ]; do
	sleep 10
	t=$((t + 10))
	echo "$t s, CPUs online now: $(cat /sys/devices/system/cpu/online)"
done
rmmod "$mod" || exit 1
rmmod torture
