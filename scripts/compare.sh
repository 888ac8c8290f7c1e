#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How the results of tests differ between the trees A and B, directories of build/results:
# the two that were tested last, unless they are given. A result is there once a name.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

dir=$BUILD/results
mapfile -t last < <(ls -t "$dir" 2>/dev/null)
a=${A:-${last[1]:-}} b=${B:-${last[0]:-}}
{ [ "$a" ] && [ "$b" ]; } || die "there are no two results in $dir: run tests in two trees"
for d in "$a" "$b"; do
	[ -d "$dir/$d" ] || die "no results of $d; there are: ${last[*]}"
done
echo "$a against $b"
rc=0
for f in "$dir/$b"/*; do
	s=${f##*/}
	if [ ! -e "$dir/$a/$s" ]; then
		echo "$s: in $b only"
		continue
	fi
	diff --label "$a/$s" --label "$b/$s" -U0 <(sort "$dir/$a/$s") <(sort "$f") || rc=1
done
exit $rc
