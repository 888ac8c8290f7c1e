#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The steps of one offline and one online, sorted by time, and as time lines:
# build/steps/. All of it drawn by the tree's own tools/debugging/cpuhp-steps.py.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

need_packages python3
"$TOP/scripts/prepare.sh" series
dir=$BUILD/steps
log=$BUILD/logs/steps.log
tool=$(tree_of series)/tools/debugging/cpuhp-steps.py
mkdir -p "$dir"
step "one offline, one online"
"$TOP/scripts/qemu.sh" series "${SMP:-4}" "$log" 300 steps ||
	{ step_failed; die "no trace, see $log and $log.out"; }
step_done
sed '/^----$/,$d' "$log.out" >"$dir/steps.txt"
sed '1,/^----$/d; /^guest: /d' "$log.out" >"$dir/trace.txt"
python3 "$tool" table "$dir/steps.txt" | tee "$dir/table.txt"
python3 "$tool" timeline --steps "$dir/steps.txt" "$dir/trace.txt" >"$dir/timeline.svg"
say "time lines: ${dir#"$TOP/"}/timeline.svg"
