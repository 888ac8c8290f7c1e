#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The litmus tests and all scenarios of the Spin model.
export MODELS=all
exec "$(dirname "$0")/test-models.sh"
