# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# fio with verification on virtio-blk, NVMe and null_blk at a time, each with a queue a CPU.

start() {
	modprobe null_blk memory_backed=1 submit_queues="$(nproc)" gb=1 queue_mode=2 || return 1
	jobs=() pids=()
	for d in vdc nvme0n1 nullb0; do
		[ -b "/dev/$d" ] || { say "no /dev/$d"; return 1; }
		say "$d: $(find "/sys/block/$d/mq" -mindepth 1 -maxdepth 1 -type d | wc -l) queues"
		fio --name="$d" --filename="/dev/$d" --rw=randrw --bs=4k --size=128m --ioengine=libaio \
			--iodepth=16 --direct=1 --verify=crc32c --verify_backlog=256 --verify_fatal=1 \
			--time_based --runtime=100000 --output="$work/$d" --group_reporting &
		pids+=($!) jobs+=("$d")
	done
	sleep 2
}

stop() {
	local i rc=0 n

	for i in "${!pids[@]}"; do
		kill -0 "${pids[i]}" 2>/dev/null || { say "${jobs[i]}: fio has ended before"; rc=1; }
		kill -INT "${pids[i]}" 2>/dev/null
		wait "${pids[i]}"
		n=$?
		# What it ends with after SIGINT
		if { [ $n != 0 ] && [ $n != 128 ]; } || grep -qiE 'verify: bad|err= *[1-9]|error' "$work/${jobs[i]}"; then
			say "${jobs[i]}: exit $n"
			cat "$work/${jobs[i]}"
			rc=1
		fi
		say "${jobs[i]}: $(grep -oE '(read|write): IOPS=[^,]*' "$work/${jobs[i]}" | tr '\n' ' ')"
	done
	return $rc
}
