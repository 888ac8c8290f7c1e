#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One test after an edit in build/linux, for T=kunit:suite.case (patterns are possible) or
# T=selftest: builds what has changed, boots, runs it. KERNEL=lockdep: in that kernel.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

kernel=${HP_ARCH:+$HP_ARCH-}${KERNEL:-series}
name=${T:-}
[ "$name" ] || die "which test? T=kunit:suite.case (kunit:cpuhp.hp_takedown*), or a selftest (T=load-test.sh)"

"$TOP/scripts/prepare.sh" "$kernel"
case $name in
kunit:*)
	QEMU_APPEND="${QEMU_APPEND:-} kunit.enable=1 kunit.autorun=1 kunit.filter_glob=${name#kunit:}" \
		QEMU_DEVICE=$(edu "$kernel") guest_test "$kernel" "kunit-$kernel-t" 300 idle
	kunit_results "$LOG" >"$LOG.results"
	count_results <"$LOG.results"
	# What the failed ones say
	! grep -q '^not ok' "$LOG.results" || sed -nE 's/^<[0-9]+>\[ *[0-9.]+\] (    .*)$/# \1/p' "$LOG"
	;;
*)
	list=$(out_of "$kernel")/kselftest-installed/kselftest-list.txt
	grep -qx "cpu-hotplug:$name" "$list" || die "no selftest \"$name\"; there are: $(sed -n 's/^cpu-hotplug://p' "$list" | tr '\n' ' ')"
	TEST=$name kselftest_tests "$kernel"
	[ $FAILED = 0 ] || sed 's/^/# /' "$LOG.out"
	;;
esac
finish "$name"
