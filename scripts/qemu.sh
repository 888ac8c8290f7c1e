#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# qemu.sh NAME SMP LOG TIMEOUT RUN [VAR=VALUE...]
#
# Boot the kernel NAME, run guest/RUN.sh in it and exit as that did. LOG gets the
# kernel's console, LOG.out what the program printed: on two serial ports (where the
# machine has one only, the other is virtio's), so that neither cuts the other's lines. VAR=VALUE becomes HP_VAR there.
# Environment: QEMU_APPEND, more kernel parameters; QEMU_SHOW=1, show LOG.out
# while it comes; QEMU_DEVICE, one more device; QEMU_MACHINE, another machine type;
# QEMU_QUEUES=n, so many queues of the disk instead of one a CPU;
# QEMU_SMT=1, two threads a core; QEMU_CPU, features of the CPU (arat=off);
# QEMU_SINGLE=1, one thread of the host for all CPUs, for kernels that patch text;
# QEMU_ICOUNT=1, the guest's clock counts instructions, one a nanosecond;
# QEMU_NUMA=1, two nodes;
# QEMU_MAXCPUS=n, CPUs may be added up to that number;
# QEMU_QMP=1, qmp.py does what the guest asks its host for, LOG.host is its log;
# ACCEL=kvm, the CPUs of this machine instead of emulated ones.
# RUN "shell" takes the terminal instead of logging.
# The kernels "distro..." have the disks of build-distro.sh instead of an initramfs.
#
# Exit status 124: time is up, 125: the guest ended without a verdict, 126: it asked
# its host for what that could not do.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -ge 5 ] || die "usage: qemu.sh NAME SMP LOG TIMEOUT RUN [VAR=VALUE...]"
name=$1 smp=$2 log=$3 timeout=$4 run=$5
shift 5
out=$(out_of "$name")
case $smp in
''|*[!0-9]*|0) die "SMP=$smp: a number of CPUs is needed" ;;
esac
arch=$(arch_of "$name")
arch_set "$arch"
[ "$arch" = x86_64 ] || [ "${ACCEL:-tcg}" = tcg ] || die "ACCEL=$ACCEL: of other CPUs, only emulated ones"
# shellcheck disable=SC2086 # words
need_packages $a_qemu_packages ${QEMU_QMP:+python3}

# With the level of each line, log-check.sh wants to know it.
append="console=$a_console console_msg_format=syslog panic=-1 oops=panic${a_append:+ $a_append}"
append+=" hp.out=$a_out hp.arg1=$a_arg1 hp.run=$run"
for v in "$@"; do
	append+=" hp.$v"
done

# KVM may be there and not work (nested, filtered): emulation always does, and
# with a thread a CPU it has the races too.
topology=$smp cpu=max
case ${ACCEL:-tcg} in
tcg)
	accel=(-accel "tcg,thread=$a_thread")
	[ ! "${QEMU_SINGLE:-}" ] || accel=(-accel "tcg,thread=single")
	[ ! "${QEMU_ICOUNT:-}" ] || accel=(-accel "tcg,thread=single" -icount "shift=0,sleep=off")
	;;
kvm)
	if ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
		die "ACCEL=kvm: /dev/kvm is not there, or not for this user"
	fi
	[ ! "${QEMU_ICOUNT:-}" ] || die "ACCEL=kvm: KVM does not count instructions, ACCEL=tcg does"
	accel=(-accel kvm) cpu=host
	;;
*) die "ACCEL=$ACCEL: tcg (emulation) or kvm is needed" ;;
esac
threads=1 sockets=1
if [ "${QEMU_SMT:-}" ] && [ $((smp % 2)) = 0 ]; then
	# The other vendor needs a feature for it that TCG does not have
	threads=2 cpu+=,vendor=GenuineIntel
fi
cpu+=${QEMU_CPU:+,$QEMU_CPU}
machine=(-m "${QEMU_MEM:-512}")
if [ "${QEMU_NUMA:-}" ]; then
	# A node is a socket: CPUs of two nodes do not share a cache
	half=$((smp / 2)) mem=$((${QEMU_MEM:-512} / 2)) sockets=2
	machine+=(-object "memory-backend-ram,id=mem0,size=${mem}M"
		-object "memory-backend-ram,id=mem1,size=${mem}M"
		-numa "node,nodeid=0,memdev=mem0,cpus=0-$((half - 1))"
		-numa "node,nodeid=1,memdev=mem1,cpus=$half-$((smp - 1))")
fi
[ $threads$sockets = 11 ] ||
	topology+=,sockets=$sockets,cores=$((smp / threads / sockets)),threads=$threads
if [ "${QEMU_MAXCPUS:-}" ]; then
	# Linux takes the places for real ones that nobody fills, unless it knows
	# its hypervisor: this makes it find one that it asks for nothing, at a port
	# which QEMU has with the keyboard's controller only.
	topology+=,maxcpus=$QEMU_MAXCPUS cpu+=,-hypervisor
	machine+=(-machine "q35,i8042=on" -smbios "type=1,serial=VMware-1234")
fi
if [ "$arch" = x86_64 ]; then
	# Nobody types, and a keyboard which answers late on a busy host is a warning
	a_machine=(-cpu "$cpu" -vga none -machine i8042=off)
fi
qemu=("$a_qemu" "${accel[@]}" "${a_machine[@]}" -smp "$topology" "${machine[@]}"
	-nic none -display none -monitor none -no-reboot
	-blockdev "driver=null-co,node-name=disk,size=67108864,read-zeroes=on"
	-device "virtio-blk-$a_bus,drive=disk${QEMU_QUEUES:+,num-queues=$QEMU_QUEUES}"
	${QEMU_DEVICE:+-device "$QEMU_DEVICE"}
	${QEMU_MACHINE:+-machine "$QEMU_MACHINE"}
	-kernel "$out/$a_image" -initrd "$out/rootfs.gz")

if [[ $name == distro* ]]; then
	# KVM's own interrupt controllers know nothing of an IOMMU
	irqchip=
	[ "${ACCEL:-tcg}" != kvm ] || irqchip=,kernel-irqchip=split
	# What is written to them is thrown away, from here
	export TMPDIR=$out
	append+=" root=/dev/vda rw rootwait systemd.show_status=0 systemd.log_target=kmsg"
	# The console is the kernel's alone, but for a login
	[ "$run" = shell ] || append+=" systemd.mask=serial-getty@ttyS0.service"
	qemu=("$a_qemu" "${accel[@]}" -cpu "$cpu" -smp "$topology" "${machine[@]}" -no-reboot
		-machine "q35,i8042=off$irqchip" -vga none -display none -monitor none
		-device "intel-iommu,intremap=on"
		-nic "user,model=virtio-net-pci,restrict=on"
		-device virtio-rng-pci
		-drive "file=$(readlink -f "$out/root.ext4"),if=virtio,format=raw,snapshot=on"
		-drive "file=$out/guest.ext4,if=virtio,format=raw,readonly=on"
		-drive "file=$out/disk-1,if=virtio,format=raw,snapshot=on"
		-drive "file=$out/disk-2,if=virtio,format=raw,snapshot=on"
		-drive "file=$out/disk-3,if=none,id=nvme,format=raw,snapshot=on"
		-device "nvme,serial=hp,drive=nvme"
		${QEMU_MACHINE:+-machine "$QEMU_MACHINE"}
		-kernel "$out/$a_image")
fi

if [ "$run" = shell ]; then
	exec "${qemu[@]}" -monitor none -serial mon:stdio -append "$append ${QEMU_APPEND:-}"
fi

mkdir -p "$(dirname "$log")"
: >"$log"
: >"$log.out"
tmp='' host=''
if [ "${QEMU_QMP:-}" ]; then
	# A socket's path must be short
	tmp=$(mktemp -d)
	qemu+=(-qmp "unix:$tmp/qmp,server=on,wait=off")
	python3 "$TOP/scripts/qmp.py" "$tmp/qmp" "$log.out" >"$log.host" 2>&1 &
	host=$!
fi
case $a_out in
vport*)
	printed=(-device "virtio-serial-$a_bus" -chardev "file,id=out,path=$log.out"
		-device "virtserialport,chardev=out")
	;;
*) printed=(-serial "file:$log.out") ;;
esac
"${qemu[@]}" -serial "file:$log" "${printed[@]}" \
	-append "$append ${QEMU_APPEND:-}" </dev/null &
pid=$!
trap 'kill -9 "$pid" $host 2>/dev/null || true; rm -rf "$tmp"' EXIT
if [ "${QEMU_SHOW:-}" ]; then
	tail -n +1 -s 0.3 -f --pid="$pid" "$log.out" | sed -u '/^guest: /d; s/\r$//; s/^/# /' &
	show=$!
fi

end=$((SECONDS + timeout))
late=
while kill -0 "$pid" 2>/dev/null; do
	if [ $SECONDS -ge $end ]; then
		kill -9 "$pid"
		late=1
	fi
	sleep 0.2
done
wait "$pid" 2>/dev/null || true
host_rc=0
[ ! "$host" ] || wait "$host" || host_rc=$?
trap - EXIT
rm -rf "$tmp"
[ ! "${QEMU_SHOW:-}" ] || wait "$show" || true

sed -i 's/\r$//' "$log" "$log.out"
verdict=$(sed -n 's/^guest: exit \([0-9][0-9]*\)$/\1/p' "$log.out" | tail -n 1)
if [ "$late" ]; then
	echo "guest: timed out after ${timeout}s, see $log" >&2
	exit 124
elif [ -z "$verdict" ]; then
	echo "guest: died without verdict, see $log" >&2
	exit 125
fi
if [ $host_rc != 0 ]; then
	tail -n 5 "$log.host" >&2
	exit 126
fi
exit "$verdict"
