#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What make boot does, counted: every CPU goes off and on, none else is stopped.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" "$SERIES"
boot_tests "$SERIES" "${ROUNDS:-5}"
# CPUs whose timer can't be used get their ticks by broadcast.
[ "$HP_ARCH" ] || QEMU_APPEND=nolapic_timer BOOT_TAG=boot-series-broadcast boot_tests series 1
finish boot
