# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# BPF: programs at tracepoints and probes with per-CPU maps, added up over all possible CPUs.

start() {
	# shellcheck disable=SC2016 # bpftrace's
	bpftrace -e 'tracepoint:sched:sched_switch { @s[cpu] = count(); }
		tracepoint:raw_syscalls:sys_enter { @c = count(); }
		kprobe:ttwu_do_activate { @w = count(); } interval:s:1 { @i = count(); }' >"$work/trace" 2>&1 &
	trace=$!
	stress-ng --switch 2 --pipe 2 >/dev/null 2>&1 &
	stress=$!
	for _ in {1..60}; do
		grep -q Attaching "$work/trace" && sleep 2 && return 0
		kill -0 $trace 2>/dev/null || break
		sleep 1
	done
	cat "$work/trace"
	return 1
}

stop() {
	local rc=0 c

	kill -INT $trace $stress
	wait $trace || { say "bpftrace: exit $?"; rc=1; }
	wait $stress
	for c in 0 "${cpus[@]}"; do
		grep -qE "^@s\[$c\]: [1-9]" "$work/trace" || { say "nothing from CPU $c"; rc=1; }
	done
	[ $rc = 0 ] || cat "$work/trace"
	say "$(grep -E '^@[ciw]:' "$work/trace" | tr '\n' ' ')"
	return $rc
}
