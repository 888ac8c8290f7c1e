# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# A virtual machine with a vCPU on each CPU; KVM is a module, which starts and stops virtualization.

start() {
	# udev has loaded it. QEMU 7.2 confuses host and guest with nested paging.
	modprobe -r kvm_amd && modprobe kvm_amd npt=0 && [ -e /dev/kvm ] || return 1
	/hp/guest/kvm "$((${#cpus[@]} + 1))" >"$work/kvm" 2>&1 &
	kvm=$!
	sleep 2
	kill -0 $kvm 2>/dev/null || { cat "$work/kvm"; return 1; }
}

stop() {
	local rc=0

	kill $kvm
	wait $kvm || rc=1
	cat "$work/kvm"
	modprobe -r kvm_amd && modprobe kvm_amd || { say "the module does not go and come"; rc=1; }
	return $rc
}
