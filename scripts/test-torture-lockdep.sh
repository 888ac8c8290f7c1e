#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The torture modules in the kernel that checks itself, longer than in the suite "lockdep".
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" lockdep
export QEMU_SMT=1
for k in cpuhp scf rcu lock; do
	torture_tests lockdep $k 60
done
finish torture-lockdep
