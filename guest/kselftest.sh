#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The CPU hotplug selftests, as their runner runs them, and the one that takes
# all CPUs off only when told to. Or one test.

cd /kselftest || exit 1
# There is no modprobe here
for m in dummy pktgen; do
	[ ! -e /lib/modules/$m.ko ] || insmod /lib/modules/$m.ko
done
export HP_MODULE=/lib/modules/dummy.ko
if [ "$HP_TEST" ]; then
	bash run_kselftest.sh -t "cpu-hotplug:$HP_TEST"
	exit 0
fi
bash run_kselftest.sh -c cpu-hotplug
if bash cpu-hotplug/cpu-on-off-test.sh -a; then
	echo "ok 1 selftests: cpu-hotplug: cpu-on-off-test.sh -a"
else
	echo "not ok 1 selftests: cpu-hotplug: cpu-on-off-test.sh -a"
fi
# The host judges by the lines above.
exit 0
