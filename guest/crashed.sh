#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the crash kernel: the memory of the one that panicked can be read, and its log is there.

fail() {
	echo "crashed: $*, FAIL"
	exit 1
}

[ -r /proc/vmcore ] || fail "no /proc/vmcore"
grep -aq "crash: panics, crash in" /proc/vmcore || fail "the first kernel's log is not in it"
echo "crashed: $(stat -c %s /proc/vmcore) bytes, PASS"
