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
for f in scripts/*.sh guest/init guest/*.sh .ci/run; do
	if command -v shellcheck >/dev/null; then
		shell=bash
		case $f in guest/*) shell=busybox ;; esac
		# An old shellcheck does not know busybox sh.
		[ $shell = bash ] || shellcheck -s busybox /dev/null 2>/dev/null || shell=dash
		check "shellcheck $f" shellcheck -s $shell "$f"
	else
		skip "shellcheck $f"
	fi
	check "$f has a licence tag" grep -q 'SPDX-License-Identifier: GPL-2.0' "$f"
done

check "log-check knows bad lines from good ones" scripts/log-check.sh --selftest
check "check-audit knows what is missing and what is gone" scripts/check-audit.sh --selftest

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
check "log-check without a log" says 'usage' scripts/log-check.sh
check "log-check with a log that is not there" says 'cannot read' scripts/log-check.sh "$t/none"
check "build-kernel of a kernel that is not known" says 'no kernel tree' scripts/build-kernel.sh series
finish scripts
