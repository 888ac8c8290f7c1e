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
finish kunit
