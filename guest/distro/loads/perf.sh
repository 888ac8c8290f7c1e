# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2015,SC2034,SC2086,SC2154
#
# perf record and perf stat of the whole system. The emulator counts no events: software clocks.

start() {
	perf record -q -a -g -e cpu-clock -F 200 -o "$work/data" >"$work/record" 2>&1 &
	record=$!
	perf stat -a -A -I 500 -e context-switches,cpu-migrations,task-clock -x, -o "$work/stat" &
	stat=$!
	stress-ng --cpu "$(nproc)" --cpu-load 50 --switch 2 >/dev/null 2>&1 &
	stress=$!
	# It opens an event on each CPU, and fails if one goes off meanwhile
	for _ in {1..60}; do
		[ "$(events $record)" -ge $((${#cpus[@]} + 1)) ] && [ "$(events $stat)" -ge $((3 * (${#cpus[@]} + 1))) ] &&
			# The events of a CPU end when it goes: have some of each
			sleep 5 && return 0
		kill -0 $record $stat 2>/dev/null || break
		sleep 1
	done
	cat "$work/record"
	return 1
}

events() { find "/proc/$1/fd" -lname 'anon_inode:*perf_event*' 2>/dev/null | grep -c .; }

stop() {
	local rc=0 n

	kill -INT $record $stat $stress
	wait $record || { n=$?; [ $n = 130 ] || { say "perf record: exit $n"; cat "$work/record"; rc=1; }; }
	wait $stat || { n=$?; [ $n = 130 ] || { say "perf stat: exit $n"; rc=1; }; }
	wait $stress
	n=$(perf script -i "$work/data" -F cpu 2>/dev/null | grep -oE '\[[0-9]+\]' | sort | uniq -c | awk '{ printf "%s %s ", $2, $1 }')
	say "samples: $n"
	[ "$(wc -w <<<"$n")" -ge $((2 * (${#cpus[@]} + 1))) ] || rc=1
	say "counts: $(grep -c context-switches "$work/stat")"
	return $rc
}
