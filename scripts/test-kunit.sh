#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites that are built into the test kernel, judged by the tree's
# own tools/testing/kunit/kunit.py.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" "$SERIES"
kunit_tests "$SERIES"
if [ "$HP_ARCH" ]; then
	finish kunit
	exit
fi

# has_case NAME: the tree has it (TOPIC= may leave it out).
has_case() {
	grep -q "KUNIT_CASE.*($1)" "$(tree_of series)/kernel/cpu_hotplug_kunit.c" 2>/dev/null
}

# One case needs a timer that stops when its CPU idles deeply.
if has_case hp_broadcast; then
	QEMU_CPU=arat=off \
	QEMU_APPEND="kunit.enable=1 kunit.autorun=1 kunit.filter_glob=cpuhp.hp_broadcast" \
		guest_test series kunit-series-broadcast 300 idle
	check "hp_broadcast, with ticks by broadcast" kunit_passed cpuhp.hp_broadcast "$LOG"
fi

# A writer gives way to readers after some microseconds, by a clock that goes on with
# interrupts off: the scheduler's stops between two ticks when the TSC is no good.
if has_case hp_readers_win; then
	QEMU_APPEND="kunit.enable=1 kunit.autorun=1 kunit.filter_glob=cpuhp.hp_readers_win tsc=unstable" \
		guest_test series kunit-series-unstable 300 idle
	check "hp_readers_win, with an unstable TSC" kunit_passed cpuhp.hp_readers_win "$LOG"
fi
finish kunit
