# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# TCP between two network namespaces with RPS, RFS and a program for XDP; pings by virtio-net.

start() {
	local q mask

	ip netns add peer && ip link add va type veth peer name vb netns peer || return 1
	ip addr add 10.9.0.1/24 dev va && ip link set va up || return 1
	ip -n peer addr add 10.9.0.2/24 dev vb && ip -n peer link set vb up && ip -n peer link set lo up || return 1
	mask=$(printf %x $(((1 << $(nproc)) - 1)))
	echo 4096 >/proc/sys/net/core/rps_sock_flow_entries
	for q in /sys/class/net/va/queues/rx-*; do
		echo "$mask" >"$q/rps_cpus" && echo 1024 >"$q/rps_flow_cnt" || return 1
	done
	xdp-filter load -m skb -p allow va >"$work/xdp" 2>&1 || { cat "$work/xdp"; return 1; }
	ip netns exec peer iperf3 -s -1 >"$work/server" 2>&1 &
	server=$!
	sleep 1
	iperf3 -c 10.9.0.2 -P 4 -t 80000 -i 0 -J >"$work/client" 2>&1 &
	client=$!
	ip addr show | grep -q 10.0.2.15 || { n=$(basename "$(find /sys/class/net -name 'e*' | head -n 1)"); ip link set "$n" up; ip addr add 10.0.2.15/24 dev "$n"; }
	ping -i 0.05 10.0.2.2 >"$work/ping" 2>&1 &
	ping=$!
	sleep 2
	kill -0 $client 2>/dev/null || { cat "$work/client" "$work/server"; return 1; }
}

stop() {
	local rc=0 n

	kill -INT $client
	wait $client
	kill -INT $ping
	wait $ping
	n=$(grep -oE '[0-9]+ packets transmitted, [0-9]+ received' "$work/ping")
	say "pings: $n"
	awk '{ exit !($1 > 10 && $1 - $4 <= 1) }' <<<"$n" || rc=1
	n=$(tr -d '[:space:]' <"$work/client" | grep -oE '"sum_sent":\{[^}]*\}' | grep -oE '"bytes":[0-9]+' | cut -d: -f2)
	say "TCP: ${n:-0} bytes"
	[ "${n:-0}" -gt 1000000 ] || { tail -n 30 "$work/client"; rc=1; }
	grep -H . /proc/net/softnet_stat | awk '{ print "net: softnet", $1, $2 }' | head -n 8
	return $rc
}
