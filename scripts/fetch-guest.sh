#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fetch-guest.sh ARCH: Debian's static busybox and bash for another architecture, from
# the machine's own mirror and release. Prints the directory that they are in.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/aptlib.sh"

arch_set "${1:?usage: fetch-guest.sh ARCH}"
dir=$CACHE/guest-$a_deb
mkdir -p "$CACHE"
lock "$CACHE/.lock-guest"
if [ ! -x "$dir/bin/bash-static" ] || [ ! -x "$dir/bin/busybox" ]; then
	command -v apt-get >/dev/null || die "no apt-get here: put bin/busybox and bin/bash-static for $1 into $dir"
	need_packages debian-archive-keyring
	step "fetch busybox and bash for $1"
	apt=$(mktemp -d "$CACHE/apt-XXXXXX")
	trap 'rm -rf "$apt"' EXIT
	apt_setup "$apt"
	release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	# There since Debian 13, and what is taken is static
	[ "$a_deb" != riscv64 ] || [ "$release" != bookworm ] || release=trixie
	got=
	for m in $(apt_mirrors); do
		apt_use "$m" "$release" "$a_deb" &&
			apt_download "busybox-static:$a_deb" "bash-static:$a_deb" && got=1 && break
	done
	if [ ! "$got" ]; then
		step_failed
		cat "$apt"/*.log >&2
		die "the Debian archive of this machine's apt sources does not give them"
	fi
	mkdir -p "$apt/new/bin"
	for f in "$apt"/debs/*.deb; do
		dpkg-deb -x "$f" "$apt/all"
	done
	# Where /usr is merged or not
	find "$apt/all/bin" "$apt/all/usr/bin" -type f \( -name busybox -o -name bash-static \) \
		-exec cp -t "$apt/new/bin" {} + 2>/dev/null || true
	if ! [ -x "$apt/new/bin/busybox" ] || ! [ -x "$apt/new/bin/bash-static" ]; then
		die "the packages have changed"
	fi
	rm -rf "$dir"
	mv "$apt/new" "$dir"
	step_done
fi
echo "$dir"
