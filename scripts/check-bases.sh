#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which kernels each topic applies to, with those that it needs; git am, without three way
# merges. The kernels: the pinned base, and every linux-source-7.2 and 7.3 that this
# machine's Debian mirrors have; or those in BASES="path...", git trees (path or
# path@revision) or tarballs. NOFETCH=1: only what was fetched before. Nothing is built.
# Prints a table; where something does not apply, the first patch that does not. Only what
# the pinned base refuses is a failure.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/topiclib.sh"
. "$TOP/scripts/aptlib.sh"

[ ! "$TREE" ] || die "not with TREE=: BASES=$TREE does that"
releases=${RELEASES:-7.2 7.3}
suites=${SUITES:-trixie-backports sid experimental}
topics=$(list_topics)
topics=${topics:-.}
mapfile -t patches < <(list_patches)
[ ${#patches[@]} -gt 0 ] || die "patches/ is empty"
mkdir -p "$CACHE/bases"
work=$(mktemp -d "$BUILD/.bases-XXXXXX")
trap 'rm -rf "$work"' EXIT

# Tarballs in the cache, as PACKAGE_VERSION.tar.xz.
fetch() {
	local s m p v f tar

	command -v apt-get >/dev/null || { warn "no apt-get here to fetch kernels with"; return 0; }
	need_packages xz-utils debian-archive-keyring
	lock "$CACHE/.lock-fetch"
	apt_setup "$work/apt"
	for s in $suites; do
		while read -r m; do
			apt_use "$m" "$s" || continue
			for p in $releases; do
				p=linux-source-$p
				v=$(private_apt apt-cache madison "$p" 2>/dev/null |
					awk -F'|' 'NR == 1 { gsub(/ /, "", $2); print $2 }')
				[ "$v" ] || continue
				f=$CACHE/bases/${p}_$v.tar.xz
				step_progress "$p $v"
				[ ! -e "$f" ] || continue
				[ ! -e "$CACHE/${p}_$v.tar.xz" ] || continue
				rm -f "$work/apt/debs"/*
				apt_download "$p=$v" || { warn "cannot download $p $v"; continue; }
				tar=$(dpkg-deb --fsys-tarfile "$work/apt/debs"/*.deb | tar -t | grep -m 1 'usr/src/linux-source.*\.tar' || true)
				[ "$tar" ] || { warn "no source in $p $v"; continue; }
				dpkg-deb --fsys-tarfile "$work/apt/debs"/*.deb | tar -xO "$tar" >"$work/tarball"
				mv "$work/tarball" "$f"
			done
			break
		done < <(apt_mirrors)
	done
}

names=() small=()

# add NAME COMMAND...: what the command puts into a small repository
add() {
	local dir=$work/${#names[@]} name=$1 f

	shift
	f=$1
	shift
	step "read $name"
	"$f" "$dir" "$@" "${patches[@]}" || { step_failed; warn "cannot read $name"; return 0; }
	step_done
	names+=("$name") small+=("$dir")
}

if [ "${BASES:-}" ]; then
	for b in $BASES; do
		path=${b%@*} rev=HEAD
		[ "$path" = "$b" ] || rev=${b##*@}
		if [ -f "$path" ]; then
			name=${path##*/}
			add "${name%.tar*}" small_from_tar "$(realpath "$path")"
		elif git -C "$path" rev-parse -q --verify "$rev^{commit}" >/dev/null 2>&1; then
			name=${path##*/}
			[ "$rev" = HEAD ] || name=$rev
			add "$name" small_from_git "$(realpath "$path")" "$rev"
		else
			die "BASES: $b is neither a git tree (with that revision) nor a tarball"
		fi
	done
else
	if base=$(base_rev 2>/dev/null); then
		pinned=$(git -C "$(main_repo)" log -1 --format=%s "$base" | sed 's/^Base: linux-source-[0-9.]* *//')
		add "${pinned:-base} (pinned)" small_from_git "$(main_repo)" "$base"
	else
		add "pinned base" small_from_tar "$("$TOP/scripts/fetch-base.sh")"
	fi
	if [ ! "${NOFETCH:-}" ]; then
		step "look for other kernels"
		fetch
		step_done
	fi
	for f in "$CACHE"/bases/*.tar.xz "$CACHE"/linux-source-*.tar.xz; do
		[ -f "$f" ] || continue
		name=${f##*/}
		name=${name#linux-source-*_}
		name=${name%.tar.xz}
		[[ ${names[0]} != "$name "* ]] || continue
		add "$name" small_from_tar "$f"
	done
fi
[ ${#names[@]} -gt 0 ] || die "no kernel to try"

notes='' failed=0
for i in "${!names[@]}"; do
	printf '%d: %s\n' $((i + 1)) "${names[i]}"
done
printf '%-22s' topic
for i in "${!names[@]}"; do
	printf ' %6d' $((i + 1))
done
echo
for t in $topics; do
	printf '%-22s' "$t"
	for i in "${!names[@]}"; do
		small_reset "${small[i]}"
		# shellcheck disable=SC2046 # names without blanks
		if said=$(if [ "$t" = . ]; then small_am "${small[i]}" "${patches[@]}"
			  else small_topics "${small[i]}" $(topic_with_needs "$t"); fi); then
			printf ' %6s' yes
		else
			printf ' %6s' no
			[ "$i" != 0 ] || [ "${BASES:-}" ] || failed=$((failed + 1))
			notes+="$t on ${names[i]}: $(head -n 1 <<<"$said")"$'\n'
		fi
	done
	echo
done
[ -z "$notes" ] || printf '\n%s' "$notes"
[ $failed = 0 ]
