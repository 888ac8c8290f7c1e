#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# matrix.sh: build each configuration in kconfig/matrix (or those in KERNELS), boot
# it, test it, take its CPUs off and on CYCLES times (1000) under load. The result is
# a table, one line each: README.md has it, without the time to build. BASE_ONLY=1: the
# same with the unpatched kernel.
#
# A configuration is one file there, NAME.config: in its first line what it is,
# options over those of boot.config and of the topics, and what else it needs, in
# lines "#: VARIABLE=VALUE":
#   TESTS   of testlib.sh: idle (boot only), boot, kunit, kselftest, cycles...
#           (boot kunit kselftest cycles)
#   KERNEL  take this one, which is there anyway, and set no options
#   BUSY=0  no cycles with cpuhptorture
#   LOAD    the CPUs with the load during the cycles (all)
#   SMP, ROUNDS and what qemu.sh knows
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

dir=$TOP/kconfig/matrix
ROUNDS=${ROUNDS:-5}
[ "${KERNELS:-}" ] || KERNELS=$(cd "$dir" && printf '%s\n' *.config | sed 's/\.config$//')
for k in $KERNELS; do
	[ -f "$dir/$k.config" ] || die "no kconfig/matrix/$k.config; there are: $(cd "$dir" && echo *.config)"
done

idle_tests() { # KERNEL
	guest_test "$1" "idle-$1" 300 idle
	[ "${SMP:-4}" = 1 ] || check "${SMP:-4} CPUs are up" \
		grep -q "smp: Brought up .* ${SMP:-4} CPUs" "$LOG"
}

# In a shell of its own: prints its tests, and its line of the table to fd 3
row() { # NAME
	local v kernel t t0 built cycles=0 stopped='-'

	while read -r v; do
		export "${v?}"
	done < <(sed -n 's/^#: //p' "$dir/$1.config")
	kernel=${KERNEL:-matrix-$1}${BASE_ONLY:+-base}
	[ "$kernel" != series-base ] || kernel=base
	LOGS=$BUILD/logs/matrix-$1${BASE_ONLY:+-base}
	mkdir -p "$LOGS"

	t0=$SECONDS
	if "$TOP/scripts/prepare.sh" "$kernel"; then
		built=$(elapsed $((SECONDS - t0)))
		for t in ${TESTS:-boot kunit kselftest cycles}; do
			case $t in
			boot)
				boot_tests "$kernel" "$ROUNDS"
				read -r cycles stopped < <(sed -n \
					's/^figures: offlines=\([0-9]*\) failed=[0-9]* stopped=\([0-9]*\)$/\1 \2/p' "$LOG.out") || true
				;;
			cycles)
				# Needs what the series adds
				! tree_is_base "$kernel" || continue
				cycles_tests "$kernel"
				cycles=$((cycles + CYCLES_DONE))
				;;
			*)
				"${t}_tests" "$kernel" "$ROUNDS"
				;;
			esac
		done
	else
		built=- FAILED=1
	fi
	echo "| $(date -u +%F) | $1 | $(sed -n '1s/^# //p' "$dir/$1.config") | $built |" \
		"$cycles | $stopped | $PASSED | $FAILED |" >&3
	[ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
}

table=$BUILD/matrix${BASE_ONLY:+-base}.md
{
	echo "| date | configuration | what | built in | cycles | others stopped | passed | failed |"
	echo "|---|---|---|---|---|---|---|---|"
} >"$table"
passed=0 failed=0
for k in $KERNELS; do
	echo
	echo "=== $k"
	if (row "$k" 3>>"$table"); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
echo
cat "$table"
echo "matrix: $passed passed, $failed failed"
[ $failed = 0 ]
