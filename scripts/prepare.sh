#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# prepare.sh NAME: everything that booting the kernel NAME (series, lockdep, arm64-series...,
# see tree_of() in lib.sh) needs: tree, kernel, root file system.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name=${1:?usage: prepare.sh series|lockdep|base}
case $name in
base|*-base) export BASE_ONLY=1 ;;
esac
arch_set "$(arch_of "$name")"
# shellcheck disable=SC2086 # words
need_packages $a_qemu_packages
"$TOP/scripts/make-tree.sh"
"$TOP/scripts/build-kernel.sh" "$name"
"$TOP/scripts/build-rootfs.sh" "$name"
