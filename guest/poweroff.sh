#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Leave the machine busy with wakeups on all CPUs, for init powers it off: that takes
# CPUs off at any place, without asking.

nr=$(nproc)
c=0
while [ "$c" -lt "$nr" ]; do
	for d in $c $(((c + 1) % nr)) $(((c + nr / 2) % nr)); do
		/guest/pingpong "$c" "$d" 100000000 1 >/dev/null &
	done
	c=$((c + 1))
done
sleep 1
