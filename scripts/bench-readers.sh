#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench-readers.sh: attempts of the reader lock's writer, and how long they keep readers
# out, while all CPUs use it, with 4 CPUs and with 64 on this machine. See guest/readers.sh.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

"$TOP/scripts/prepare.sh" "$SERIES"
for smp in ${SMPS:-4 64}; do
	log=$BUILD/logs/readers-$smp.log
	# Nested paging: see kvm_tests()
	loads=rest,each,many,readers,kvm rounds=20
	[ "$smp" -le 16 ] || loads=rest,each,many rounds=5
	step "readers, $smp CPUs"
	QEMU_MEM=1024 QEMU_APPEND=kvm_amd.npt=0 "$TOP/scripts/qemu.sh" "$SERIES" "$smp" "$log" 1800 readers \
		"loads=$loads" "rounds=${ROUNDS:-$rounds}" || { step_failed; die "no figures, see $log and $log.out"; }
	step_done
	grep '^readers: ' "$log.out" | sed "s/^readers:/bench: readers cpus=$smp/"
done
