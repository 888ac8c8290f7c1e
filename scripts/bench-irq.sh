#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The longest time without an interrupt of a timer device, at rest and while the
# CPU that it interrupts goes offline; unpatched kernel and series in turn. Two
# virtual CPUs, as many as this machine should have at least.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# The timer of the other machine has no interrupt line of its own
export QEMU_MACHINE=q35
"$TOP/scripts/prepare.sh" base
"$TOP/scripts/prepare.sh" series

files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
echo 'milliseconds       at rest: median  worst   offline: median  worst   interrupts of'
for run in 1 2 3; do
	for kernel in base series; do
		log=$BUILD/logs/irq-$kernel.log
		step "interrupts, $kernel, run $run of 3"
		"$TOP/scripts/qemu.sh" "$kernel" 2 "$log" 600 irqgap ||
			{ step_failed; die "no figures, see $log and $log.out"; }
		step_done
		awk '$1 == "gap:" { print $2 }' "$log.out" | sort -n >"$files/idle"
		awk '$1 == "gap:" { print $3 }' "$log.out" | sort -n >"$files/offline"
		cat "$files/offline" >>"$files/$kernel"
		n=$(wc -l <"$files/idle")
		printf '%-26s %8s %6s %17s %6s   %s\n' "$kernel" \
			"$(sed -n $(((n + 1) / 2))p "$files/idle")" "$(tail -n 1 "$files/idle")" \
			"$(sed -n $(((n + 1) / 2))p "$files/offline")" "$(tail -n 1 "$files/offline")" \
			"$(awk '$1 == "interrupts:" { print $2, $3 }' "$log.out")"
	done
done
for kernel in base series; do
	sort -n "$files/$kernel" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[NR] }' >"$files/$kernel.m"
done
paste "$files/base.m" "$files/series.m" | awk '{
	printf "bench: irq_gap_ms_median baseline=%.2f series=%.2f ratio=%.2f\n", $1, $3, $3 / $1
	printf "bench: irq_gap_ms_worst baseline=%.2f series=%.2f ratio=%.2f\n", $2, $4, $4 / $2 }'
