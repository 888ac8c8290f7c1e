#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# prepare.sh NAME: everything that booting the kernel NAME (series, lockdep...,
# see tree_of() in lib.sh) needs: tree, kernel, root file system.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name=${1:?usage: prepare.sh series|lockdep|base}
case $name in
base|*-base) export BASE_ONLY=1 ;;
esac
need_packages qemu-system-x86
"$TOP/scripts/make-tree.sh"
"$TOP/scripts/build-kernel.sh" "$name"
"$TOP/scripts/build-rootfs.sh" "$name"
