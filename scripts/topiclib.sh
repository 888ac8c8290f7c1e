# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# From patches/ to commits and back. To be sourced after lib.sh.
#
# In a kernel tree each git am reads, checks and writes an index of 96,000 files, and
# that takes longer than all the rest. Patches are applied in a small repository instead,
# which holds nothing but the files that they touch; the commits are then written on top
# of the real base. They are the ones which git am would have made there.

# What the patches touch, NUL terminated.
touched_files() { # PATCH...
	[ $# = 0 ] || git -C / apply --numstat -z "$@" | cut -z -f3- | sort -zu
}

small_init() { # DIR
	rm -rf "$1"
	plain_git init -q -b series "$1"
}

small_base() { # DIR: commit what is in its index
	local tree

	tree=$(git -C "$1" write-tree)
	plain_git -C "$1" update-ref refs/heads/series "$(GIT_AUTHOR_NAME=base \
		GIT_AUTHOR_EMAIL=base@localhost GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' \
		GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' \
		plain_git -C "$1" commit-tree -m base "$tree")"
	git -C "$1" tag -f base >/dev/null
}

# A small repository in DIR, with the files that the patches touch as they are in the
# commit REV of REPO.
small_from_git() { # DIR REPO REV PATCH...
	local dir=$1 repo=$2 rev=$3

	shift 3
	small_init "$dir"
	echo "$(git -C "$repo" rev-parse --path-format=absolute --git-common-dir)/objects" \
		>"$dir/.git/objects/info/alternates"
	touched_files "$@" | xargs -0 -r git -C "$repo" ls-tree -r -z --full-tree "$rev" -- |
		git -C "$dir" update-index -z --index-info
	git -C "$dir" checkout-index -q -a -u
	small_base "$dir"
}

# The same from a tarball of a kernel.
small_from_tar() { # DIR TARBALL PATCH...
	local dir=$1 tar=$2 top

	shift 2
	small_init "$dir"
	# shellcheck disable=SC2209 # head ends it, and that is no failure
	top=$(tar -tf "$tar" 2>/dev/null | head -n 1) || true
	top=${top%%/*}
	# New files are not in there.
	touched_files "$@" | sed -z "s|^|$top/|" |
		tar -xf "$tar" -C "$dir" --strip-components=1 --null -T - 2>/dev/null || true
	plain_git -C "$dir" add -f -A .
	small_base "$dir"
}

# Forget all that was applied.
small_reset() { # DIR
	plain_git -C "$1" am --abort >/dev/null 2>&1 || true
	plain_git -C "$1" checkout -q -f -B series base
	plain_git -C "$1" clean -q -f -d -x
}

# One git am for all of them. If one does not apply: its name and what git says, and 1.
# The committer's date is the author's, so that the same patches give the same commits
# everywhere.
small_am() { # DIR PATCH...
	local dir=$1 n

	shift
	[ $# -gt 0 ] || return 0
	if ! plain_git -C "$dir" am -q --no-3way --keep-non-patch \
	     --committer-date-is-author-date "$@" >"$dir/.git/am.log" 2>&1; then
		n=$(cat "$dir/.git/rebase-apply/next" 2>/dev/null) || n=1
		echo "${!n#"$PATCHES"/} does not apply"
		grep '^error:' "$dir/.git/am.log" | head -n 4 | sed 's/^/    /' || true
		plain_git -C "$dir" am --abort >/dev/null 2>&1 || true
		return 1
	fi
}

# Where the list of authors and the statistics of a cover letter begin.
is_tail='^[^ ].* \([0-9]+\):$'

# The empty commit which begins a topic, made of its cover letter and the file "topic".
small_topic() { # DIR TOPIC
	local dir=$1 topic=$2 letter=$PATCHES/$2/cover-letter info name email date subject new

	if [ ! -f "$letter" ] || [ ! -f "$PATCHES/$topic/topic" ]; then
		echo "$topic lacks its cover-letter or the file topic"
		return 1
	fi
	info=$(git -C / mailinfo /dev/null /dev/null <"$letter")
	name=$(sed -n 's/^Author: //p' <<<"$info")
	email=$(sed -n 's/^Email: //p' <<<"$info")
	subject=$(sed -n 's/^Subject: //p' <<<"$info")
	date=$(sed -n 's/^Date: //p' <<<"$info")
	if [ -z "$name" ] || [ -z "$email" ] || [ -z "$subject" ] || [ -z "$date" ]; then
		echo "$topic/cover-letter lacks From, Date or Subject"
		return 1
	fi
	new=$({
		printf 'topic: %s: %s\n\n' "$topic" "$subject"
		sed '1,/^$/d' "$letter" | sed -E "/$is_tail/,\$d" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
		echo
		sed -n -E 's/^([a-z])([a-z]*)=(.*)/\1 \2 \3/p' "$PATCHES/$topic/topic" |
		while read -r first rest value; do
			echo "${first^}$rest: $value"
		done
	} | GIT_AUTHOR_NAME=$name GIT_AUTHOR_EMAIL=$email GIT_AUTHOR_DATE=$date \
		GIT_COMMITTER_DATE=$date plain_git -C "$dir" commit-tree -p HEAD \
		"$(git -C "$dir" rev-parse 'HEAD^{tree}')")
	plain_git -C "$dir" update-ref HEAD "$new"
}

# Topics in a small repository, or what hinders that.
small_topics() { # DIR TOPIC...
	local dir=$1 t patches

	shift
	for t in "$@"; do
		small_topic "$dir" "$t" || return 1
		mapfile -t patches < <(list_patches "$t")
		small_am "$dir" "${patches[@]}" || return 1
	done
}

# Write the commits of a small repository to REPO, with REV there in place of its base,
# and print the last one.
small_export() { # DIR REPO REV
	local dir=$1 repo=$2 rev=$3 base ref=refs/hotplug/import-$$

	base=$(git -C "$dir" rev-parse base)
	if [ "$(git -C "$dir" rev-parse HEAD)" = "$base" ]; then
		echo "$rev"
		return 0
	fi
	git -C "$dir" fast-export --reencode=no --reference-excluded-parents \
		--refspec="refs/heads/series:$ref" base..series |
		sed "s/^from $base\$/from $rev/" |
		plain_git -C "$repo" fast-import --quiet --force >&2
	git -C "$repo" rev-parse "$ref"
	git -C "$repo" update-ref -d "$ref"
}

# The commits of the topics in question, written to the main repository: prints the last
# one. Nothing is checked out. Dies with the name of the patch that does not apply.
series_commits() {
	local sum note=$BUILD/.series${TREE:+-tree} repo base small said tip topics patches

	repo=$(main_repo)
	base=$(base_rev)
	sum=$(series_sum)
	if [ "$(cut -d' ' -f1 "$note" 2>/dev/null)" = "$sum" ] && tip=$(cut -d' ' -f2 "$note") &&
	   git -C "$repo" cat-file -e "$tip^{commit}" 2>/dev/null; then
		echo "$tip"
		return 0
	fi
	topics=$(list_topics)
	mapfile -t patches < <(list_patches)
	small=$BUILD/.small-$$
	small_from_git "$small" "$repo" "$base" "${patches[@]}"
	# shellcheck disable=SC2086 # names without blanks
	if said=$(if [ "$topics" ]; then small_topics "$small" $topics
		  else small_am "$small" "${patches[@]}"; fi); then
		tip=$(small_export "$small" "$repo" "$base")
		rm -rf "$small"
	else
		rm -rf "$small"
		[ -z "$STEP" ] || step_failed
		die "on ${TREE:-the pinned base}: $said"
	fi
	echo "$sum $tip" >"$note"
	echo "$tip"
}

# topic_pairs TIP: the patches in question and the commits that they are in the history of
# TIP, in the arrays $patches and $commits. With TOPIC= without those which that topic
# needs, with FROM=n without the first n - 1.
topic_pairs() {
	local first=$((${FROM:-1} - 1))

	mapfile -t patches < <(list_patches)
	mapfile -t commits < <(git -C "$(main_repo)" log --reverse --no-show-signature \
		--format='%H %s' "$(base_rev)..$1" | grep -v ' topic: ' | cut -d' ' -f1)
	[ ${#patches[@]} = ${#commits[@]} ] ||
		die "${#patches[@]} patches have given ${#commits[@]} commits"
	if [ "$TOPIC" ]; then
		first=$((first + ${#patches[@]} - $(list_patches "$TOPIC" | wc -l)))
	fi
	patches=("${patches[@]:first}") commits=("${commits[@]:first}")
	[ ${#patches[@]} -gt 0 ] || die "there are no patches from ${FROM:-1} on"
}
