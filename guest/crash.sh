#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A CPU on its way offline is held in phase HP_PHASE. Meanwhile, as HP_KIND says, the kernel
# panics without a crash kernel (panic), or with one (crash), or starts another one (kexec).
# What follows is the next kernel's business, see crashed.sh and boot.sh, or nobody's.

cpu=$(($(nproc --all) - 1))
# In phase "retire" the CPU has interrupts disabled and can be called: who shares memory
# with something that has run there waits for it. So this does not.
if [ ! "$HP_AWAY" ]; then
	export HP_AWAY=1
	exec taskset "$(printf %x $(((1 << cpu) - 1)))" "$0"
fi

sys=/sys/devices/system/cpu
hold=/sys/module/cpuhp/parameters
read -r cmdline </proc/cmdline
cmdline=${cmdline%% hp.run=*}

fail() {
	echo "crash: $HP_KIND in $HP_PHASE: $*, FAIL"
	exit 1
}

case $HP_KIND in
panic) ms=60000 ;;
crash)
	ms=60000
	/guest/kexec -p /boot/bzImage /sys/firmware/initrd "$cmdline $HP_APPEND hp.run=crashed" ||
		fail "no crash kernel"
	;;
kexec) ms=3000 ;;
esac

# To sleep without starting a process
mkfifo /tmp/nothing
exec 5<>/tmp/nothing
printf %s "$HP_PHASE" >$hold/hold_phase || fail "no hold_phase"
echo "$ms" >$hold/hold_ms
echo 0 >$sys/cpu$cpu/online &
n=0
while read -r held <$hold/holding && [ "$held" != Y ]; do
	[ $n -lt 60 ] || fail "CPU $cpu is not held"
	# shellcheck disable=SC3045 # busybox knows it
	read -r -t 1 _ <&5
	n=$((n + 1))
done
echo "crash: CPU $cpu is held in $HP_PHASE: $HP_KIND"

if [ "$HP_KIND" = kexec ]; then
	/guest/kexec /boot/bzImage /sys/firmware/initrd "$cmdline hp.run=boot hp.rounds=1"
else
	# The line above has to leave this machine
	# shellcheck disable=SC3045 # busybox knows it
	read -r -t 1 _ <&5
	echo "<6>crash: panics, $HP_KIND in $HP_PHASE" >/dev/kmsg
	echo c >/proc/sysrq-trigger
fi
fail "goes on"
