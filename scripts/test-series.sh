#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patches themselves.
exec "$(dirname "$0")/check-series.sh"
