#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest of the guest, with a vCPU on each CPU, runs while these go off and on,
# HP_ROUNDS times, and a new one is started for each round. Then KVM's own tests run,
# again while CPUs go off and on.

rounds=${HP_ROUNDS:-5}
sys=/sys/devices/system/cpu
cpus=$(for c in "$sys"/cpu[0-9]*/online; do
	c=${c%/online}
	echo "${c#"$sys/cpu"}"
done)
nr=$(nproc)

fail() {
	cat /tmp/kvm
	echo "kvm: round $r: $*, FAIL"
	exit 1
}

online() {
	echo "$2" >"$sys/cpu$1/online" || fail "CPU $1 does not go $2"
}

r=1 n=0
while [ "$r" -le "$rounds" ]; do
	/guest/kvm "$nr" >/tmp/kvm 2>&1 &
	kvm=$!
	sleep 1
	# One after the other, then all but one
	for c in $cpus; do
		online "$c" 0
		sleep 0.3
		online "$c" 1
		sleep 0.3
		n=$((n + 1))
	done
	for c in $cpus; do online "$c" 0; done
	sleep 0.3
	for c in $cpus; do online "$c" 1; done
	n=$((n + nr - 1))
	kill $kvm 2>/dev/null
	wait $kvm || fail "the virtual machine"
	cat /tmp/kvm
	r=$((r + 1))
done
echo "kvm: $nr vCPUs, $n offlines, PASS"

toggle() {
	while :; do
		for c in $cpus; do
			echo 0 >"$sys/cpu$c/online" && echo 1 >"$sys/cpu$c/online" || exit 1
			echo "CPU $c off and on"
		done
	done
}

failed=
for t in /kvm/*; do
	toggle >/tmp/toggle &
	toggle=$!
	# That one runs for a time, and waits about a second for each interrupt. A busy
	# host can need longer.
	case $t in *xapic_ipi*) set -- -s 10 -w 30 ;; *) set -- ;; esac
	timeout 300 "$t" "$@" >/tmp/kvm 2>&1
	rc=$?
	kill $toggle 2>/dev/null || rc=toggle
	wait $toggle
	for c in $cpus; do
		[ "$(cat "$sys/cpu$c/online")" = 1 ] || online "$c" 1
	done
	echo "${t##*/}: exit $rc, $(grep -c . /tmp/toggle) offlines"
	[ $rc = 0 ] || { cat /tmp/kvm; failed=1; }
done
[ ! "$failed" ]
