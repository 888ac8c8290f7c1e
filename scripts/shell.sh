#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An interactive shell in the guest, on this terminal.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name=$SERIES
[ ! "$BASE_ONLY" ] || name=${SERIES%series}base
"$TOP/scripts/prepare.sh" "$name"
echo "Leave the guest with: poweroff -f, or with ctrl-a x from outside."
exec "$TOP/scripts/qemu.sh" "$name" "${SMP:-4}" /dev/null 0 shell
