# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# systemd's AllowedCPUs= and CPUAffinity=, an isolated and a root partition; afterwards all
# is what was asked for.

start() {
	local c

	tries=3
	systemd-run -q --unit=allowed -p AllowedCPUs=0-1 stress-ng --cpu 2 --timeout 0 &&
		systemd-run -q --unit=affinity -p CPUAffinity="0 2" stress-ng --switch 2 --timeout 0 || return 1
	for c in part iso; do mkdir "/sys/fs/cgroup/$c" || return 1; done
	echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control || return 1
	echo 2 >/sys/fs/cgroup/part/cpuset.cpus && echo root >/sys/fs/cgroup/part/cpuset.cpus.partition || return 1
	echo 3 >/sys/fs/cgroup/iso/cpuset.cpus && echo isolated >/sys/fs/cgroup/iso/cpuset.cpus.partition || return 1
	sleep 1
	seen=$(state)
	say "$seen"
}

state() {
	local u c p

	for c in part iso; do
		echo -n "$c $(cat "/sys/fs/cgroup/$c/cpuset.cpus.effective") $(cat "/sys/fs/cgroup/$c/cpuset.cpus.partition"); "
	done
	for u in allowed affinity; do
		c=/sys/fs/cgroup/$(systemctl show -P ControlGroup $u)
		p=$(tail -n 1 "$c/cgroup.procs")
		echo -n "$u $(cat "$c/cpuset.cpus.effective" 2>/dev/null) $(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$p/status"); "
	done
}

stop() {
	local now rc=0

	# Cpusets follow by a work item
	for _ in {1..50}; do
		now=$(state)
		[ "$now" != "$seen" ] || break
		sleep 0.2
	done
	[ "$now" = "$seen" ] || { say "after: $now"; rc=1; }
	for c in part iso; do
		echo member >/sys/fs/cgroup/$c/cpuset.cpus.partition || rc=1
	done
	[ "$(cat /sys/fs/cgroup/cpuset.cpus.effective)" = "$all" ] || { say "effective $(cat /sys/fs/cgroup/cpuset.cpus.effective)"; rc=1; }
	rmdir /sys/fs/cgroup/part /sys/fs/cgroup/iso || rc=1
	systemctl stop allowed affinity || rc=1
	return $rc
}
