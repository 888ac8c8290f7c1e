#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own CPU hotplug selftests.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" "$SERIES"
kselftest_tests "$SERIES"
finish kselftest
