# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# Suspend to idle and wake by the clock, again and again, with disks and network at work.

start() {
	rtcwake -m show >/dev/null 2>&1 || return 77
	(
		n=0
		trap 'exit 0' TERM
		trap 'echo $n >"$work/done"' EXIT
		while :; do
			rtcwake -m freeze -s 2 2>>"$work/bad" >/dev/null || exit 1
			n=$((n + 1))
			sleep 1
		done
	) &
	loop=$!
	stress-ng --hdd 1 --hdd-bytes 16m --switch 2 >/dev/null 2>&1 &
	stress=$!
	sleep 2
}

stop() {
	kill $loop 2>/dev/null
	wait $loop
	kill -INT $stress
	wait $stress
	say "sleeps: $(cat "$work/done")"
	[ ! -s "$work/bad" ] || { cat "$work/bad"; return 1; }
	[ "$(cat "$work/done")" -gt 2 ]
}
