# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# More memory in use than there is: zswap before a disk, zram behind it.

start() {
	local more

	echo Y >/sys/module/zswap/parameters/enabled || return 77
	mkswap /dev/vdd >/dev/null && swapon -p 5 /dev/vdd || return 1
	modprobe zram && echo 256M >/sys/block/zram0/disksize && mkswap /dev/zram0 >/dev/null &&
		swapon -p 10 /dev/zram0 || return 1
	# Of both workers together, with data that does not compress
	more=$(awk '/^MemTotal/ { print int($2 * 120 / 100 / 1024) }' /proc/meminfo)
	stress-ng --vm 2 --vm-bytes "${more}m" --vm-method rand-set --vm-keep --verify --oomable \
		--metrics-brief >"$work/vm" 2>&1 &
	vm=$!
	for _ in {1..600}; do
		[ "$(awk '/^(pswpout|zswpout)/ { n += $2 } END { print n }' /proc/vmstat)" -gt 1000 ] && return 0
		sleep 1
	done
	say "nothing is swapped"
	return 1
}

stop() {
	local rc=0

	kill -0 $vm 2>/dev/null || { say "stress-ng has ended before"; rc=1; }
	kill -INT $vm
	wait $vm
	grep -qiE 'fail|mismatch|error' "$work/vm" && { cat "$work/vm"; rc=1; }
	say "pages out and in: $(awk '/^(pswp|zswp)(out|in)/ { print $1, $2 }' /proc/vmstat | tr '\n' ' ')"
	swapoff -a || { say "swapoff failed"; rc=1; }
	return $rc
}
