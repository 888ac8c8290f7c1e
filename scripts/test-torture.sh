#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's torture modules for CPU hotplug, cross calls, RCU and the reader lock,
# while CPUs go off and on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

"$TOP/scripts/prepare.sh" "$SERIES"
guest_test "$SERIES" "torture-$SERIES-refuse" 300 torture kind=refuse
while read -r ok what; do
	case $ok in
	ok) pass "cpuhptorture $what" ;;
	not) fail "cpuhptorture ${what#ok }" ;;
	esac
done < <(grep -E '^(not )?ok ' "$LOG.out")
n=$(grep -c '^	refuse "' "$TOP/guest/torture.sh")
check "cpuhptorture: all $n bad parameters were tried" \
	[ "$(grep -cE '^(not )?ok ' "$LOG.out")" = "$n" ]

torture_tests "$SERIES" cpuhp 60
torture_tests "$SERIES" scf 60
# Two threads a core, and suspend, on x86 only
if [ "$HP_ARCH" ]; then
	torture_user_tests "$SERIES" 40 list
else
	torture_user_tests "$SERIES" 40 list smt suspend
fi
# What CPU hotplug does for these is the same on all architectures
if [ ! "$HP_ARCH" ]; then
	torture_tests series rcu 60
	torture_tests series lock 40
fi
finish torture
