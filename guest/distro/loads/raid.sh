# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# md raid5 with its per-CPU stripe buffers, written and verified; then no stripe may differ.

start() {
	modprobe null_blk memory_backed=1 nr_devices=3 gb=1 queue_mode=2 && modprobe raid456 || return 1
	mdadm --create /dev/md0 --run --level=5 --raid-devices=3 --size=131072 --assume-clean \
		/dev/nullb0 /dev/nullb1 /dev/nullb2 2>&1 || return 1
	fio --name=md --filename=/dev/md0 --rw=randrw --bs=16k --size=200m --ioengine=libaio --iodepth=16 \
		--direct=1 --verify=crc32c --verify_backlog=256 --verify_fatal=1 \
		--time_based --runtime=100000 --output="$work/md" &
	fio=$!
	sleep 2
}

stop() {
	local rc=0 n

	kill -0 $fio 2>/dev/null || { say "fio has ended before"; rc=1; }
	kill -INT $fio
	wait $fio
	n=$?
	{ [ $n = 0 ] || [ $n = 128 ]; } && ! grep -qiE 'verify: bad|err= *[1-9]|error' "$work/md" || {
		say "fio: exit $n"
		cat "$work/md"
		rc=1
	}
	say "$(grep -oE '(read|write): IOPS=[^,]*' "$work/md" | tr '\n' ' ')"
	# All zeros, never written, is a stripe that fits
	echo check >/sys/block/md0/md/sync_action
	while [ "$(cat /sys/block/md0/md/sync_action)" != idle ]; do sleep 0.5; done
	n=$(cat /sys/block/md0/md/mismatch_cnt)
	[ "$n" = 0 ] || { say "$n sectors differ"; rc=1; }
	return $rc
}
