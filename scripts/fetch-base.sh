#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fetch the kernel source named in the file "base" and print the tarball's path.
#
# The package lives in a suite that is usually not among the machine's own, so
# this is done with an apt configuration of our own: no file of the system is
# touched, and only the mirror's address is taken from it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

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
[ ! -e "$pinned" ] || warn "$pinned is damaged, fetching it again"

command -v apt-get >/dev/null || die "no apt-get here to fetch $package with: $no_tree"
need_packages xz-utils debian-archive-keyring

apt=$CACHE/apt
rm -rf "$apt"
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/sources"
trap 'rm -rf "$apt"' EXIT

# The machine's own mirrors, whatever form they are written in: apt itself
# prints them. The security archive and cdroms do not have what we want.
mirrors() {
	apt-get update --print-uris -o Debug::NoLocking=1 -o Dir::State::Lists="$apt/lists" \
		2>/dev/null |
	sed -n "s|^'\([^']*\)/dists/[^/']*/main/binary-.*|\1|p" |
	grep -v -e '^cdrom:' -e security | awk '!seen[$0]++'
}

# Our apt: it sees one source and keeps lists and packages in the cache.
private_apt() {
	local tool=$1

	shift
	"$tool" -q -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt" \
		-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt/sources" \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o APT::Sandbox::User=root -o APT::Get::List-Cleanup=0 "$@"
}

use_source() { # MIRROR SUITE
	cat >"$apt/sources/base.sources" <<-END
	Types: deb
	URIs: $1
	Suites: $2
	Components: main
	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	END
	private_apt apt-get update --error-on=any >"$apt/update.log" 2>&1
}

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
			use_source "$m" "$s" || continue
			if versions | grep -qxF "$version"; then
				echo "$version"
				return 0
			fi
			v=$(versions | grep "^${release//./\\.}\." | head -n 1) || true
			if [ "$v" ]; then
				echo "$v"
				return 0
			fi
		done < <(mirrors)
	done
	return 1
}

step "fetch $package $version"
if ! got=$(choose); then
	step_failed
	grep -E '^(E|W|Err)' "$apt/update.log" >&2 2>/dev/null || true
	[ "$(mirrors)" ] || say "this machine's apt sources name no Debian archive"
	die "no $package $release.y within reach: $no_tree"
fi
file=$CACHE/${package}_$got.tar.xz
if [ "$got" != "$version" ]; then
	step_progress "gone"
	warn "$package $version IS GONE from the archive, TAKING $got INSTEAD; the patches were made for the former"
fi
if ! good "$file"; then
	(cd "$apt" && private_apt apt-get download "$package=$got") >"$apt/download.log" 2>&1 || {
		step_failed
		cat "$apt/download.log" >&2
		die "cannot download $package $got: $no_tree"
	}
	dpkg-deb --fsys-tarfile "$apt/$package"_*.deb |
		tar -xO "./usr/src/$tarball" >"$file.part"
	mv "$file.part" "$file"
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
