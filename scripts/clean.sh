#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Remove what was built. The tree build/linux goes too, unless it holds work
# that patches/ does not.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

TREE=
dir=$(tree_of series)
keep=
if [ -e "$dir/.git" ]; then
	head=$(git -C "$dir" rev-parse HEAD)
	read -r sum applied 2>/dev/null <"$(stamp_of series)" || sum='' applied=''
	if [ "$sum $applied" != "$(series_sum) $head" ] || ! git -C "$dir" diff --quiet HEAD --; then
		keep=1
		say "${dir#"$TOP"/} stays: it has work that patches/ does not hold"
	fi
fi
for f in "$BUILD"/* "$BUILD"/.[a-z]*; do
	case $f in
	"$dir"|"$(stamp_of series)") [ ! "$keep" ] || continue ;;
	esac
	rm -rf "$f"
done
[ ! "$keep" ] || git -C "$dir" worktree prune
