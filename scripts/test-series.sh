#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The patches themselves, compiled one by one, for two architectures.
exec "$(dirname "$0")/check-series.sh"
