# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# Modules come and go, with states of their own in the array, per-CPU variables and static keys.

start() {
	(
		n=0
		trap 'exit 0' TERM
		trap 'echo $n >"$work/done"' EXIT
		while :; do
			for m in null_blk veth zram dummy raid456 pktgen xfs; do
				modprobe $m || { echo "modprobe $m" >"$work/bad"; exit 1; }
				modprobe -r $m || { echo "modprobe -r $m" >"$work/bad"; exit 1; }
				n=$((n + 1))
				echo $n >"$work/n"
			done
		done
	) &
	loop=$!
	sleep 1
}

stop() {
	# Each of them once at least, how long that takes here
	for _ in {1..600}; do
		[ -e "$work/bad" ] || [ "$(cat "$work/n" 2>/dev/null || echo 0)" -lt 7 ] || break
		sleep 1
	done
	kill $loop 2>/dev/null
	wait $loop
	say "loads and unloads: $(cat "$work/done")"
	[ ! -e "$work/bad" ] || { cat "$work/bad"; return 1; }
	[ "$(cat "$work/done")" -ge 7 ]
}
