#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel panics, with a crash kernel or without, or starts another one, while a CPU is on
# its way offline.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" "$SERIES"
crash_tests "$SERIES"
finish crash
