#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Pairs of wakeups between two processes, on the same CPU and on two. Prints
# the median and the range of the rounds.

for cpus in "0 0" "0 1"; do
	# shellcheck disable=SC2086 # two CPUs
	/guest/pingpong $cpus 2000 "${HP_ROUNDS:-15}" >/tmp/pingpong || exit 1
	sort -n /tmp/pingpong | awk -v cpus="$cpus" '
	{ v[NR] = $1 }
	END { printf "wakeup: cpus=%s median=%s min=%s max=%s\n",
		(cpus == "0 0") ? "same" : "two", v[int((NR + 1) / 2)], v[1], v[NR] }'
done
