#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The machine sleeps and wakes, and starts another kernel.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
pm_tests series 3
finish pm
