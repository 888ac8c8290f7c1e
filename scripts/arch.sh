# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# The architectures: all that the scripts know of each. To be sourced by lib.sh.
# Another one is a case here, kconfig/arch/NAME.config, and its lines in expected-log
# and expected-skips.

ARCHES="arm64 riscv64 s390x ppc64le arm"

# arch_set NAME: these variables, for x86_64 or one of ARCHES:
#   a_make	what the kernel's makefiles call it (ARCH=)
#   a_cross	prefix of the compiler
#   a_image	what is booted, below the output directory; a_target makes it
#   a_packages	of Debian, to build
#   a_deb	Debian's name for it, for packages with programs of the guest
#   a_qemu	the emulator, a_qemu_packages the packages with it
#   a_machine	its machine and CPU; a_machines, what else is to be tried: other interrupt
#		controllers, as options of -machine
#   a_kinds	ways to leave the kernel that its kexec_file_load() allows
#   a_kexec	options of -machine without which a kexec can't work
#   a_thread	multi: each CPU is a thread of the host; single: one thread for all
#   a_bus	of virtio devices
#   a_console	of the kernel
#   a_out	where the guest's programs write: a serial port, or a virtio one
#   a_append	more kernel parameters
#   a_arg1	the first argument of a function, for kprobes
arch_set() {
	a_cross='' a_machine=() a_machines='' a_kexec='' a_bus=pci
	a_kinds="panic crash kexec" a_out=vport a_append='' a_arg1="\$arg1" a_thread=multi
	case $1 in
	x86_64)
		a_make=x86_64 a_target=bzImage a_image=arch/x86/boot/bzImage
		a_packages=gcc a_deb=amd64
		a_qemu=qemu-system-x86_64 a_qemu_packages=qemu-system-x86
		a_console=ttyS0 a_out=ttyS1 a_arg1=%di
		# The watchdog takes the emulator for a broken clock when the host is busy. The
		# clock that it chooses instead is a device, which all CPUs then queue for.
		a_append=tsc=nowatchdog
		;;
	arm64)
		a_make=arm64 a_target=Image a_image=arch/arm64/boot/Image
		a_cross=aarch64-linux-gnu- a_deb=arm64
		a_packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
		a_qemu=qemu-system-aarch64 a_qemu_packages=qemu-system-arm
		a_machine=(-machine "virt,gic-version=3,its=on" -cpu cortex-a57)
		a_machines="gic-version=2,its=off its=off"
		# The ITS goes on writing into the first kernel's tables. The next kernel must
		# know where they are; by EFI it would be told, and there is none. Without it, it
		# fills the first kernel's table anew, in the middle of its own text.
		a_kexec=its=off
		a_console=ttyAMA0
		;;
	riscv64)
		a_make=riscv a_target=Image a_image=arch/riscv/boot/Image
		a_cross=riscv64-linux-gnu- a_deb=riscv64
		a_packages="gcc-riscv64-linux-gnu libc6-dev-riscv64-cross"
		a_qemu=qemu-system-riscv64 a_qemu_packages="qemu-system-misc opensbi"
		a_machine=(-machine virt)
		a_machines="aia=aplic aia=aplic-imsic"
		a_console=ttyS0
		;;
	s390x)
		a_make=s390 a_target=bzImage a_image=arch/s390/boot/bzImage
		a_cross=s390x-linux-gnu- a_deb=s390x
		a_packages="gcc-s390x-linux-gnu libc6-dev-s390x-cross"
		a_qemu=qemu-system-s390x a_qemu_packages=qemu-system-misc
		a_machine=(-machine s390-ccw-virtio -cpu max)
		a_bus=ccw a_console=ttysclp0
		# QEMU 7.2 stands still with many threads: who sends a SIGP waits for the other
		# CPU inside its run (run_on_cpu()), which waits for the end of all runs
		# (start_exclusive()) because of an IPTE on a third one.
		a_thread=single
		;;
	ppc64le)
		a_make=powerpc a_target=vmlinux a_image=vmlinux
		a_cross=powerpc64le-linux-gnu- a_deb=ppc64el
		a_packages="gcc-powerpc64le-linux-gnu libc6-dev-ppc64el-cross"
		a_qemu=qemu-system-ppc64 a_qemu_packages="qemu-system-ppc qemu-system-data"
		a_machine=(-machine "pseries,ic-mode=xive,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off"
			-cpu power9 -nodefaults)
		a_machines=ic-mode=xics
		a_console=hvc0
		;;
	arm)
		a_make=arm a_target=zImage a_image=arch/arm/boot/zImage
		a_cross=arm-linux-gnueabihf- a_deb=armhf
		a_packages="gcc-arm-linux-gnueabihf libc6-dev-armhf-cross"
		a_qemu=qemu-system-arm a_qemu_packages=qemu-system-arm
		a_machine=(-machine "virt,gic-version=2,highmem=off" -cpu cortex-a15)
		a_console=ttyAMA0 a_arg1=%r0 a_kinds=panic
		;;
	*)
		die "ARCH=$1: there are x86_64 $ARCHES"
		;;
	esac
}

# arch_of NAME: of the kernel NAME, which for others than x86-64 begins with it.
arch_of() {
	local a

	for a in $ARCHES; do
		if [[ $1 == "$a"-* ]]; then
			echo "$a"
			return 0
		fi
	done
	echo x86_64
}
