#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# CPUs that were not there at boot: plugged in, used, pulled out, ROUNDS times.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
vcpus_tests series "${ROUNDS:-2}"
finish vcpus
