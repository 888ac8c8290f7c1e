#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All configurations of kconfig/matrix, one after the other, as "make matrix" does.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

for k in "$TOP"/kconfig/matrix/*.config; do
	k=${k##*/}
	check "configuration ${k%.config}" env KERNELS="${k%.config}" "$TOP/scripts/matrix.sh"
done
finish matrix
