#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boot the patched kernel (BASE_ONLY=1: the unpatched one), take every CPU but
# one off and on again, ROUNDS times, and show what that took. The last line is
# the verdict.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

SMP=${SMP:-4}
ROUNDS=${ROUNDS:-5}
name=$SERIES
[ ! "$BASE_ONLY" ] || name=${SERIES%series}base
[[ $SMP =~ ^[0-9]+$ && $SMP -ge 2 && $SMP -le 64 ]] || die "SMP=$SMP: 2 to 64 CPUs are needed"
[[ $ROUNDS =~ ^[1-9][0-9]*$ ]] || die "ROUNDS=$ROUNDS: a number from 1 is needed"

"$TOP/scripts/prepare.sh" "$name"

log=$BUILD/logs/boot-$name.log
expected=$(((SMP - 1) * ROUNDS))
step "boot it with $SMP CPUs and take them off and on, $ROUNDS rounds"
rc=0
"$TOP/scripts/qemu.sh" "$name" "$SMP" "$log" $((120 + expected * 5)) boot "rounds=$ROUNDS" || rc=$?
if [ $rc = 0 ]; then step_done; else step_failed; fi

expected=$(($(can_go "$name" "$SMP" "$log.out") * ROUNDS))
verdict=PASS
[ $rc = 0 ] || verdict=FAIL
echo
sed '/^guest: /d; /^CPUs which can go/d; /^figures:/d' "$log.out"
echo
"$TOP/scripts/log-check.sh" "$log" || verdict=FAIL

offlines=0 stopped=0
read -r offlines stopped < <(sed -n \
	's/^figures: offlines=\([0-9]*\) failed=[0-9]* stopped=\([0-9]*\)$/\1 \2/p' "$log.out") || true
[ "${offlines:=0}" = "$expected" ] || verdict=FAIL
: "${stopped:=0}"
if [ $verdict = PASS ]; then
	if tree_is_base "$name"; then
		verdict=BASELINE
	elif arch_stops "$name"; then
		verdict="PASS, but with stop_machine(): $TOPIC has no HOTPLUG_LATE_RETIRE for $HP_ARCH"
	elif [ "$stopped" -gt 0 ] && ! tree_stops "$name"; then
		verdict=FAIL
	fi
fi
echo "boot: $offlines offlines, $stopped other CPUs stopped, $verdict"
[ "$verdict" != FAIL ]
