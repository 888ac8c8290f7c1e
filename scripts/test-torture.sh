#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's torture modules for CPU hotplug, cross calls, RCU and the reader lock,
# while CPUs go off and on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
torture_tests series cpuhp 60
torture_tests series scf 60
torture_tests series rcu 60
torture_tests series lock 40
finish torture
