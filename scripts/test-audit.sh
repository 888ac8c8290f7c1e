#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# docs/audit.tsv and the models of percpu_rwlock against the patched tree, and that each
# topic applies to the base with what it needs and nothing else.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/make-tree.sh"
check "each function which looks at cpu_online_mask is classified" "$TOP/scripts/check-audit.sh"
check "each statement of percpu_rwlock is modelled, or says why not" "$TOP/scripts/check-model.sh"
check "check-model knows what is missing, what is new and what has moved" \
	"$TOP/scripts/check-model.sh" --selftest
check "each topic applies with what it needs" env APPLY=1 "$TOP/scripts/check-topics.sh"
finish audit
