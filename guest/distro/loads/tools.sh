# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# CPU lists by the programs that a user has: chcpu, lscpu, taskset, cpupower, irqbalance, turbostat's
# kind of reader.

start() {
	systemctl is-active -q irqbalance || { say "no irqbalance"; return 1; }
	stress-ng --switch 1 >/dev/null 2>&1 &
	stress=$!
}

stop() {
	local rc=0 last=${cpus[-1]} n

	chcpu -d "$last" && [ "$(cat "$sys/cpu$last/online")" = 0 ] || { say "chcpu -d"; rc=1; }
	n=$(lscpu -p=CPU | grep -vc '^#')
	[ "$n" = $((${#cpus[@]})) ] || { say "lscpu shows $n"; rc=1; }
	taskset -c "$last" true 2>/dev/null && { say "taskset to a CPU that is off"; rc=1; }
	cpupower -c all idle-info >/dev/null 2>&1
	chcpu -e "$last" && [ "$(cat "$sys/cpu$last/online")" = 1 ] || { say "chcpu -e"; rc=1; }
	taskset -c "$last" true || { say "taskset to a CPU that is back"; rc=1; }
	chcpu -d "$(IFS=,; echo "${cpus[*]}")" && chcpu -e "$(IFS=,; echo "${cpus[*]}")" || { say "chcpu with a list"; rc=1; }
	systemctl is-active -q irqbalance || { say "irqbalance has ended"; rc=1; }
	kill -INT $stress
	wait $stress
	return $rc
}
