#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# distro.sh: the series as a user would run it: Debian's own configuration of this kernel
# (LOCALVERSION and modules apart), Debian 12 with systemd, udev and irqbalance, two nodes,
# disks with several queues, an IOMMU. One boot for each load in guest/distro/loads, and CPUs
# go off and on beside it; then the series' selftests.
#
# LOADS="name..." these only. ROUNDS=n so often in each way (5). BASE_ONLY=1 the unpatched
# kernel. FLAVOUR=rt: Debian's realtime one. SMP=n CPUs (4). LOGIN=1: a login instead.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

case ${FLAVOUR:-} in
''|rt) name=distro${FLAVOUR:+-$FLAVOUR} ;;
*) die "FLAVOUR=$FLAVOUR: there is rt, and the default" ;;
esac
[ $((${SMP:-4} % 4)) = 0 ] || die "SMP=$SMP: two nodes and two threads a core take a multiple of 4"
[ ! "$BASE_ONLY" ] || name+=-base
out=$(out_of "$name")
all=$(cd "$TOP/guest/distro/loads" && for f in *.sh; do echo "${f%.sh}"; done)
loads=${LOADS:-$all selftests}

"$TOP/scripts/make-tree.sh"
"$TOP/scripts/build-kernel.sh" "$name"
"$TOP/scripts/build-distro.sh" "$name"
# Two nodes, two threads a core; KVM is AMD's here, which the emulator has without them only.
# One thread of the host for all CPUs: this kernel patches its text all the time, see
# docs/tests.md. THREADS=1: one for each.
export QEMU_SINGLE QEMU_SMT QEMU_MEM QEMU_NUMA=1
single=1
[ ! "${THREADS:-}" ] || single=
QEMU_SINGLE=$single QEMU_SMT=1 QEMU_MEM=${MEM:-3072}
if [ "${LOGIN:-}" ]; then
	echo "Log in as root. Leave the guest with: poweroff, or with ctrl-a x from outside."
	exec "$TOP/scripts/qemu.sh" "$name" "${SMP:-4}" /dev/null 0 shell
fi
for l in $loads; do
	QEMU_SINGLE=$single QEMU_SMT=1 QEMU_MEM=${MEM:-3072} LOG_TAINT=''
	case $l in
	# In one thread the emulator gets the events of a guest's guest wrong
	kvm) QEMU_SMT='' QEMU_SINGLE='' ;;
	# A live patch was there
	trace) LOG_TAINT=32768 ;;
	swap) QEMU_MEM=${MEM:-1024} ;;
	selftests) [ ! "$BASE_ONLY" ] || continue ;;
	esac
	tag=$name-$l
	[ "$l" != selftests ] || tag=kselftest-$name
	guest_test "$name" "$tag" 3600 distro "load=$l" "rounds=${ROUNDS:-5}"
	if [ "$l" = selftests ]; then
		results=$(kselftest_results "$LOG.out")
		count_results <<<"$results"
		check "the runner came to its end" kselftest_ended "$LOG.out"
	fi
	sed -n "s/^$l: /# $l: /p" "$LOG.out"
done
finish distro
