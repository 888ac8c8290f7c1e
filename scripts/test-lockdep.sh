#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Once more with lock, RCU, sleep and object checks in the kernel, shorter, and
# with two threads a core. The core scheduling test runs once more with all
# softirqs in a thread, which core scheduling may keep waiting, and several CPUs go
# at a time with one of them isolated. A busy machine is powered off.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" lockdep
export QEMU_SMT=1
boot_tests lockdep 1
SMP=8 guest_test lockdep poweroff-lockdep 300 poweroff
kunit_tests lockdep
kselftest_tests lockdep
QEMU_APPEND=threadirqs TEST=core-sched-test kselftest_tests lockdep
QEMU_APPEND=isolcpus=3 TEST=several-cpus-test.sh kselftest_tests lockdep
torture_tests lockdep cpuhp 20
torture_tests lockdep lock 20
finish lockdep
