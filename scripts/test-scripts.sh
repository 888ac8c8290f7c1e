#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# This repository's own programs: clean shell, a log check that can fail, and
# plain words for wrong use.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

if ! command -v shellcheck >/dev/null && [ "$(id -u)" = 0 ]; then
	(need_packages shellcheck) || true
fi
cd "$TOP"
check "qmp.py is Python" python3 -c 'compile(open("scripts/qmp.py").read(), "qmp.py", "exec")'
lint() { # SHELL FILE...
	printf '%s\n' "${@:2}" | xargs -P "$(nproc)" -n 6 shellcheck -f gcc -s "$1" || true
}
if command -v shellcheck >/dev/null; then
	# An old shellcheck does not know busybox sh.
	busybox=busybox
	shellcheck -s busybox /dev/null 2>/dev/null || busybox=dash
	linted=$(lint bash scripts/*.sh .ci/run guest/distro/init guest/distro/*.sh guest/distro/loads/*.sh; lint $busybox guest/init guest/*.sh)
	said() { ! grep -F "$1:" <<<"$linted"; }
fi
for f in scripts/*.sh guest/init guest/*.sh guest/distro/init guest/distro/*.sh guest/distro/loads/*.sh .ci/run; do
	if command -v shellcheck >/dev/null; then
		check "shellcheck $f" said "$f"
	else
		skip "shellcheck $f"
	fi
	check "$f has a licence tag" grep 'SPDX-License-Identifier: GPL-2.0' "$f"
done

check "check-audit knows what is missing and what is gone" scripts/check-audit.sh --selftest
check "patches/ and the tree, from and to each other" scripts/selftest-topics.sh

# says WORDS COMMAND...: the command fails, and says these words.
says() {
	local words=$1 out

	shift
	if out=$("$@" 2>&1); then
		echo "did not fail: $out"
		return 1
	fi
	grep -qF -- "$words" <<<"$out" || { echo "$out"; return 1; }
}
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
git init -q "$t/empty"
git init -q "$t/old"
printf 'VERSION = 6\nPATCHLEVEL = 12\n' >"$t/old/Makefile"
git -C "$t/old" add Makefile
git -C "$t/old" -c user.name=t -c user.email=t@localhost commit -q -m old

export BUILD=$t/build
check "TREE= that does not exist" \
	says 'TREE=/nonexistent: no such directory' env TREE=/nonexistent scripts/make-tree.sh
check "TREE= without a commit" \
	says 'is not a git tree' env TREE="$t/empty" scripts/make-tree.sh
check "TREE= of another version" \
	says 'Linux 6.12, the series is for 7.3' env TREE="$t/old" scripts/make-tree.sh
check "SMP=1" says 'SMP=1: 2 to 64 CPUs' env SMP=1 scripts/boot.sh
check "SMP=many" says 'SMP=many: 2 to 64 CPUs' env SMP=many scripts/boot.sh
check "ROUNDS=0" says 'ROUNDS=0' env ROUNDS=0 scripts/boot.sh
check "SUITE= that does not exist names those that do" \
	says 'kselftest' env SUITE=nonexistent scripts/test.sh
check "KERNELS= that does not exist names those that do" \
	says 'kasan.config' env KERNELS=nonexistent scripts/matrix.sh
check "bench with ROUNDS=0" says 'ROUNDS=0: a number' env ROUNDS=0 scripts/bench.sh
check "bench with CPUS=65" says 'CPUS=65: 2 to 64 CPUs' env CPUS='4 65' scripts/bench.sh
check "bench with CPUS=few" says 'CPUS=few: 2 to 64 CPUs' env CPUS=few scripts/bench.sh
check "bench with PARTS= that does not exist names those that do" \
	says 'of counts, gap' env PARTS=nonexistent scripts/bench.sh
check "qmp.py without arguments" says 'usage' scripts/qmp.py
check "qmp.py without QEMU" says 'No such file' scripts/qmp.py "$t/none" "$t/none"
check "a tier that does not exist names those that do" \
	says 'check test full' scripts/test.sh nonexistent
mkdir "$t/a b"
check "a path with a blank" says 'no blanks' env BUILD="$t/a b" scripts/make-tree.sh
check "ACCEL= that does not exist" says 'tcg (emulation) or kvm' \
	env ACCEL=magic scripts/qemu.sh series 2 "$t/log" 1 boot
check "ARCH= that does not exist names those that do" \
	says 'x86_64 arm64' env ARCH=pdp11 scripts/boot.sh
check "ARCH= with another machine's CPUs" says 'only emulated ones' \
	env ACCEL=kvm scripts/qemu.sh arm64-series 2 "$t/log" 1 boot
check "ARCH= and a suite that it does not have" says 'boot kunit' \
	env ARCH=arm64 SUITE=kvm scripts/test.sh
check "make t without a test" says 'which test' env T= scripts/t.sh
check "make compare without results" says 'no two results' scripts/compare.sh
# A second test run in the same checkout
mkdir -p "$BUILD"
(
	exec 9>"$BUILD/.test-lock"
	flock 9
	check "two test runs at a time" says 'another test run' scripts/test.sh check
	echo "1..1"
) >"$t/lock"
check "two test runs at a time" grep '^ok ' "$t/lock"
check "build-kernel of a kernel that is not known" says 'no kernel tree' scripts/build-kernel.sh series
finish scripts
