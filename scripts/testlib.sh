# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the test suites, scripts/test-NAME.sh: counting, and guest runs as tests.
# To be sourced after lib.sh.

PASSED=0 FAILED=0 SKIPPED=0
LOGS=$BUILD/logs

pass() {
	PASSED=$((PASSED + 1))
	echo "ok $((PASSED + FAILED + SKIPPED)) - $*"
}

fail() {
	FAILED=$((FAILED + 1))
	echo "not ok $((PASSED + FAILED + SKIPPED)) - $*"
}

skip() {
	SKIPPED=$((SKIPPED + 1))
	echo "ok $((PASSED + FAILED + SKIPPED)) - $* # SKIP"
}

# check DESCRIPTION COMMAND...: its output is shown only when it fails.
check() {
	local check_what=$1 check_said

	shift
	if check_said=$("$@" 2>&1); then
		pass "$check_what"
	else
		fail "$check_what"
		echo "# ${check_said//$'\n'/$'\n'# }"
	fi
}

# guest_test KERNEL LOGNAME TIMEOUT RUN [VAR=VALUE...]: the run ends well, and
# so does the kernel's log. The logs are then in $LOG and $LOG.out.
guest_test() {
	local kernel=$1 tag=$2 timeout=$3

	shift 3
	LOG=$LOGS/$tag.log
	step "guest: $tag"
	if "$TOP/scripts/qemu.sh" "$kernel" "${SMP:-4}" "$LOG" "$timeout" "$@"; then
		step_done
		pass "$tag: the guest ended well"
	else
		step_failed
		fail "$tag: the guest ended well"
		tail -n 20 "$LOG.out" | sed 's/^/# /'
	fi
	check "$tag: nothing in the kernel log" "$TOP/scripts/log-check.sh" "$LOG"
	if [[ $kernel == *lockdep ]]; then
		check "$tag: lockdep is still on" grep -qx 'guest: debug_locks 1' "$LOG.out"
	fi
}

# finish NAME: the last line of a suite, and its exit status.
finish() {
	local skipped=

	[ $SKIPPED = 0 ] || skipped=", $SKIPPED skipped"
	echo "$1: $PASSED passed, $FAILED failed$skipped"
	[ $FAILED = 0 ] && [ $PASSED -gt 0 ]
}

# --- what more than one suite runs ---

# Each offline of guest/boot.sh is a test, and that it stopped no other CPU.
boot_tests() { # KERNEL ROUNDS
	local kernel=$1 rounds=$2 smp=${SMP:-4} n=0 c rest f

	guest_test "$kernel" "boot-$kernel" $((300 + rounds * smp * 5)) boot "rounds=$rounds"
	while read -r f; do
		read -r r c _ <<<"$f"
		n=$((n + 1))
		if [[ $f == *FAILED* ]]; then
			fail "round $r, CPU $c goes off and on"
			continue
		fi
		pass "round $r, CPU $c goes off and on"
		if tree_is_base "$kernel"; then
			continue
		fi
		rest=$(awk '{ print $8 }' <<<"$f")
		if [ "$rest" = 0 ]; then
			pass "round $r, CPU $c stops no other CPU"
		else
			fail "round $r, CPU $c stops no other CPU, but $rest"
		fi
	done < <(grep -E '^ +[0-9]+ +[0-9]+ +[0-9]+\.' "$LOG.out")
	check "$n offlines of $((rounds * (smp - 1)))" [ "$n" = $((rounds * (smp - 1))) ]
}

# kunit.py's "Testing complete. Ran 27 tests: passed: 25, failed: 1, skipped: 1"
kunit_count() { # REPORT WHAT
	sed -n "s/.*Testing complete\. Ran .* $2: \([0-9]*\).*/\1/p" "$1" | tail -n 1
}

# The suites that are built into a kernel, judged by the tree's own kunit.py.
kunit_tests() { # KERNEL
	local report=$LOGS/kunit-$1.report rc=0 p f c s

	need_packages python3
	# The device is for a test that needs a level interrupt
	QEMU_APPEND="${QEMU_APPEND:-} kunit.enable=1 kunit.autorun=1" QEMU_DEVICE=edu \
		guest_test "$1" "kunit-$1" "${KUNIT_TIMEOUT:-600}" idle

	python3 "$(tree_of "$1")/tools/testing/kunit/kunit.py" parse "$LOG" >"$report" 2>&1 || rc=$?
	sed 's/\x1b\[[0-9;]*m//g; s/^/# /' "$report"
	p=$(kunit_count "$report" passed) f=$(kunit_count "$report" failed)
	c=$(kunit_count "$report" crashed) s=$(kunit_count "$report" skipped)
	PASSED=$((PASSED + ${p:-0})) SKIPPED=$((SKIPPED + ${s:-0}))
	FAILED=$((FAILED + ${f:-0} + ${c:-0}))
	if [ "${p:-0}" = 0 ]; then
		fail "kunit.py found tests"
	elif [ "${f:-0}${c:-0}" = 00 ]; then
		check "kunit.py is content" [ $rc = 0 ]
	fi
}

# All of them, or the one in TEST.
kselftest_tests() { # KERNEL
	local result what test=${TEST:-}

	guest_test "$1" "kselftest-$1${test:+-$test}" 900 kselftest ${test:+"test=$test"}
	# A program that prints results of its own counts by those ("# ok ..."),
	# the others by their exit status.
	while IFS='|' read -r result what; do
		case $result in
		ok) pass "$what" ;;
		skip) skip "$what" ;;
		*) fail "$what" ;;
		esac
	done < <(awk '
		function result() {
			if ($0 ~ /# SKIP/) return "skip"
			return $0 ~ /not ok/ ? "not ok" : "ok"
		}
		/^# *(not )?ok [0-9]+/ {
			r = result(); n++
			if (r == "not ok") bad++
			sub(/^# *(not )?ok [0-9]+ *-? */, "")
			sub(/ *# SKIP.*/, "")
			line[n] = r "|" $0
		}
		/^(not )?ok [0-9]+ selftests: / {
			r = result(); prog = $0
			sub(/^(not )?ok [0-9]+ selftests: /, "", prog)
			sub(/ # .*/, "", prog)
			for (i = 1; i <= n; i++) {
				split(line[i], f, "|")
				print f[1] "|" prog ": " substr(line[i], length(f[1]) + 2)
			}
			if (!n || (r == "not ok" && !bad))
				print r "|" prog
			n = bad = 0
		}
		END {
			if (n) print "not ok|a program ended without result"
		}' "$LOG.out")
	check "the runner came to its end" grep -q '^# Totals:' "$LOG.out"
}

# "OK/TRIED:OK/TRIED", offlines and onlines, and at least that many of each.
onoff_complete() {
	local ok1 n1 ok2 n2

	IFS=/: read -r ok1 n1 ok2 n2 <<<"$1"
	[ "${n2:-}" ] && [ "$ok1" = "$n1" ] && [ "$ok2" = "$n2" ] && [ "$ok1" -ge "$2" ]
}

reader_pipe_clean() {
	awk '
	/Reader (Pipe|Batch): / {
		n++
		sub(/.*Reader (Pipe|Batch): */, "")
		for (i = 3; i <= NF; i++) if ($i != 0) bad++
	}
	END { exit !n || bad }' "$1"
}

# locktorture says nothing of CPUs: the kernel does.
lock_torture_figures() { # TAG OFFLINES
	local tag=$1 min=$2 what line off

	for what in Writes Reads; do
		line=$(sed -n "s/.*] $what *: *\(Total: .*Fail: [0-9]*\).*/\1/p" "$LOG" | tail -n 1)
		check "$tag: $what: ${line:-no figures}" grep -q '^Total: [1-9][0-9]* .*Fail: 0$' <<<"$line"
	done
	off=$(grep -c 'smpboot: CPU [0-9]* is now offline' "$LOG") || true
	check "$tag: CPUs went off $off times" [ "$off" -ge "$min" ]
}

torture_tests() { # KERNEL KIND SECONDS
	local kernel=$1 kind=$2 secs=$3 tag onoff

	tag=torture-$kernel-$kind
	guest_test "$kernel" "$tag" $((secs * 3 + 300)) torture "kind=$kind" "secs=$secs" onoff=200 \
		type=percpu_rwlock
	check "$tag: the module says SUCCESS" grep -q 'End of test: SUCCESS' "$LOG"
	if [ "$kind" = lock ]; then
		lock_torture_figures "$tag" $((secs / 10))
		return
	fi
	onoff=$(sed -n 's|.* onoff: \([0-9]*/[0-9]*:[0-9]*/[0-9]*\) .*|\1|p' "$LOG" | tail -n 1)
	check "$tag: all offlines and onlines done (${onoff:-none})" onoff_complete "$onoff" $((secs / 10))
	case $kind in
	scf)
		check "$tag: error counters are 0" \
			grep -q 'VER: .*ste: 0 stnmie: 0 stnmoe: 0 staf: 0' "$LOG"
		;;
	rcu)
		# A reader that saw more than one grace period pass counts from
		# the third column on.
		check "$tag: no reader saw a grace period too short" reader_pipe_clean "$LOG"
		;;
	cpuhp)
		check "$tag: error counters are 0" grep -Eq ' VER: .* errors:( [a-z]+: 0)+ ' "$LOG"
		onoff=$(sed -n 's|.* VER: .* toggle: \([0-9]*/[0-9]*:[0-9]*/[0-9]*\) .*|\1|p' "$LOG")
		check "$tag: all those of the other threads done (${onoff:-none})" \
			onoff_complete "$onoff" $((secs / 2))
		;;
	esac
}

# The kernel soak-CONFIG. Text patching needs one thread for all CPUs: TCG with
# more of them dies of it now and then, with any kernel.
soak_tests() { # CONFIG CYCLES
	local append='' tick=1

	case $1 in
	nohz_full) append="nohz_full=1-$((${SMP:-4} - 1))" ;;
	periodic) tick=0 ;;
	esac
	QEMU_SINGLE=1 QEMU_APPEND=$append QEMU_SHOW=${QEMU_SHOW-1} \
		guest_test "soak-$1" "soak-$1" $((600 + $2 * 5)) soak "cycles=$2" "tick=$tick"
	check "soak-$1: $(grep '^soak: ' "$LOG.out" | tail -n 1)" \
		grep -q "^soak: $2 cycles, [1-9].*, PASS$" "$LOG.out"
	check "soak-$1: scftorture says SUCCESS" grep -q 'End of test: SUCCESS' "$LOG"
}

# In any kernel: CYCLES with pauses in the load, which makes them some times faster;
# then a hundred with all CPUs busy, while cpuhptorture checks the kernel.
cycles_tests() { # KERNEL
	local kernel=$1 n=${CYCLES:-1000}

	cycles_run "$kernel" fast "$n" module=none pause=20000
	# Readers on every CPU leave no gap to the writer if a host with few CPUs
	# interrupts them at any time, for long
	[ "${BUSY:-1}" = 1 ] || return 0
	cycles_run "$kernel" busy 100 module=cpuhp
	check "cycles-$kernel-busy: cpuhptorture says SUCCESS" grep -q 'End of test: SUCCESS' "$LOG"
	check "cycles-$kernel-busy: error counters are 0" grep -Eq ' VER: .* errors:( [a-z]+: 0)+ ' "$LOG"
}

CYCLES_DONE=0
cycles_run() { # KERNEL NAME CYCLES...
	local tag=cycles-$1-$2 said

	QEMU_SHOW=${QEMU_SHOW-1} guest_test "$1" "$tag" $((600 + $3 * 3)) soak "cycles=$3" \
		tick=0 patch=0 lists=5 ${LOAD:+"load=$LOAD"} "${@:4}"
	said=$(grep '^soak: ' "$LOG.out" | tail -n 1) || true
	if [[ $said =~ ^soak:\ ([1-9][0-9]*)\ cycles,\ .*,\ PASS$ ]]; then
		CYCLES_DONE=$((CYCLES_DONE + BASH_REMATCH[1]))
		pass "$tag: $said"
	else
		fail "$tag: ${said:-no result}"
	fi
}

# One boot a round: QEMU 7.2 does not survive a CPU that is added after another one
# was removed. Everything else is in the first round only.
vcpus_tests() { # KERNEL ROUNDS
	local add=4 r first=1

	for ((r = 1; r <= $2; r++)); do
		SMP=2 QEMU_MAXCPUS=$((2 + add)) QEMU_QMP=1 QEMU_SHOW=${QEMU_SHOW-1} \
			guest_test "$1" "vcpus-$1-$r" 900 vcpus "add=$add" "bad=$first" "tests=$first"
		check "round $r: $(tail -n 1 "$LOG.host")" \
			grep -q "^vcpus: $add CPUs in and out, PASS$" "$LOG.out"
		first=
	done
}

cpusets_tests() { # KERNEL
	# It says little, and stops at the first thing that is not as expected.
	SMP=12 QEMU_MEM=1024 QEMU_APPEND=cgroup_debug guest_test "$1" "cpusets-$1" 1200 cpusets
	check "cpusets-$1: $(tail -n 2 "$LOG.out" | head -n 1)" grep -q '^All tests PASSED' "$LOG.out"
}

# The last lines come from a second kernel, which the first one starts. Before that,
# in a guest of its own, a suspend which leaves no housekeeping CPU.
pm_tests() { # KERNEL ROUNDS
	local smp=${SMP:-4}

	QEMU_APPEND=isolcpus=0 guest_test "$1" "pm-$1-isolated" 300 pm rounds=1 short=1
	QEMU_QMP=1 QEMU_APPEND=retain_initrd QEMU_SHOW=${QEMU_SHOW-1} \
		guest_test "$1" "pm-$1" $((300 + $2 * 120)) pm "rounds=$2" kexec=1
	check "$(grep '^pm: ' "$LOG.out" | head -n 1)" grep -q "^pm: $2 rounds, PASS$" "$LOG.out"
	check "another kernel has started" [ "$(grep -c 'Linux version' "$LOG")" = 2 ]
	check "it has all CPUs, and they go off and on" \
		grep -q "^figures: offlines=$((2 * (smp - 1))) failed=0 " "$LOG.out"
}

# Without nested paging: QEMU 7.2 now and then confuses the state of host and guest
# when the stack of an interrupt's handler is not mapped.
kvm_tests() { # KERNEL ROUNDS
	local smp=${SMP:-4} n

	QEMU_APPEND=kvm_amd.npt=0 QEMU_SHOW=${QEMU_SHOW-1} \
		guest_test "$1" "kvm-$1" $((300 + $2 * smp * 15)) kvm "rounds=$2"
	n=$((2 * $2 * (smp - 1)))
	check "$(grep '^kvm: ' "$LOG.out" | tail -n 1)" \
		grep -q "^kvm: $smp vCPUs, $n offlines, PASS$" "$LOG.out"
	while read -r n; do
		check "KVM's $n" grep -q ': exit 0, [1-9]' <<<"$n"
	done < <(grep ': exit [^ ]*, ' "$LOG.out")
	check "KVM's selftests have run" [ "$(grep -c ': exit 0, ' "$LOG.out")" = 3 ]
}
