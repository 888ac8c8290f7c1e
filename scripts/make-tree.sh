#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Make the kernel trees: build/linux with the series on top of the base, and
# with BASE_ONLY=1 also build/linux-base without it; with TOPIC=name build/NN-name/linux,
# with that topic and what it needs. Work done in them is never thrown away.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/topiclib.sh"

topics=$(list_topics)
mapfile -t patches < <(list_patches)
main=$MAIN_BUILD/linux
dir=$(tree_of series)
lock "$BUILD/.lock-tree"
stamp=$(stamp_of series)

import_base() {
	local tarball version new=$MAIN_BUILD/linux.new importer

	need_space "$BUILD" 4
	tarball=$("$TOP/scripts/fetch-base.sh")
	need_packages git perl xz-utils
	importer=/usr/share/doc/git/contrib/fast-import/import-tars.perl
	version=${tarball##*/}
	version=${version%.tar.xz}

	step "import ${version/_/ } into git"
	rm -rf "$new"
	plain_git init -q -b series "$new"
	# Speed over size: compressing 1.5 GB takes longer than all the rest.
	git -C "$new" config core.compression 0
	git -C "$new" config pack.compression 0
	git -C "$new" config pack.depth 0
	git -C "$new" config gc.auto 0
	if [ -f "$importer" ]; then
		(cd "$new" && perl "$importer" "$tarball") >"$BUILD/import.log" 2>&1
		tree=$(git -C "$new" rev-parse 'import-tars^{tree}')
		git -C "$new" update-ref -d refs/heads/import-tars
		git -C "$new" tag -l | xargs -r git -C "$new" tag -d >/dev/null
	else
		# Images without /usr/share/doc lack the importer. -f, because
		# Debian's .gitignore ends in "/*".
		tar -xJf "$tarball" -C "$new" --strip-components=1
		plain_git -C "$new" add -f -A .
		tree=$(git -C "$new" write-tree)
	fi
	# The same commit on every machine: patches name it as their base.
	base=$(GIT_AUTHOR_NAME='hotplug series' GIT_AUTHOR_EMAIL=series@localhost \
		GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' \
		GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' \
		plain_git -C "$new" commit-tree -m "Base: ${version/_/ }" "$tree")
	git -C "$new" tag base "$base"
	plain_git -C "$new" reset -q --hard "$base"
	mv "$new" "$main"
	step_done
}

add_tree_worktree() {
	local version patchlevel head

	[ -d "$TREE" ] || die "TREE=$TREE: no such directory"
	TREE=$(cd "$TREE" && pwd)
	head=$(base_rev) || die "TREE=$TREE is not a git tree with a commit in it"
	version=$(git -C "$TREE" show HEAD:Makefile 2>/dev/null | sed -n 's/^VERSION = //p')
	patchlevel=$(git -C "$TREE" show HEAD:Makefile 2>/dev/null | sed -n 's/^PATCHLEVEL = //p')
	[ "$version" ] || die "TREE=$TREE: HEAD is no Linux kernel"
	[ "$version.$patchlevel" = 7.3 ] ||
		die "TREE=$TREE: HEAD is Linux $version.$patchlevel, the series is for 7.3"
	# A worktree left from another TREE= is of no use here.
	if [ -e "$dir" ] && [ "$(git -C "$dir" rev-parse --path-format=absolute --git-common-dir 2>/dev/null)" != \
	     "$(git -C "$TREE" rev-parse --path-format=absolute --git-common-dir)" ]; then
		rm -rf "$dir" "$stamp"
	fi
	git -C "$TREE" worktree prune
	if [ ! -e "$dir" ]; then
		step "worktree of $TREE"
		plain_git -C "$TREE" worktree add -q -f --detach "$dir" "$head"
		step_done
	fi
}

add_topic_worktree() {
	step "worktree for $TOPIC"
	git -C "$main" worktree prune
	plain_git -C "$main" worktree add -q -f --detach "$dir" base
	step_done
}

# A checkout which was interrupted: each file that differs between the commits $1 and $2,
# or from the one we are at, is as in one of the two (or not there, as in one of the two).
half_done() { # OLD NEW
	local f now

	{
		git -C "$dir" diff --name-only -z --no-renames "$1" "$2" --
		git -C "$dir" diff --name-only -z --no-renames HEAD --
	} | sort -zu | while IFS= read -r -d '' f; do
		now=$(git -C "$dir" hash-object --no-filters -- "$f" 2>/dev/null) || now=
		[ "$now" = "$(git -C "$dir" rev-parse -q --verify "$1:$f")" ] ||
		[ "$now" = "$(git -C "$dir" rev-parse -q --verify "$2:$f")" ] || return 1
	done
}

# Anything here that is neither the base nor what this script applied?
local_work() {
	local head sum='' applied='' new='' state

	head=$(git -C "$dir" rev-parse HEAD)
	[ ! -f "$stamp" ] || read -r sum applied new <"$stamp" || true
	for state in rebase-apply rebase-merge MERGE_HEAD CHERRY_PICK_HEAD; do
		[ ! -e "$(git -C "$dir" rev-parse --path-format=absolute --git-path $state)" ] ||
			return 0
	done
	if [ "$sum" = partial ]; then
		[ "$head" = "$applied" ] || [ "$head" = "$new" ] || return 0
		if half_done "$applied" "$new"; then return 1; else return 0; fi
	fi
	{ [ "$head" = "$applied" ] || [ "$head" = "$base" ] ||
	  { [ "$TREE" ] && [ -z "$applied" ]; }; } &&
	git -C "$dir" diff --quiet HEAD -- && return 1
	return 0
}

is_applied() {
	[ -f "$stamp" ] && [ "$(cut -d' ' -f1 "$stamp")" = "$want" ]
}

# From one state of the series to another: only the files which differ are written, so
# that make compiles no more than it has to. A note says what is under way, for what an
# interrupted run leaves behind is not somebody's work.
check_out() { # COMMIT
	local force='' old

	old=$(git -C "$dir" rev-parse HEAD)
	if [ -f "$stamp" ] && [ "$(cut -d' ' -f1 "$stamp")" = partial ]; then
		force=-f
	fi
	echo "partial $old $1" >"$stamp"
	if [ "$TREE" ] || [ "$TOPIC" ]; then
		plain_git -C "$dir" checkout -q $force --detach "$1"
	else
		plain_git -C "$dir" checkout -q $force -B series "$1"
	fi || {
		echo "- $old" >"$stamp"
		step_failed
		die "git cannot check out the series in ${dir#"$TOP"/}"
	}
}

if [ "$TREE" ]; then
	need_packages git
	add_tree_worktree
else
	[ -e "$main" ] || import_base
	[ -e "$dir" ] || add_topic_worktree
fi
base=$(base_rev) ||
	die "$main has no tag named base: it was not made by this script, move it away"

want=$(series_sum)
if local_work; then
	ahead=$(git -C "$dir" rev-list --count "$base..HEAD")
	dirty=
	git -C "$dir" diff --quiet HEAD -- || dirty=", changes not committed"
	say "${dir#"$TOP"/}: using the tree as it is: $ahead commits ahead of the base$dirty"
	say "it is not what patches/ holds (make refresh exports it)"
elif ! is_applied; then
	if [ ${#patches[@]} -gt 0 ]; then
		step "apply ${#patches[@]} patches${topics:+, $(wc -w <<<"$topics") topics}"
		tip=$(series_commits)
		check_out "$tip"
		step_done
	else
		say "patches/ is empty: ${dir#"$TOP"/} is the unpatched base"
		check_out "$base"
	fi
	echo "$want $(git -C "$dir" rev-parse HEAD)" >"$stamp"
fi

if [ "$BASE_ONLY" ]; then
	bdir=$(tree_of base)
	repo=$(main_repo)
	if [ -e "$bdir" ] && [ "$(git -C "$bdir" rev-parse HEAD 2>/dev/null)" = "$base" ]; then
		exit 0
	fi
	step "worktree of the unpatched base"
	rm -rf "$bdir"
	git -C "$repo" worktree prune
	plain_git -C "$repo" worktree add -q -f --detach "$bdir" "$base"
	step_done
fi
