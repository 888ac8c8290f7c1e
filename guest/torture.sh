#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run one of the kernel's torture modules (HP_KIND: cpuhp, scf, rcu or lock) for
# HP_SECS seconds while CPUs go off and on every HP_ONOFF milliseconds. The
# module gives its verdict in the kernel log when it is removed. HP_KIND=refuse:
# parameters with which cpuhptorture must not start, one line each.

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

case $kind in
rcu) params="test_no_idle_hz=1 n_barrier_cbs=4" ;;
lock)
	params="torture_type=${HP_TYPE:-spin_lock}"
	# In seconds, other than with the other two.
	onoff=1
	;;
cpuhp) params="timeout=120" ;;
*) params= ;;
esac
# onoff_interval is in jiffies for these, HZ is 1000. CPUs start to go a little after the
# load does, which scftorture insists on.
echo "$kind: $secs s, onoff_interval=$onoff $params"
insmod /lib/modules/torture.ko random_shuffle=1 || exit 1
# shellcheck disable=SC2086 # several parameters
insmod "/lib/modules/${kind}torture.ko" onoff_interval="$onoff" onoff_holdoff=2 \
	stat_interval=10 verbose=1 $params || exit 1
t=0
while [ $t -lt "$secs" ]; do
	sleep 10
	t=$((t + 10))
	echo "$t s, CPUs online now: $(cat /sys/devices/system/cpu/online)"
done
rmmod "${kind}torture" || exit 1
rmmod torture
