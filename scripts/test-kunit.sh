#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites that are built into the test kernel, judged by the tree's
# own tools/testing/kunit/kunit.py.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
kunit_tests series

# One case needs a timer that stops when its CPU idles deeply.
QEMU_CPU=arat=off QEMU_APPEND="kunit.enable=1 kunit.autorun=1 kunit.filter_glob=cpuhp.hp_broadcast" \
	guest_test series kunit-series-broadcast 300 idle
check "hp_broadcast, with ticks by broadcast" kunit_passed cpuhp.hp_broadcast "$LOG"

# A writer gives way to readers after some microseconds, by a clock that goes on with
# interrupts off: the scheduler's stops between two ticks when the TSC is no good.
QEMU_APPEND="kunit.enable=1 kunit.autorun=1 kunit.filter_glob=cpuhp.hp_readers_win tsc=unstable" \
	guest_test series kunit-series-unstable 300 idle
check "hp_readers_win, with an unstable TSC" kunit_passed cpuhp.hp_readers_win "$LOG"
finish kunit
