# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# stress-ng takes CPUs off and on itself, beside us: who is told that a CPU is busy or there
# already is not refused.

start() {
	tries=50 others=1
	stress-ng --pathological --cpu-online 2 --timeout 0 >"$work/stress" 2>&1 &
	stress=$!
	sleep 2
	kill -0 $stress 2>/dev/null || { cat "$work/stress"; return 1; }
}

# It leaves some of them off for a moment
back() { :; }

stop() {
	local rc=0 c

	# What it finds in the files is not what it has written: that is not judged
	kill -INT $stress 2>/dev/null
	wait $stress
	for c in "${cpus[@]}"; do
		[ "$(cat "$sys/cpu$c/online")" = 1 ] || put 1 "$sys/cpu$c/online" || rc=1
	done
	[ "$(online)" = "$all" ] || rc=1
	return $rc
}
