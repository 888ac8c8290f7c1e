#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A short version of "make soak", in one of its kernels.
set -euo pipefail
export CYCLES=100 KERNELS=nohz_full
exec "$(dirname "$0")/soak.sh"
