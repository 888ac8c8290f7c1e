#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's torture modules for CPU hotplug, cross calls, RCU and the reader lock,
# while CPUs go off and on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" series
guest_test series torture-series-refuse 300 torture kind=refuse
while read -r ok what; do
	case $ok in
	ok) pass "cpuhptorture $what" ;;
	not) fail "cpuhptorture ${what#ok }" ;;
	esac
done < <(grep -E '^(not )?ok ' "$LOG.out")
n=$(grep -c '^	refuse "' "$TOP/guest/torture.sh")
check "cpuhptorture: all $n bad parameters were tried" \
	[ "$(grep -cE '^(not )?ok ' "$LOG.out")" = "$n" ]

torture_tests series cpuhp 60
torture_tests series scf 60
torture_tests series rcu 60
torture_tests series lock 40
finish torture
