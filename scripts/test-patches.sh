#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patches themselves, without a compiler: they apply, each touches what it may, and
# satisfies checkpatch. The suite "series" compiles them, too.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"
. "$TOP/scripts/patchlib.sh"

# The last two are for the licence check that checkpatch calls.
need_packages git perl python3 python3-ply python3-git
mapfile -t patches < <(list_patches)

# That applies all of them to the base, or has done so. If there is work in the tree it
# is left alone: then they are applied in another one.
check "make-tree.sh" "$TOP/scripts/make-tree.sh"
dir=$(tree_of series)
sum='' head=''
read -r sum head 2>/dev/null <"$(stamp_of series)" || true
if [ "$sum" = "$(series_sum)" ] && [ "$(git -C "$dir" rev-parse HEAD)" = "$head" ] &&
   git -C "$dir" diff --quiet HEAD --; then
	n=$(git -C "$dir" rev-list --count "$(base_rev)..$head")
	check "${#patches[@]} patches apply: $n commits" [ "$n" = ${#patches[@]} ]
else
	step "apply ${#patches[@]} patches in another tree"
	dir=$(scratch_tree)
	check "${#patches[@]} patches apply" am_patches "$dir" "${patches[@]}"
	step_done
fi

step "checkpatch --strict of ${#patches[@]} patches"
checkpatch_all "$dir" "${patches[@]}"
step_done
for p in "${patches[@]}"; do
	n=${p#"$TOP/patches/"}
	n=${n%.patch}
	check "$n: touches the kernel's own files only" \
		paths_ok < <(sed -nE 's/^(---|\+\+\+) [ab]\///p' "$p")
	check "$n: checkpatch --strict" checkpatch_said "$p"
done
finish patches
