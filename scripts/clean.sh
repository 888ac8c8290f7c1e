#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Remove what was built. The tree build/linux goes too, unless it holds work
# that patches/ does not.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

TREE=
[ ! "$TOPIC" ] || die "not with TOPIC=: this removes what was built for all of them"
dir=$(tree_of series)
lock "$BUILD/.lock-tree"

# has_work TREE STAMP SUM: commits or changes which were not made from patches/.
has_work() {
	local sum='' applied=''

	[ -e "$1/.git" ] || return 1
	read -r sum applied _ 2>/dev/null <"$2" || true
	[ "$sum" != "${3:-$sum}" ] || [ "$applied" != "$(git -C "$1" rev-parse HEAD)" ] ||
		! git -C "$1" diff --quiet HEAD --
}

keep=()
for t in "$BUILD"/[0-9][0-9]-*/linux; do
	if has_work "$t" "${t%/*}/.linux-stamp" ''; then
		keep+=("${t%/*}")
		say "${t#"$TOP"/} stays: it has work that patches/ does not hold"
	fi
done
# The others are worktrees of this one.
if [ ${#keep[@]} -gt 0 ] || has_work "$dir" "$(stamp_of series)" "$(series_sum)"; then
	keep+=("$dir" "$(stamp_of series)")
	say "${dir#"$TOP"/} stays: it has work that patches/ does not hold"
fi
for f in "$BUILD"/* "$BUILD"/.[a-z]*; do
	[[ " ${keep[*]} " == *" $f "* ]] || rm -rf "$f"
done
[ ${#keep[@]} = 0 ] || git -C "$dir" worktree prune
