#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Write the commits of build/linux, from the base on, to patches/: a directory for each
# topic, which an empty commit begins ("topic: NN-name: title", the cover letter, and lines
# Needs:, Suites:, Config:, Lockdep:, Stops:). The result depends on the commits alone, not on who
# runs this where, and files that stay the same are left alone.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/topiclib.sh"

[ ! "$TREE$TOPIC" ] || die "patches are made from build/linux: not with TREE= or TOPIC="
dir=$(tree_of series)
stamp=$(stamp_of series)
lock "$BUILD/.lock-tree"
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
if [ ! "${FORCE:-}" ] && [ -f "$stamp" ] && [ "$(cut -d' ' -f1 "$stamp")" != "$(series_sum)" ]; then
	die "patches/ has changed since it was applied or written, and that would be lost:
    make tree applies it, make refresh FORCE=1 writes over it"
fi

# --- the topics, in order: where each begins and ends ---

topics=() first=() last=()
while read -r commit subject; do
	if [[ $subject == topic:\ * ]]; then
		[[ $subject =~ ^topic:\ ([0-9][0-9]-[a-z0-9-]+):\ . ]] ||
			die "${commit:0:12} is no \"topic: NN-name: title\": $subject"
		t=${BASH_REMATCH[1]}
		[ ${#topics[@]} = 0 ] || [[ ${topics[-1]%%-*} < ${t%%-*} ]] ||
			die "the topic $t comes after ${topics[-1]}"
		[ "$(git -C "$dir" rev-parse "$commit^{tree}")" = "$(git -C "$dir" rev-parse "$commit~^{tree}")" ] ||
			die "${commit:0:12} begins the topic $t, and changes files"
		topics+=("$t") first+=("$commit") last+=("$commit")
	else
		[ ${#topics[@]} -gt 0 ] ||
			die "${commit:0:12} stands before the first \"topic: NN-name: title\": $subject"
		last[-1]=$commit
	fi
done < <(git -C "$dir" log --reverse --no-show-signature --format='%H %s' "$base..HEAD")

# --- who gets it ---

# The arguments which name to git format-patch all those whom scripts/get_maintainer.pl
# names for these patches. Its words are kept as long as the patches are the same.
recipients() { # PATCH...
	local known part

	known=$BUILD/maintainers/$({
		git -C "$dir" rev-parse -q --verify HEAD:MAINTAINERS
		# Without their numbers.
		sed '/^From \|^Subject: \[PATCH/d' "$@"
	} | sha256sum | cut -d' ' -f1)
	if [ ! -f "$known" ]; then
		part=$known.part
		(cd "$dir" && perl scripts/get_maintainer.pl --no-git --no-git-fallback \
			--rolestats "$@") >"$part" || return 1
		mv "$part" "$known"
	fi
	awk '
		match($0, / \([^()]*(\([^()]*\)[^()]*)*\)$/) {
			who = substr($0, 1, RSTART - 1)
			role = substr($0, RSTART + 2)
			if (role ~ /(maintainer|supporter):/) to[who] = 1
			else cc[who] = 1
		}
		END {
			for (w in to) print "--to=" w
			for (w in cc) if (!(w in to)) print "--cc=" w
		}' "$known" | sort
}

# --- write them ---

new=$(mktemp -d "$BUILD/.refresh-XXXXXX")
trap 'rm -rf "$new"' EXIT
mkdir -p "$BUILD/maintainers"

keys='Needs|Suites|Config|Lockdep|Stops'

# format DIR ARGUMENT...
format() {
	plain_git -C "$dir" -c core.abbrev=12 format-patch -q --zero-commit --no-signature \
		--full-index --no-renames --diff-algorithm=myers --no-thread --no-attach --no-notes \
		--no-cover-letter --no-base --src-prefix=a/ --dst-prefix=b/ --stat=72 --summary "$@"
}

write_topic() { # NUMBER
	local t=${topics[$1]} from=${first[$1]} to=${last[$1]} n message body block k v said letter
	local patches people

	mkdir "$new/$t"
	n=$(git -C "$dir" rev-list --count "$from..$to")
	[ "$n" = 0 ] || format -n -o "$new/$t" "$from..$to"
	mapfile -t patches < <(find "$new/$t" -name '*.patch' | sort)

	# The last paragraph is for the file "topic", if it has such lines.
	message=$(git -C "$dir" log -1 --format=%B "$from" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}')
	body=$(sed '1,/^$/d' <<<"$message")
	block=$(awk -v RS= 'END { print }' <<<"$body")
	if grep -qE "^($keys):" <<<"$block"; then
		k=$(grep -vE "^($keys|Signed-off-by):" <<<"$block") || true
		[ -z "$k" ] || die "topic $t: no such line is known: $k"
		body=$(head -n -"$(wc -l <<<"$block")" <<<"$body")
	else
		block=
	fi
	if grep -E "$is_tail" <<<"$body" >&2; then
		die "topic $t: such a line ends the text of a cover letter"
	fi
	for k in ${keys//|/ }; do
		v=$(sed -n "s/^$k: *//p" <<<"$block" | tr '\n' ' ')
		v=${v%"${v##*[! ]}"}
		[ -z "$v" ] || echo "${k,,}=$v"
	done >"$new/$t/topic"

	people=()
	if [ "$n" != 0 ]; then
		said=$(recipients "${patches[@]}") || die "get_maintainer.pl fails for $t"
		mapfile -t people <<<"$said"
	fi
	# The letter as git format-patch writes it, out of a commit without the keys.
	letter=$({
		git -C "$dir" log -1 --format=%s "$from" | sed -E 's/^topic: [^ ]*: //'
		echo
		printf '%s\n' "$body"
	} | GIT_AUTHOR_NAME=$(git -C "$dir" log -1 --format=%an "$from") \
		GIT_AUTHOR_EMAIL=$(git -C "$dir" log -1 --format=%ae "$from") \
		GIT_AUTHOR_DATE=$(git -C "$dir" log -1 --format=%ad --date=raw "$from") \
		plain_git -C "$dir" commit-tree -p "$from" "$from^{tree}")
	{
		format --stdout --always -1 --subject-prefix="PATCH ${n//?/0}/$n" \
			"${people[@]}" "$letter" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
		if [ "$n" != 0 ]; then
			echo
			plain_git -C "$dir" shortlog -w72,2,4 "$from..$to"
			plain_git -C "$dir" diff --no-renames --diff-algorithm=myers --stat=72 \
				--summary "$from" "$to"
		fi
	} >"$new/$t/cover-letter"
}

step "write ${#topics[@]} topics"
for i in "${!topics[@]}"; do
	step_progress "${topics[i]}"
	write_topic "$i"
done
step_done

for t in "${topics[@]}"; do
	(PATCHES=$new topic_with_needs "$t") >/dev/null
done

# Only what differs is written.
changed=0
mkdir -p "$PATCHES"
while IFS= read -r -d '' f; do
	[ ! -e "$new/$f" ] || continue
	rm "$PATCHES/$f"
	changed=$((changed + 1))
done < <(cd "$PATCHES" && find . \( -path './[0-9]*.patch' -o -path './[0-9][0-9]-*/cover-letter' \
	-o -path './[0-9][0-9]-*/topic' \) -type f -print0)
while IFS= read -r -d '' f; do
	! cmp -s "$new/$f" "$PATCHES/$f" || continue
	mkdir -p "$PATCHES/${f%/*}"
	cp "$new/$f" "$PATCHES/$f"
	changed=$((changed + 1))
done < <(cd "$new" && find . -type f -print0)
find "$PATCHES" -mindepth 1 -type d -empty -delete

echo "$(series_sum) $(git -C "$dir" rev-parse HEAD)" >"$stamp"
echo "patches/: ${#topics[@]} topics, $(list_patches | wc -l) patches, $changed files changed"
