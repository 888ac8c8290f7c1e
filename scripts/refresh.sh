#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Write the commits of build/linux, from the base on, to patches/. The result
# depends on the commits alone, not on who runs this where.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ ! "$TREE" ] || die "patches are made from build/linux: not with TREE="
dir=$(tree_of series)
[ -e "$dir" ] || die "there is no ${dir#"$TOP"/}: make tree"
base=$(base_rev) || die "$dir has no tag named base"

for state in rebase-apply rebase-merge MERGE_HEAD CHERRY_PICK_HEAD; do
	[ ! -e "$(git -C "$dir" rev-parse --path-format=absolute --git-path $state)" ] ||
		die "${dir#"$TOP"/} is in the middle of something ($state)"
done
git -C "$dir" diff --quiet HEAD -- ||
	die "${dir#"$TOP"/} has changes that are not committed"
git -C "$dir" merge-base --is-ancestor "$base" HEAD ||
	die "${dir#"$TOP"/} is not on top of the tag base"
[ -z "$(git -C "$dir" rev-list --merges "$base..HEAD")" ] ||
	die "there are merges above the base"
left=$(git -C "$dir" log --format='    %h %s' "$base..HEAD" | grep -E '^    [0-9a-f]+ (fixup|squash|amend)! ') || true
[ -z "$left" ] || die "these wait for git rebase -i --autosquash:
$left"

new=$(mktemp -d "$TOP/patches/.new-XXXXXX")
trap 'rm -rf "$new"' EXIT
plain_git -C "$dir" -c core.abbrev=12 format-patch -q -o "$new" --base="$base" \
	--no-numbered --zero-commit --no-signature --full-index --no-renames \
	--diff-algorithm=myers --no-thread --no-attach --no-notes --no-cover-letter \
	--src-prefix=a/ --dst-prefix=b/ --stat=72 --summary "$base..HEAD"
rm -f "$TOP"/patches/[0-9]*.patch
for p in "$new"/*.patch; do
	[ ! -e "$p" ] || mv "$p" "$TOP/patches/"
done
echo "$(series_sum) $(git -C "$dir" rev-parse HEAD)" >"$(stamp_of series)"
echo "patches/: $(list_patches | wc -l) patches"
