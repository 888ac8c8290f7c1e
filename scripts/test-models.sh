#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The litmus tests that come with the series.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/make-tree.sh"
tree=$(tree_of series)

# The tree's own script runs herd7 and compares with what the test says itself.
litmus_tests() {
	local dir=Documentation/litmus-tests/percpu-rwlock dest=$BUILD/litmus herd t n rc=0

	herd=$("$TOP/scripts/fetch-herd7.sh" "$CACHE/herd7") || rc=$?
	if [ $rc != 0 ]; then
		warn "the litmus tests are NOT run"
		skip "litmus tests: no herd7"
		return
	fi
	mkdir -p "$dest/tools/memory-model" "$dest/$dir"
	n=0
	for t in "$tree/$dir"/*.litmus; do
		[ -e "$t" ] || break
		n=$((n + 1))
		check "litmus test ${t##*/}: $(sed -n 's/^ \* Result: //p' "$t")" litmus_test "$dir/${t##*/}"
	done
	check "there are litmus tests" [ $n -gt 0 ]
}

litmus_test() {
	(cd "$tree/tools/memory-model" && PATH=${herd%/*}:$PATH &&
		scripts/checktheselitmus.sh --destdir "$dest/tools/memory-model" -- "../../$1")
}

litmus_tests
finish models
