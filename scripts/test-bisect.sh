#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel at each patch is built and booted, as "make check-bisect" does.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

check "each patch builds, and its kernel boots" "$TOP/scripts/check-bisect.sh"
finish bisect
