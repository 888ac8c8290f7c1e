#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fetch the kernel source named in the file "base" and print the tarball's path.
#
# The package lives in a suite that is usually not among the machine's own.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/aptlib.sh"

package='' version='' suite='' tarball='' sha256='' release=''
# shellcheck source=../base
. "$TOP/base"

no_tree="give a kernel git tree with TREE=/path/to/linux instead"
pinned=$CACHE/${package}_$version.tar.xz
mkdir -p "$CACHE"

# good FILE: complete, by the pinned sum or the one noted when it came.
good() {
	local want=$sha256

	[ -f "$1" ] || return 1
	[ "$1" = "$pinned" ] || want=$(cat "$1.sha256" 2>/dev/null) || return 1
	[ "$(sha256sum <"$1")" = "$want  -" ]
}

if good "$pinned"; then
	echo "$pinned"
	exit 0
fi
# Other checkouts share the cache.
lock "$CACHE/.lock-fetch"
if good "$pinned"; then
	echo "$pinned"
	exit 0
fi
[ ! -e "$pinned" ] || warn "$pinned is damaged, fetching it again"

command -v apt-get >/dev/null || die "no apt-get here to fetch $package with: $no_tree"
need_packages xz-utils debian-archive-keyring

need_space "$CACHE" 1
apt=$(mktemp -d "$CACHE/apt-XXXXXX")
trap 'rm -rf "$apt"' EXIT
apt_setup "$apt"

versions() { # offered ones, newest first
	private_apt apt-cache madison "$package" 2>/dev/null |
		awk -F'|' '{ gsub(/ /, "", $2); print $2 }' | awk '!seen[$0]++'
}

# The pinned version from the pinned suite; failing that any version of the
# same release, from there or from the suites where it may have moved.
choose() {
	local s m v

	for s in "$suite" "${suite%-backports}" sid; do
		while read -r m; do
			apt_use "$m" "$s" || continue
			if versions | grep -qxF "$version"; then
				echo "$version"
				return 0
			fi
			v=$(versions | grep "^${release//./\\.}\." | head -n 1) || true
			if [ "$v" ]; then
				echo "$v"
				return 0
			fi
		done < <(apt_mirrors)
	done
	return 1
}

step "fetch $package $version"
if ! got=$(choose); then
	step_failed
	grep -E '^(E|W|Err)' "$apt/update.log" >&2 2>/dev/null || true
	if [ "$(apt_mirrors)" ]; then
		say "the Debian archive of this machine's apt sources can't be reached, or does not have it"
	else
		say "this machine's apt sources name no Debian archive"
	fi
	die "no $package $release.y within reach, is there a network? Or $no_tree"
fi
file=$CACHE/${package}_$got.tar.xz
if [ "$got" != "$version" ]; then
	step_progress "gone"
	warn "$package $version IS GONE from the archive, TAKING $got INSTEAD; the patches were made for the former"
fi
if ! good "$file"; then
	apt_download "$package=$got" || {
		step_failed
		cat "$apt/download.log" >&2
		die "cannot download $package $got: $no_tree"
	}
	dpkg-deb --fsys-tarfile "$apt/debs/$package"_*.deb |
		tar -xO "./usr/src/$tarball" >"$apt/tarball" ||
		{ step_failed; die "cannot unpack it into $CACHE, is there space?"; }
	mv "$apt/tarball" "$file"
	if [ "$file" != "$pinned" ]; then
		sha256sum <"$file" | sed 's/  -$//' >"$file.sha256"
	fi
fi
good "$file" || {
	step_failed
	die "$file does not have the sha256 pinned in the file base"
}
step_done
echo "$file"
