#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's torture modules for cross calls and RCU, a minute each, while
# CPUs go off and on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
torture_tests series scf 60
torture_tests series rcu 60
finish torture
