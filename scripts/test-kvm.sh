#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A virtual machine inside of the guest runs while its CPUs go off and on. AMD's
# way (SVM), the one that QEMU emulates.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
kvm_tests series "${ROUNDS:-5}"
finish kvm
