#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites that are built into the test kernel, judged by the tree's
# own tools/testing/kunit/kunit.py.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
need_packages python3
export QEMU_APPEND="kunit.enable=1 kunit.autorun=1"
guest_test series kunit 600 idle

report=$BUILD/logs/kunit.report
rc=0
python3 "$(tree_of series)/tools/testing/kunit/kunit.py" parse "$LOG" >"$report" 2>&1 || rc=$?
sed 's/\x1b\[[0-9;]*m//g; s/^/# /' "$report"

# "Testing complete. Ran 27 tests: passed: 25, failed: 1, skipped: 1"
count() {
	sed -n "s/.*Testing complete\. Ran .* $1: \([0-9]*\).*/\1/p" "$report" | tail -n 1
}
p=$(count passed) f=$(count failed) c=$(count crashed) e=$(count errors) s=$(count skipped)
bad=$((${f:-0} + ${c:-0}))
PASSED=$((PASSED + ${p:-0})) FAILED=$((FAILED + bad)) SKIPPED=$((SKIPPED + ${s:-0}))
if [ "${p:-0}" = 0 ]; then
	fail "kunit.py found tests"
fi
if [ "$bad" = 0 ]; then
	check "kunit.py is content (${e:-0} errors)" [ $rc = 0 ]
fi
finish kunit
