#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run the load HP_LOAD (loads/NAME.sh) while CPUs go off and on, HP_ROUNDS times in each way
# that this kernel has:
#
#   one	each CPU by its file "online", one after the other, some of them together
#   list	all but the first by one write to hotplug/take_offline and bring_online
#   smt	smt/control off and on, with two threads a core
#
# A load is a file with the functions start (returns when it is at work; 77: can't be had
# here) and stop (0 if nothing was lost). It may set tries: so often an offline may be refused
# with EBUSY before that counts, where mainline would refuse it, too; and others, where
# somebody else takes CPUs off and on.
#
# Prints one line a way, what the load says, and a last one. Exit status 77: skipped.
set -u

load=${HP_LOAD:?}
rounds=${HP_ROUNDS:-5}
sys=/sys/devices/system/cpu
cpus=() refused=0 offs=0 ons=0 tries=1 others=''
for c in "$sys"/cpu[0-9]*/online; do
	c=${c%/online}
	cpus+=("${c#"$sys/cpu"}")
done
list=$(IFS=,; echo "${cpus[*]}")
# shellcheck disable=SC2034 # the load's
work=$(mktemp -d /tmp/load-XXXX)

say() { echo "$load: $*"; }

# put WORD FILE: counts, and tells who refuses. Only an offline may be refused, with EBUSY,
# by a load that has set "tries", or anything that comes too late where it has set "others"
put() {
	local n=1 err

	while ! err=$( { echo "$1" >"$2"; } 2>&1); do
		err=${err##*: }
		if [ $n -ge "$tries" ] || { [ ! "$others" ] && [ "$1$err" != "0Device or resource busy" ]; }; then
			refused=$((refused + 1))
			say "echo $1 >${2#"$sys/"}: $err"
			return 1
		fi
		n=$((n + 1))
		sleep 0.2
	done
}

off() { put 0 "$sys/cpu$1/online" && offs=$((offs + 1)); }
on() { put 1 "$sys/cpu$1/online" && ons=$((ons + 1)); }
online() { cat "$sys/online"; }

all=$(online)
# Each way leaves all CPUs online, or says so
back() {
	local c

	[ "$(online)" = "$all" ] && return
	say "after \"$1\" the CPUs $(online) are online, not $all"
	refused=$((refused + 1))
	for c in "${cpus[@]}"; do echo 1 2>/dev/null >"$sys/cpu$c/online"; done
}

way_one() {
	local c

	for c in "${cpus[@]}"; do
		off "$c"
		on "$c"
	done
	for c in "${cpus[@]}"; do off "$c"; done
	for c in "${cpus[@]}"; do on "$c"; done
	return 0
}

way_list() {
	[ -e "$sys/hotplug/take_offline" ] || return 1
	put "$list" "$sys/hotplug/take_offline" && offs=$((offs + ${#cpus[@]}))
	put "$list" "$sys/hotplug/bring_online" && ons=$((ons + ${#cpus[@]}))
	return 0
}

way_smt() {
	local n=$(((${#cpus[@]} + 1) / 2))

	[ "$(cat "$sys/smt/control" 2>/dev/null)" = on ] && [ "$(cat "$sys/smt/active")" = 1 ] || return 1
	put off "$sys/smt/control" || return 0
	offs=$((offs + n))
	put on "$sys/smt/control" && ons=$((ons + n))
	return 0
}

# shellcheck source=/dev/null
. "/hp/guest/loads/$load.sh"

start
rc=$?
if [ $rc = 77 ]; then
	say "SKIP"
	exit 77
elif [ $rc != 0 ]; then
	say "does not start, FAIL"
	exit 1
fi
for way in one list smt; do
	t0=$(date +%s) r=0 n=$offs
	while [ $r -lt "$rounds" ]; do
		"way_$way" || break
		back "$way"
		r=$((r + 1))
	done
	[ $r = 0 ] || say "$way: $((offs - n)) offlines in $(($(date +%s) - t0)) s"
done
stop
rc=$?
[ $refused = 0 ] || say "$refused refused"
[ $rc = 0 ] || say "its own checks failed"
if [ $rc = 0 ] && [ $refused = 0 ] && [ $offs = $ons ]; then
	say "$offs offlines, PASS"
else
	say "$offs offlines, $ons onlines, FAIL"
	exit 1
fi
