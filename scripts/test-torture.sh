#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's torture modules for CPU hotplug, cross calls, RCU and the reader lock,
# while CPUs go off and on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
# Their "!!!" is expected
step "guest: torture-series-refuse"
LOG=$LOGS/torture-series-refuse.log
check "cpuhptorture: bad parameters: the guest ended well" \
	"$TOP/scripts/qemu.sh" series 4 "$LOG" 300 torture kind=refuse
step_done
while read -r ok what; do
	case $ok in
	ok) pass "cpuhptorture $what" ;;
	not) fail "cpuhptorture ${what#ok }" ;;
	esac
done < <(grep -E '^(not )?ok ' "$LOG.out")
check "cpuhptorture: parameters were tried" grep -q '^ok ' "$LOG.out"
grep -v 'cpuhp-torture:!!! ' "$LOG" >"$LOG.rest"
check "cpuhptorture: bad parameters: nothing else in the kernel log" \
	"$TOP/scripts/log-check.sh" "$LOG.rest"

torture_tests series cpuhp 60
torture_tests series scf 60
torture_tests series rcu 60
torture_tests series lock 40
finish torture
