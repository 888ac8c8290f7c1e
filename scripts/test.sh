#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All test suites, or the one in SUITE. The last line counts the tests.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# From the quick to the long.
all=(scripts boot kunit kselftest torture vcpus pm kvm lockdep models series cpusets soak)
suites=("${all[@]}")
if [ "${SUITE:-}" ]; then
	[[ " ${all[*]} " == *" $SUITE "* ]] || die "no suite \"$SUITE\"; there are: ${all[*]}"
	suites=("$SUITE")
fi

# All of them stay under an hour without any cache, on two cores of the slower kind, if
# the longest of them ends early: see check-series.sh, and below.
[ "${SUITE:-}" ] || export UNTIL=$(($(date +%s) + 49 * 60))
# Those which can wait are left out after that many minutes, for the same reason.
declare -A late=([models]=40 [cpusets]=46 [soak]=46)

mkdir -p "$BUILD/logs"
passed=0 failed=0 summary=() failures=
for s in "${suites[@]}"; do
	if [ ! "${SUITE:-}" ] && [ "${late[$s]:-}" ] && [ $SECONDS -gt $((late[$s] * 60)) ]; then
		summary+=("$s: not run after $(elapsed $SECONDS), \"make test SUITE=$s\" does it")
		continue
	fi
	echo
	echo "=== $s"
	log=$BUILD/logs/suite-$s.txt
	t0=$SECONDS rc=0
	# Each suite stands by itself: the next one runs whatever this one does.
	"$TOP/scripts/test-$s.sh" | tee "$log" || rc=$?
	line=$(tail -n 1 "$log")
	if [[ $line =~ ^$s:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ [0-9]+\ skipped)?$ ]]; then
		p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]}
		# No test at all, or a bad end nobody counted, is a failure too.
		if [ "$f" = 0 ] && { [ $rc != 0 ] || [ "$p" = 0 ]; }; then
			f=1 line="$line, but ended badly"
		fi
	else
		p=$(grep -c '^ok ' "$log") || true
		f=$(grep -c '^not ok ' "$log") || true
		f=$((f + 1)) line="$s: $p passed, $f failed: ended without result"
	fi
	passed=$((passed + p)) failed=$((failed + f))
	failures+=$(awk -v suite="$s" '
		/^not ok |^# *\[(FAILED|CRASHED)\]/ { print suite ": " $0 }
		/^(not )?ok / { said = /^not/ ? 40 : 0 }
		/^# / && said-- > 0' "$log")
	failures=${failures:+${failures%$'\n'}$'\n'}
	summary+=("$line ($(elapsed $((SECONDS - t0))))")
done

# Once more, at the end of what may be a long log.
if [ "$failures" ]; then
	printf '\n=== failures\n%s' "$failures"
fi
echo
echo "=== summary"
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
