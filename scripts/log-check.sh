#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# log-check.sh [-t TAG] [-b BOOTS] [-T TAINT] [-p] LOG: fail, and show where, unless the kernel log LOG
# is that of a healthy run: it begins with the kernel's first line (BOOTS of them, 1) and
# ends with that of the guest's init; every line of level "warning" or worse, and every
# line without a level, is in scripts/expected-log; nothing that is never healthy is in
# it, at whatever level; nothing was lost; and at the end the kernel had counted no
# warning, was not tainted but by KUnit if that ran, or by TAINT (a number) at most, and
# lockdep was on.
# With -p it ends with a panic that was asked for instead, and nothing is known but the log.
# TAG is what expected-log knows the run by: the name of LOG without .log.
set -euo pipefail
export LC_ALL=C

usage() {
	echo "usage: log-check.sh [-t TAG] [-b BOOTS] [-T TAINT] [-p] LOG" >&2
	exit 2
}

list=$(dirname "$0")/expected-log
tag='' boots=1 panic=0 taint=''
while getopts t:b:T:p opt; do
	case $opt in
	t) tag=$OPTARG ;;
	b) boots=$OPTARG ;;
	T) taint=$OPTARG ;;
	p) panic=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# = 1 ] || usage
log=$1
[ -r "$log" ] || { echo "log-check.sh: cannot read $log" >&2; exit 2; }
if [ ! "$tag" ]; then
	tag=${log##*/}
	tag=${tag%.log}
fi

# The expected lines of this run, and what is bad at any level. RUNS are patterns for
# names, not for files that happen to be here.
set -f
words=$(mktemp)
trap 'rm -f "$words"' EXIT
while read -r line; do
	case $line in
	''|'#'*) continue ;;
	esac
	tags=${line%% :: *} rest=${line#* :: }
	if [ "$tags" = never ]; then
		echo "never ${rest%% :: *}"
		continue
	fi
	for t in $tags; do
		# shellcheck disable=SC2053 # a pattern
		[[ $tag != $t ]] || { echo "good ${rest%% :: *}"; break; }
	done
done <"$list" >"$words"

# There the firmware writes to the same console (OpenSBI), or a first console which knows no
# levels yet (powerpc): what comes before the first line with one is not judged.
firmware=
[[ $tag != *-riscv64-* && $tag != *-ppc64le-* ]] || firmware=1

nuls=$(tr -dc '\000' <"$log" | wc -c)
tr -d '\000' <"$log" | awk -v words="$words" -v boots="$boots" -v nuls="$nuls" -v log_="$log" \
	-v firmware="$firmware" -v panic="$panic" -v taint="$taint" '
BEGIN {
	while ((getline line <words) > 0) {
		pattern = substr(line, index(line, " ") + 1)
		if (line ~ /^never /) never[++n_never] = pattern
		else good[++n_good] = pattern
	}
}

{
	level = -1
	text = $0
	if (match($0, /^<[0-9]+>/)) {
		level = substr($0, 2, RLENGTH - 2) % 8
		text = substr($0, RLENGTH + 1)
		leveled = 1
	}
	if (level >= 0 || (firmware && !leveled)) {
		sub(/^\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? /, "", text)
	}
	all[NR] = $0
	# What arm64 and ARM say before that
	if (!n_boots && text ~ /^Booting Linux on physical CPU 0x[0-9a-f]+( \[0x[0-9a-f]+\])?$/) n_early++
	if (text ~ /^Linux version /) {
		if (++n_boots == 1 && NR > 1 + n_early && !firmware) why("there are lines before the first of the kernel")
		end = ""
		kunit = 0
	}
	if (text ~ /^Kernel command line: .*kunit\.autorun=1/) kunit = 1
	if (text ~ /^hp: [a-z]+ ends with [0-9]+, /) end = text
	if (panic && text ~ /^Kernel panic - not syncing: sysrq triggered crash$/) end = text
	if (text ~ /printk messages dropped/) why("messages were dropped: " text)
	bad = level <= 4 && (leveled || !firmware)
	word = ""
	for (i = 1; i <= n_never && word == ""; i++)
		if (text ~ never[i]) { bad = 1; word = never[i] }
	# What is never healthy is expected only by a pattern which has it, too
	for (i = 1; i <= n_good && bad; i++)
		if (text ~ good[i] && index(good[i], word)) bad = 0
	if (bad) line_nr[++n_bad] = NR
}

function why(text) { reason[++n_reasons] = text }

# The number that follows WORD in the last line of init, or -1
function said(word) {
	if (!match(end, ", " word " [0-9]+")) return -1
	return substr(end, RSTART + length(word) + 3, RLENGTH - length(word) - 3) + 0
}

END {
	if (nuls > 0) why(nuls " NUL bytes")
	if (!NR) why("it is empty")
	else if (n_boots != boots) why(n_boots + 0 " kernels have started, not " boots)
	if (end == "") why("the guest has not come to its end")
	else if (!panic) {
		if (said("warnings") != 0) why("the kernel has counted warnings: " end)
		if (said("tainted") != (kunit ? 262144 : 0) && (taint == "" || said("tainted") != taint + 0)) why("the kernel is tainted, or not as KUnit does it: " end)
		if (said("debug_locks") == 0) why("lockdep has turned itself off: " end)
	}
	if (!n_reasons && !n_bad) exit 0
	for (i = 1; i <= n_reasons; i++) print log_ ": " reason[i]
	if (n_bad) {
		print log_ ": " n_bad " lines that a healthy kernel does not print, or that scripts/expected-log does not list:"
		# The first with what led to it and what follows, then the others.
		first = line_nr[1]
		for (i = first > 5 ? first - 5 : 1; i <= first + 25 && i <= NR; i++)
			print (i == first ? ">>> " : "    ") all[i]
		for (i = 2; i <= n_bad && i <= 40; i++)
			if (line_nr[i] > first + 25) print "    line " line_nr[i] ": " all[line_nr[i]]
	}
	exit 1
}'
