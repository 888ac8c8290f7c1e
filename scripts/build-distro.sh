#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build-distro.sh NAME: the disks of the guest with Debian for the kernel NAME: build/o-NAME/
# root.ext4 is Debian, guest.ext4 the kernel's modules, its selftests, guest/distro; disk-N are
# empty ones for the loads.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name=${1:?usage: build-distro.sh distro[-rt][-base]}
out=$(out_of "$name")
tree=$(tree_of "$name")
lock "$out/.lock"
need_packages e2fsprogs gcc libc6-dev rsync make
image=$("$TOP/scripts/build-distro-image.sh")
ln -sf "$image" "$out/root.ext4"

dir=$out/guest-disk
rm -rf "$dir" "$out/guest.ext4"
mkdir -p "$dir/kselftest"
cp -r "$TOP/guest/distro" "$dir/guest"
cp -r "$out/mods/lib/modules" "$dir/modules"
gcc -O2 -Wall -static -pthread -o "$dir/guest/kvm" "$TOP/guest/kvm.c"
make -C "$tree/tools/testing/selftests" TARGETS=cpu-hotplug O="$out" USERLDFLAGS=-static \
	INSTALL_PATH="$dir/kselftest" install >"$out/selftests.log" 2>&1 || {
	tail -n 20 "$out/selftests.log" >&2
	die "the selftests do not build, see $out/selftests.log"
}
mke2fs -q -t ext4 -d "$dir" -L hp-guest "$out/guest.ext4" $(($(du -sm "$dir" | cut -f1) * 12 / 10 + 32))M
rm -rf "$dir"
for n in 1 2 3; do
	truncate -s 1G "$out/disk-$n"
done
