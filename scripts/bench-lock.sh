#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a reader of a percpu_rwlock costs, next to its alternatives: the
# primitive's own source, compiled for user space, on two CPUs of this machine.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rounds=${ROUNDS:-1001}
need_packages gcc libc6-dev
[ "$(uname -m)" = x86_64 ] || die "x86-64 only: bench/lock/shim.h has its instructions"
[ "$(nproc)" -ge 2 ] || die "two CPUs are needed"
"$TOP/scripts/make-tree.sh"
tree=$(tree_of series)

# Every header that these sources ask for is the shim, but for the two at hand.
out=$BUILD/bench-lock
rm -rf "$out"
mkdir -p "$out/linux"
sources=("$tree/kernel/locking/percpu-rwlock.c" "$tree/include/linux/percpu-rwlock.h"
	"$tree/include/linux/percpu-rwsem.h")
sed -n 's/^#include <\(.*\)>.*/\1/p' "${sources[@]}" | while read -r h; do
	mkdir -p "$out/$(dirname "$h")"
	echo '#include "shim.h"' >"$out/$h"
done
for h in linux/percpu-rwlock.h linux/percpu-rwsem.h; do
	ln -sf "$tree/include/$h" "$out/$h"
done

gcc -std=gnu11 -O2 -fno-pie -no-pie -mcmodel=small -ftls-model=local-exec -pthread \
	-Wall -Wno-unused -I "$TOP/bench/lock" -I "$out" -I "$tree" \
	-o "$out/bench" "$TOP/bench/lock/bench.c"
say "two threads, $rounds rounds, on $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1)"
"$out/bench" "$rounds"
