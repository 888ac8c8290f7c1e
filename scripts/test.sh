#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test.sh [check|test|full]: the suites of that tier, or the one in SUITE. Which ones is
# fixed: no clock leaves anything out. A suite that takes longer than its limit, or does
# not come to its end, fails. The last line counts the tests.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

tier=${1:-test}
check=(scripts judges patches audit)
test=("${check[@]}" boot kunit kselftest torture pm kvm)
full=("${test[@]}" vcpus crash models lockdep models-full series cpusets torture-lockdep soak distro matrix bisect)
# In minutes, for a slow and busy machine: these end what hangs. LIMIT=5s for all.
limit=30
declare -A limits=([boot]=60 [lockdep]=90 [crash]=60 [models-full]=90 [series]=180 [cpusets]=60
	[torture-lockdep]=60 [soak]=240 [distro]=300 [matrix]=900 [bisect]=3000)

# Other architectures have only these, and check needs none.
[ "$tier" != check ] || HP_ARCH=''
if [ "$HP_ARCH" ]; then
	test=(boot kunit kselftest torture) full=("${test[@]}" crash ${a_machines:+machines})
fi

case $tier in
check) suites=("${check[@]}") ;;
test) suites=("${test[@]}") ;;
full) suites=("${full[@]}") ;;
*) die "no tier \"$tier\"; there are: check test full" ;;
esac
if [ "${SUITE:-}" ]; then
	[[ " ${full[*]} " == *" $SUITE "* ]] || die "no suite \"$SUITE\"; there are: ${full[*]}"
	suites=("$SUITE")
fi

lock_or_die "$BUILD/.test-lock" "another test run is at work in $BUILD"
mkdir -p "$BUILD/logs"
pid=''
trap '[ ! "$pid" ] || kill "$pid" 2>/dev/null || true' EXIT
passed=0 failed=0 skipped=0 summary=() failures=()
for s in "${suites[@]}"; do
	echo
	echo "=== $s"
	log=$BUILD/logs/suite-$s.txt
	t0=$SECONDS rc=0 name=${HP_ARCH:+$HP_ARCH-}$s also=()
	rm -f "$log"
	: >"$log"
	# Each suite stands by itself: the next one runs whatever this one does. In the
	# background, for a signal to this shell to be taken at once
	timeout -k 30 "${LIMIT:-${limits[$s]:-$limit}m}" "$TOP/scripts/test-$s.sh" >"$log" &
	pid=$!
	tail -n +1 -s 0.3 -f --pid="$pid" "$log" &
	wait "$pid" || rc=$?
	pid=''
	wait
	# Where other CPUs are still stopped, more is skipped
	! arch_stops "$SERIES" 2>/dev/null || also=("stops-$s")
	bad=0
	judged=$("$TOP/scripts/judge-suite.sh" "$name" "$log" "$rc" "${also[@]}") || bad=1
	line=${judged##*$'\n'}
	if [[ $line =~ ^$name:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + BASH_REMATCH[3]))
	else
		failed=$((failed + 1)) bad=1 judged+=$'\n'"$name: 1 failed: nobody knows what came of it"
	fi
	[ $bad = 0 ] || failures+=("${judged%$'\n'*}")
	summary+=("$line ($(elapsed $((SECONDS - t0))))")
	keep_result "$s" "$log"
done

# Once more, at the end of what may be a long log.
if [ ${#failures[@]} -gt 0 ]; then
	printf '\n=== failures\n'
	printf '%s\n' "${failures[@]}"
fi
echo
echo "=== summary"
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
