#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build-rootfs.sh NAME: the guest's initramfs, build/o-NAME/rootfs.gz: busybox,
# bash, guest/*, the kernel's modules and its CPU hotplug selftests; and what starts
# another kernel, if it can do that.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name=${1:?usage: build-rootfs.sh NAME}
arch=$(arch_of "$name")
arch_set "$arch"
tree=$(tree_of "$name")
out=$(out_of "$name")
log=$out/rootfs.log
# shellcheck disable=SC2086 # words
need_packages gzip make gcc libc6-dev rsync $a_packages
if [ "$arch" = x86_64 ]; then
	need_packages busybox-static bash-static
	busybox=$(command -v busybox) bash=$(command -v bash-static)
else
	dir=$("$TOP/scripts/fetch-guest.sh" "$arch")
	busybox=$dir/bin/busybox bash=$dir/bin/bash-static
fi

# The selftests of the tree as it is; its makefiles do not clean up after them.
# Static, as the guest has no shared libraries.
targets=cpu-hotplug
kexec=
if grep -qx CONFIG_KEXEC_FILE=y "$out/.config"; then
	kexec=1
	targets+=" kexec"
fi
lock "$out/.lock"

# What the programs of the tree are made of. They take most of the time, and are built
# again only when this changes.
tests=(tools/testing/selftests tools/include tools/lib tools/arch/x86 include/uapi arch/x86/include/uapi)
inputs() {
	echo "$targets"
	"${a_cross}gcc" --version | head -n 1
	grep -x -e CONFIG_KVM=y -e CONFIG_KEXEC_FILE=y "$out/.config" || true
	cat "$TOP/scripts/build-rootfs.sh"
	git -C "$tree" rev-parse "${tests[@]/#/HEAD:}"
	git -C "$tree" diff HEAD -- "${tests[@]}"
	git -C "$tree" ls-files -o -- "${tests[0]}" | sort
}

build_tests() {
	rm -rf "$out/kselftest-installed"
	make -C "$tree/tools/testing/selftests" TARGETS="$targets" O="$out" \
		ARCH="$a_make" CROSS_COMPILE="$a_cross" \
		USERLDFLAGS=-static INSTALL_PATH="$out/kselftest-installed" install >"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		die "the selftests do not build, see $log"
	}

	if [ ${#kvm[@]} -gt 0 ]; then
		need_packages uuid-dev
		{
			make -C "$tree" O="$out" headers_install &&
				make -C "$tree/tools/testing/selftests/kvm" -j"$(nproc)" O="$out" \
					OUTPUT="$out/kselftest-kvm" ARCH=x86 LDFLAGS="-static -pthread" \
					KHDR_INCLUDES="-isystem $out/usr/include" TEST_GEN_PROGS="${kvm[*]}" \
					TEST_GEN_PROGS_EXTENDED=
		} >>"$log" 2>&1 || {
			tail -n 20 "$log" >&2
			die "KVM's selftests do not build, see $log"
		}
	fi

	# Of those of control groups, the one that takes CPUs off.
	"${a_cross}gcc" -O2 -static -o "$out/wait_inotify" "$cgroup/wait_inotify.c"
}

# Of KVM's, those that the emulator is good enough for.
kvm=()
if grep -qx CONFIG_KVM=y "$out/.config"; then
	for t in x86/xapic_ipi_test x86/recalc_apic_map_test kvm_create_max_vcpus; do
		kvm+=("$out/kselftest-kvm/$t")
	done
fi
cgroup=$tree/tools/testing/selftests/cgroup
sum=$(inputs | sha256sum)
if [ "$sum" != "$(cat "$out/.tests-built" 2>/dev/null)" ]; then
	rm -f "$out/.tests-built"
	build_tests
	echo "$sum" >"$out/.tests-built"
fi

mkdir -p "$out/guest"
for f in "$TOP"/guest/*.c; do
	# A virtual machine of x86
	[ "$arch" = x86_64 ] || [ "${f##*/}" != kvm.c ] || continue
	"${a_cross}gcc" -O2 -Wall -static -o "$out/guest/$(basename "$f" .c)" "$f"
done

# Device nodes need no root this way: the kernel's own tool writes the archive.
{
	for d in /bin /boot /dev /etc /guest /kselftest /lib /lib/modules /proc /root /sys /tmp; do
		echo "dir $d 0755 0 0"
	done
	echo "nod /dev/console 0600 0 0 c 5 1"
	echo "nod /dev/null 0666 0 0 c 1 3"
	echo "file /bin/busybox $busybox 0755 0 0"
	echo "file /bin/bash $bash 0755 0 0"
	echo "slink /bin/sh busybox 0777 0 0"
	echo "slink /init guest/init 0777 0 0"
	[ ${#kvm[@]} = 0 ] || echo "dir /kvm 0755 0 0"
	for f in "${kvm[@]}"; do
		echo "file /kvm/${f##*/} $f 0755 0 0"
	done
	[ ! "$kexec" ] || echo "file /boot/bzImage $out/$a_image 0644 0 0"
	echo "file /kselftest/test_cpuset_prs.sh $cgroup/test_cpuset_prs.sh 0755 0 0"
	echo "file /kselftest/wait_inotify $out/wait_inotify 0755 0 0"
	for f in "$TOP"/guest/* "$out"/guest/*; do
		if [ ! -f "$f" ] || [[ $f = *.c ]]; then continue; fi
		echo "file /guest/${f##*/} $f 0755 0 0"
	done
	# For bench.sh, with the libraries it is linked with
	if [ "$arch" = x86_64 ] && f=$(command -v cyclictest); then
		echo "file /bin/cyclictest $f 0755 0 0"
		for d in /lib64 /lib/x86_64-linux-gnu; do echo "dir $d 0755 0 0"; done
		ldd "$f" | grep -o '/lib[^ ]*' | while read -r f; do echo "file $f $(readlink -f "$f") 0755 0 0"; done
	fi
	find "$out/mods" -name '*.ko' | sort | while read -r f; do
		echo "file /lib/modules/${f##*/} $f 0644 0 0"
	done
	(cd "$out/kselftest-installed" && find . -mindepth 1 \( -type d -printf 'dir /kselftest/%P 0755 0 0\n' \
		-o -type f -printf "file /kselftest/%P $PWD/%P 0755 0 0\n" \) | sort)
} >"$out/rootfs.list"

"$out/usr/gen_init_cpio" -t 0 "$out/rootfs.list" | gzip -1 -n >"$out/rootfs.gz.new"
mv "$out/rootfs.gz.new" "$out/rootfs.gz"
