#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Instructions for a pair of wakeups, unpatched kernel and series in turn, in a
# guest whose clock counts instructions: no noise of this machine gets in.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

"$TOP/scripts/prepare.sh" base
"$TOP/scripts/prepare.sh" series

declare -A runs
for run in 1 2 3; do
	for kernel in base series; do
		log=$BUILD/logs/wakeup-$kernel.log
		step "wakeups, $kernel, run $run of 3"
		QEMU_ICOUNT=1 "$TOP/scripts/qemu.sh" "$kernel" 2 "$log" 600 pingpong ||
			{ step_failed; die "no figures, see $log and $log.out"; }
		step_done
		while read -r _ cpus median min max; do
			printf '%-7s %-10s %-18s %-18s %s\n' "$kernel" "$cpus" "$median" "$min" "$max"
			runs[$kernel,${cpus#cpus=}]+="${median#median=} "
		done < <(grep '^wakeup: ' "$log.out")
	done
done

middle() { # 3 VALUES
	printf '%s\n' "$@" | sort -n | sed -n 2p
}

for cpus in same two; do
	# shellcheck disable=SC2086 # a list
	b=$(middle ${runs[base,$cpus]}) s=$(middle ${runs[series,$cpus]})
	awk -v what="$cpus" -v b="$b" -v s="$s" 'BEGIN {
		printf "bench: wakeup_%s_instructions baseline=%.0f series=%.0f ratio=%.3f\n", what, b, s, s / b }'
done
