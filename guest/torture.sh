#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run one of the kernel's torture modules (HP_KIND: cpuhp, scf, rcu or lock) for
# HP_SECS seconds while CPUs go off and on every HP_ONOFF milliseconds. The
# module gives its verdict in the kernel log when it is removed.

kind=${HP_KIND:-scf}
secs=${HP_SECS:-60}
onoff=${HP_ONOFF:-200}

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
