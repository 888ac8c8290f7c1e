# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# stress-ng's stressors of the scheduler, timers, memory barriers, which check what they can.

start() {
	stress-ng --cpu 2 --switch 2 --timer 1 --timerfd 1 --futex 1 --membarrier 1 --yield 1 --cyclic 1 \
		--cyclic-policy rr --sem 1 --munmap 1 --tlb-shootdown 1 --fork 1 --pthread 1 --aio 1 \
		--timeout 0 --verify --metrics-brief >"$work/stress" 2>&1 &
	stress=$!
	# Not verified: it takes a CPU which has just gone for a failure
	stress-ng --affinity 2 --timeout 0 >/dev/null 2>&1 &
	affinity=$!
	sleep 3
	kill -0 $stress 2>/dev/null || { cat "$work/stress"; return 1; }
}

stop() {
	local rc=0 n

	kill -0 $stress 2>/dev/null || { say "stress-ng has ended before"; rc=1; }
	kill -INT $stress $affinity
	wait $affinity
	wait $stress
	n=$?
	if [ $n != 0 ] || grep -qE ' fail: | error: ' "$work/stress"; then
		say "stress-ng: exit $n"
		cat "$work/stress"
		rc=1
	fi
	return $rc
}
