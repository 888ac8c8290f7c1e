#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# judge-suite.sh NAME OUTPUT STATUS [ALSO]: what came of the suite NAME, whose output is in the
# file OUTPUT and which ended with STATUS. First the failures, then a line
#
#	NAME: N passed, N failed, N skipped
#
# A skip that scripts/expected-skips does not list for NAME, or for ALSO, is a failure; so is an output without
# a plan ("1..N") or with another number of results, a suite without results, and a
# status that does not go with them. Exit status 0 if there is no failure.
set -euo pipefail
export LC_ALL=C

[ $# = 3 ] || [ $# = 4 ] || { echo "usage: judge-suite.sh NAME OUTPUT STATUS [ALSO]" >&2; exit 2; }
awk -v suite="$1" -v rc="$3" -v also="${4:-}" -v list="$(dirname "$0")/expected-skips" '
BEGIN {
	while ((getline line <list) > 0) {
		if (line ~ /^(#|$)/) continue
		split(line, f, " :: ")
		n = split(f[1], suites, " ")
		for (i = 1; i <= n; i++)
			if (suites[i] == suite || suites[i] == also ||
			    (suites[i] ~ /^\*-/ && suite ~ (substr(suites[i], 2) "$")))
				break
		if (i <= n) expected[++n_expected] = f[2]
	}
}

function failure(text) { f_n++; print suite ": " text }

/^(not )?ok [0-9]+( |$)/ {
	results++
	said = 0
	what = $0
	sub(/^(not )?ok [0-9]+ (- )?/, "", what)
	if ($1 == "not") {
		failure($0)
		said = 40
	} else if (what ~ / # SKIP/) {
		for (i = 1; i <= n_expected; i++)
			if (what ~ expected[i]) break
		if (i <= n_expected) skipped++
		else failure("skipped, but scripts/expected-skips does not have it: " what)
	} else {
		passed++
	}
	next
}
/^1\.\.[0-9]+$/ { plans++; plan = substr($0, 4) + 0; next }
/^# / && said > 0 { said--; print suite ": " $0 }

END {
	if (!plans) failure("ended early, there is no plan after " results + 0 " results")
	else if (plans > 1 || plan != results) failure(results + 0 " results, the plan says " plan)
	else if (!passed && !f_n) failure("nothing has passed")
	if (rc == 124) failure("stopped, its time was up")
	else if (rc != 0 && !f_n) failure("ended with status " rc)
	printf "%s: %d passed, %d failed, %d skipped\n", suite, passed, f_n, skipped
	exit f_n > 0
}' "$2"
