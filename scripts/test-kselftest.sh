#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own CPU hotplug selftests.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" "$SERIES"
kselftest_tests "$SERIES"

# has_test NAME: the tree has it (TOPIC= may leave it out).
has_test() {
	[ ! "$HP_ARCH" ] && [ -f "$(tree_of series)/tools/testing/selftests/cpu-hotplug/$1" ]
}

# Managed interrupts of two CPUs each, one of which gets them only without the other
if has_test interrupt-test.sh; then
	QEMU_QUEUES=2 QEMU_APPEND=isolcpus=managed_irq,3 TEST=interrupt-test.sh kselftest_tests series
fi
# CPU 0 of x86 does not go: two others do the housekeeping
if has_test housekeeping-test.sh; then
	QEMU_APPEND=isolcpus=0-1 TEST=housekeeping-test.sh kselftest_tests series
fi
finish kselftest
