#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# soak.sh: CYCLES offlines and onlines (2000) under a storm of interrupts, cross
# calls and text patching, in kernels of several configurations (KERNELS: nohz_full
# periodic lockdep).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

CYCLES=${CYCLES:-2000}
[[ $CYCLES =~ ^[1-9][0-9]*$ ]] || die "CYCLES=$CYCLES: a number is needed"
for k in ${KERNELS:-nohz_full periodic lockdep}; do
	"$TOP/scripts/prepare.sh" "soak-$k"
	soak_tests "$k" "$CYCLES"
done
finish soak
