#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Other machines of the architecture, which have other interrupt controllers: each CPU goes
# off and on, KUnit, selftests.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

[ "$HP_ARCH" ] || die "ARCH=name is needed: x86-64 has one machine here"
[ "$a_machines" ] || die "ARCH=$HP_ARCH has one machine here"
"$TOP/scripts/prepare.sh" "$SERIES"
for m in ${MACHINES:-$a_machines}; do
	export QEMU_MACHINE=$m TAG=${m//,/-}
	BOOT_TAG=boot-$SERIES-$TAG boot_tests "$SERIES" 1
	kunit_tests "$SERIES"
	kselftest_tests "$SERIES"
done
finish machines
