#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The litmus tests and the Spin model that come with the series, by the tools
# that they are written for. Of the Spin model the versions with a fault that must be
# found, which take seconds, and the shorter scenarios; with MODELS=all all of it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/make-tree.sh"
tree=$(tree_of series)

need_packages spin gcc libc6-dev
quick='nest|irq-writer|lock|call|live-nest|no-.*|gp-of-.*|nested-.*|unbounded-.*|queue-.*|close-.*'
quick+='|several|several-lock|stays-blocked|one-gp-.*|reported-is-dead|count-split|flip-early|panic.*|redirect|redirect-no-excuse'
quick+='|gp-first|keeps-count|walk-short|irq-on.*|irq-stays-off'

# The tree's own script runs herd7 and compares with what the test says itself.
litmus_tests() {
	local top=Documentation/litmus-tests dest=$BUILD/litmus dir herd t n rc=0

	herd=$("$TOP/scripts/fetch-herd7.sh" "$CACHE/herd7") || rc=$?
	if [ $rc != 0 ]; then
		fail "litmus tests: no herd7"
		return
	fi
	for dir in cpu-hotplug percpu-rwlock; do
		mkdir -p "$dest/tools/memory-model" "$dest/$top/$dir"
		n=0
		for t in "$tree/$top/$dir"/*.litmus; do
			[ -e "$t" ] || break
			n=$((n + 1))
			check "litmus test ${t##*/}: $(sed -n 's/^ \* Result: //p' "$t")" \
				litmus_test "$top/$dir/${t##*/}"
		done
		check "there are litmus tests for $dir" [ $n -gt 0 ]
	done
}

litmus_test() {
	(cd "$tree/tools/memory-model" && PATH=${herd%/*}:$PATH &&
		scripts/checktheselitmus.sh --destdir "$dest/tools/memory-model" -- "../../$1")
}

# One line a model: the right one, and those with a fault that must be found.
spin_tests() {
	local dir=$tree/tools/verification/percpu-rwlock log=$BUILD/logs/spin.txt line n=0 rc=0
	local -a names

	mapfile -t names < <("$dir/check.sh" -l)
	if [ "${MODELS:-}" != all ]; then
		mapfile -t names < <(printf '%s\n' "${names[@]}" | grep -xE "$quick")
	fi

	step "Spin model"
	(cd "$BUILD" && "$dir/check.sh" "${names[@]}") >"$log" 2>&1 || rc=$?
	step_done
	while read -r line; do
		case $line in
		"ok "*) n=$((n + 1)); pass "Spin model: ${line#ok }" ;;
		"not ok "*) n=$((n + 1)); fail "Spin model: ${line#not ok }" ;;
		esac
	done <"$log"
	check "${#names[@]} Spin models have run" [ $n = ${#names[@]} ]
	check "their script is content" [ $rc = 0 ]
}

litmus_tests
spin_tests
# Not for its figures: it is the lock's own source that is compiled there
check "the lock compiles and runs in user space" env ROUNDS=11 "$TOP/scripts/bench-lock.sh"
finish "models${MODELS:+-full}"
