# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# The function tracer goes on and off, filters change, a live patch is applied and reverted:
# all of them patch text, and live patching has each task pass through.

start() {
	t=/sys/kernel/tracing
	[ -d /sys/kernel/livepatch ] && modinfo livepatch-sample >/dev/null 2>&1 || return 77
	stress-ng --switch 2 --fork 1 >/dev/null 2>&1 &
	stress=$!
	(
		n=0 p=0
		trap 'exit 0' TERM
		trap 'echo $n $p >"$work/done"' EXIT
		while :; do
			# By numbers of functions: the whole kernel takes minutes in an emulator
			echo 'vfs_* try_to_wake_up' >$t/set_ftrace_filter
			echo function >$t/current_tracer
			sleep 0.3
			echo nop >$t/current_tracer
			echo >$t/set_ftrace_filter
			n=$((n + 1))
			modprobe livepatch-sample || { echo "no live patch" >"$work/bad"; exit 1; }
			for _ in {1..600}; do
				[ "$(cat /sys/kernel/livepatch/livepatch_sample/transition)" = 1 ] || break
				sleep 0.1
			done
			grep -q 'this has been live patched' /proc/cmdline || { echo "not patched" >"$work/bad"; exit 1; }
			echo 0 >/sys/kernel/livepatch/livepatch_sample/enabled
			for _ in {1..600}; do
				[ -e /sys/kernel/livepatch/livepatch_sample ] || break
				sleep 0.1
			done
			rmmod livepatch-sample || { echo "it stays" >"$work/bad"; exit 1; }
			grep -q 'this has been live patched' /proc/cmdline && { echo "still patched" >"$work/bad"; exit 1; }
			p=$((p + 1))
		done
	) &
	loop=$!
	sleep 2
}

stop() {
	kill $loop 2>/dev/null
	wait $loop
	kill -INT $stress
	wait $stress
	say "tracers, live patches: $(cat "$work/done")"
	[ ! -e "$work/bad" ] || { cat "$work/bad"; return 1; }
	[ "$(cut -d' ' -f2 "$work/done")" -gt 0 ]
}
