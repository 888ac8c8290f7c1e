#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The control groups' own test of partitions of CPUs, which come and go.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
cpusets_tests series
finish cpusets
