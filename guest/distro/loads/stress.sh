# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# stress-ng's stressors of the scheduler, timers, memory barriers, which check what they can.

start() {
	stress-ng --cpu 2 --switch 2 --timer 1 --timerfd 1 --hrtimers 1 --futex 1 --membarrier 1 --yield 1 \
		--affinity 2 --cyclic 1 --cyclic-policy rr --sem 1 --mmapfork 1 --munmap 1 --tlb-shootdown 1 --fork 1 --pthread 1 --aio 1 \
		--timeout 0 --verify --metrics-brief >"$work/stress" 2>&1 &
	stress=$!
	sleep 3
	kill -0 $stress 2>/dev/null || { cat "$work/stress"; return 1; }
}

stop() {
	local rc=0 n

	kill -0 $stress 2>/dev/null || { say "stress-ng has ended before"; rc=1; }
	kill -INT $stress
	wait $stress
	n=$?
	if [ $n != 0 ] || grep -qE ' fail: | error: ' "$work/stress"; then
		say "stress-ng: exit $n"
		cat "$work/stress"
		rc=1
	fi
	return $rc
}
