#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian with the series, a load after the other.
set -euo pipefail
exec "$(dirname "$0")/distro.sh"
