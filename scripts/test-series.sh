#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patches themselves, for one architecture.
export QUICK=1
exec "$(dirname "$0")/check-series.sh"
