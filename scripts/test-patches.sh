#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patches themselves, without a compiler: they apply, each touches what it may, and
# satisfies checkpatch. The suite "series" compiles them, too.
export QUICK=1 AS=patches
exec "$(dirname "$0")/check-series.sh"
