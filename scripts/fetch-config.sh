#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fetch-config.sh FLAVOUR: Debian's own configuration of the kernel that is the base
# (package linux-config-7.3 of the same version): cloud-amd64, rt-amd64 or amd64. Prints
# its path.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/aptlib.sh"

flavour=${1:?usage: fetch-config.sh cloud-amd64|rt-amd64|amd64}
version='' suite='' release=''
# shellcheck source=../base
. "$TOP/base"
dir=$CACHE/config-$version
file=$dir/config.amd64_none_$flavour

mkdir -p "$CACHE"
lock "$CACHE/.lock-config"
if [ ! -f "$file" ]; then
	command -v apt-get >/dev/null || die "no apt-get here: put Debian's configuration into $file"
	need_packages debian-archive-keyring xz-utils
	package=linux-config-$release
	step "fetch $package $version"
	apt=$(mktemp -d "$CACHE/apt-XXXXXX")
	trap 'rm -rf "$apt"' EXIT
	apt_setup "$apt"
	got=
	for m in $(apt_mirrors); do
		apt_use "$m" "$suite" && apt_download "$package=$version" && got=1 && break
	done
	if [ ! "$got" ]; then
		step_failed
		cat "$apt"/*.log >&2
		die "the Debian archive of this machine's apt sources does not have it"
	fi
	dpkg-deb -x "$apt"/debs/*.deb "$apt/all"
	mkdir -p "$dir"
	unxz "$apt/all/usr/src/$package"/*.xz
	mv "$apt/all/usr/src/$package"/config.* "$dir/"
	step_done
fi
[ -f "$file" ] || die "Debian has no flavour \"$flavour\": $(cd "$dir" && echo config.*)"
echo "$file"
