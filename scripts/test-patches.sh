#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patches themselves, without a compiler: each applies, touches what it may, and
# satisfies checkpatch. The suite "series" compiles them, too.
export COMPILE=0 QUICK=1
exec "$(dirname "$0")/check-series.sh"
