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

# skip DESCRIPTION [REASON]
skip() {
	SKIPPED=$((SKIPPED + 1))
	echo "ok $((PASSED + FAILED + SKIPPED)) - $1 # SKIP${2:+ $2}"
}

# Lines "ok|DESCRIPTION", "skip|DESCRIPTION" or "not ok|DESCRIPTION" on stdin, and
# "why|TEXT" after one that failed.
count_results() {
	local result what

	while IFS='|' read -r result what; do
		case $result in
		ok) pass "$what" ;;
		skip) skip "$what" ;;
		why) echo "# $what" ;;
		*) fail "$what" ;;
		esac
	done
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
# so does the kernel's log. The logs are then in $LOG and $LOG.out. LOG_BOOTS: so many
# kernels start, one after the other. LOG_TAINT: it may be tainted like that.
guest_test() {
	local kernel=$1 tag=$2 timeout=$3 rc=0

	shift 3
	LOG=$LOGS/$tag.log
	step "guest: $tag"
	"$TOP/scripts/qemu.sh" "$kernel" "${SMP:-4}" "$LOG" "$timeout" "$@" || rc=$?
	if [ $rc = 0 ]; then
		step_done
		pass "$tag: the guest ended well"
	elif [ $rc = 77 ]; then
		step_done
		skip "$tag" "$(grep SKIP "$LOG.out" | tail -n 1)"
	else
		step_failed
		fail "$tag: the guest ended well"
		tail -n 20 "$LOG.out" | sed 's/^/# /'
	fi
	check "$tag: nothing in the kernel log" \
		"$TOP/scripts/log-check.sh" -b "${LOG_BOOTS:-1}" ${LOG_TAINT:+-T "$LOG_TAINT"} "$LOG"
	if [[ $kernel == *lockdep ]]; then
		check "$tag: lockdep is still on" lockdep_on "$LOG"
	fi
}

# By the last line of the guest's init
lockdep_on() {
	grep -a ' hp: [a-z]* ends with ' "$1" | tail -n 1 | grep ', debug_locks 1$'
}

# finish NAME: the plan, which says that the suite has come to its end, and the exit
# status. judge-suite.sh counts.
finish() {
	echo "1..$((PASSED + FAILED + SKIPPED))"
	echo "$1: $PASSED passed, $FAILED failed, $SKIPPED skipped" >&2
	[ $FAILED = 0 ] && [ $PASSED -gt 0 ]
}

# said_last WHAT PATTERN FILE: the last line that PATTERN matches begins with WHAT.
said_last() {
	local line

	line=$(grep -aE -- "$2" "$3" | tail -n 1) || true
	echo "$line"
	[[ $line == "$1"* ]]
}

# --- what more than one suite runs ---

# Each offline of guest/boot.sh is a test, and that it stopped no other CPU.
boot_tests() { # KERNEL ROUNDS
	local kernel=$1 rounds=$2 smp=${SMP:-4} n=0 c rest f

	guest_test "$kernel" "${BOOT_TAG:-boot-$kernel}" $((300 + rounds * smp * 5)) boot "rounds=$rounds"
	! arch_stops "$kernel" || skip "no other CPU is stopped" "no HOTPLUG_LATE_RETIRE"
	while read -r f; do
		read -r r c _ <<<"$f"
		n=$((n + 1))
		if [[ $f == *FAILED* ]]; then
			fail "round $r, CPU $c goes off and on"
			continue
		fi
		pass "round $r, CPU $c goes off and on"
		if tree_stops "$kernel"; then
			continue
		fi
		rest=$(awk '{ print $8 }' <<<"$f")
		if [ "$rest" = 0 ]; then
			pass "round $r, CPU $c stops no other CPU"
		else
			fail "round $r, CPU $c stops no other CPU, but $rest"
		fi
	done < <(grep -E '^ +[0-9]+ +[0-9]+ +[0-9]+\.' "$LOG.out")
	c=$(can_go "$kernel" "$smp" "$LOG.out")
	check "$n offlines of $((rounds * c))" [ "$n" = $((rounds * c)) ]
}

# What KUnit says in a kernel log, as lines for count_results(): each case, and that the
# plans were kept, of the cases of each suite and of the suites.
kunit_results() { # LOG
	tr -d '\000' <"$1" | sed -nE 's/^<[0-9]+>\[ *[0-9.]+\] //p' | awk '
	/^KTAP version/ { run = 1; next }
	!run { next }
	/^1\.\.[0-9]+$/ { suites = substr($0, 4) + 0; next }
	/^    # Subtest: / { suite = $3; cases = -1; n = 0; next }
	/^    1\.\.[0-9]+$/ { cases = substr($0, 8) + 0; next }
	/^    (not )?ok [0-9]+ / {
		r = $1 == "not" ? "not ok" : /# SKIP/ ? "skip" : "ok"
		nr = $1 == "not" ? $3 : $2
		name = $1 == "not" ? $4 : $3
		# A case may set the log on fire between two results: they count on
		if (nr != ++n) print "not ok|" suite "." name ": number " nr ", not " n
		print r "|" suite "." name
		next
	}
	/^(not )?ok [0-9]+ / {
		name = $1 == "not" ? $4 : $3
		n_suites++
		if ($0 ~ /# SKIP/ && name != suite) print "skip|" name
		else if (name != suite) print "not ok|" name ": an end without a begin"
		else if (n != cases) print "not ok|" suite ": " n " cases, the plan says " cases
		else if ($1 == "not") print "not ok|" suite
		else print "ok|" suite ": its " n " cases"
		suite = ""
	}
	END {
		if (!run) print "not ok|KUnit has not run"
		else if (suite != "") print "not ok|" suite ": has no end"
		if (run && (!suites || n_suites != suites))
			print "not ok|" n_suites + 0 " suites, the plan says " suites + 0
	}'
}

# The cases in the sources of what is built into a kernel, as "name" a line. Those in
# an #ifdef are expected if the option is set.
kunit_sources() { # KERNEL
	local tree out f

	tree=$(tree_of "$1") out=$(out_of "$1")
	(cd "$tree" && git grep -lE '\<KUNIT_CASE' -- kernel arch lib/kunit) | while read -r f; do
		[ -f "$out/${f%.c}.o" ] || continue
		awk '
		NR == FNR { if (/=[ym]$/) set[substr($0, 1, index($0, "=") - 1)] = 1; next }
		/^#ifdef CONFIG_/ { out = !($2 in set) }
		/^#endif/ { out = 0 }
		!out && match($0, /^[ \t]*KUNIT_CASE[A-Z_]*\([a-z0-9_]+/) {
			sub(/^[ \t]*KUNIT_CASE[A-Z_]*\(/, "")
			sub(/[^a-z0-9_].*/, "")
			print
		}' "$out/.config" "$tree/$f"
	done
}

# The device for a test that needs a level interrupt. Elsewhere it gets none without a driver.
edu() { # KERNEL
	[ ! "$HP_ARCH" ] || return 0
	! grep -qx CONFIG_PCI=y "$(out_of "$1")/.config" || echo edu
}

# The suites that are built into a kernel, judged by the tree's own kunit.py.
kunit_tests() { # KERNEL
	local tag=kunit-$1${TAG:+-$TAG} rc=0 missing
	local report=$LOGS/$tag.report results=$LOGS/$tag.results

	need_packages python3
	QEMU_APPEND="${QEMU_APPEND:-} kunit.enable=1 kunit.autorun=1" QEMU_DEVICE=$(edu "$1") \
		guest_test "$1" "$tag" "${KUNIT_TIMEOUT:-600}" idle

	python3 "$(tree_of "$1")/tools/testing/kunit/kunit.py" parse "$LOG" >"$report" 2>&1 || rc=$?
	kunit_results "$LOG" >"$results"
	count_results <"$results"
	[ $rc = 0 ] || sed 's/\x1b\[[0-9;]*m//g; s/^/# /' "$report"
	check "kunit.py is content" [ $rc = 0 ]
	missing=$(kunit_sources "$1" | sort -u | grep -vxFf <(sed -n 's/^[a-z ]*|.*\.\([^. ]*\)$/\1/p' "$results")) || true
	check "each case in the sources has run" [ -z "$missing" ]
	[ -z "$missing" ] || echo "# missing: ${missing//$'\n'/ }"
}

# One case that was run alone has passed, and was not skipped.
kunit_passed() { # SUITE.CASE LOG
	kunit_results "$2" | grep -x "ok|${1//./\\.}"
}

# All of them, or the one in TEST.
kselftest_tests() { # KERNEL
	local test=${TEST:-} results

	guest_test "$1" "kselftest-$1${TAG:+-$TAG}${test:+-$test}" 900 kselftest ${test:+"test=$test"}
	results=$(kselftest_results "$LOG.out")
	count_results <<<"$results"
	check "each program of the selftests has run" \
		kselftest_complete "$(out_of "$1")/kselftest-installed/kselftest-list.txt" \
		"$test" <<<"$results"
	check "the runner came to its end" kselftest_ended "$LOG.out"
}

# The programs in LIST (or TEST alone) are all in the results on stdin.
kselftest_complete() { # LIST TEST
	local results t rc=0

	results=$(cat)
	while read -r t; do
		[ ! "$2" ] || [ "$t" = "$2" ] || continue
		grep -qE "^[a-z ]+\|cpu-hotplug: ${t//./\\.}(:|$)" <<<"$results" ||
			{ echo "no result of $t"; rc=1; }
	done < <(sed -n 's/^cpu-hotplug://p' "$1")
	return $rc
}

# As many programs as planned, and the runner's own total (nested ones have more "#").
kselftest_ended() { # OUTPUT
	awk '
	/^1\.\.[0-9]+$/ { plan = substr($0, 4) + 0 }
	/^(not )?ok [0-9]+ selftests: / && !/cpu-on-off-test\.sh -a$/ { n++ }
	/^# Totals:/ { totals = n }
	END { exit !plan || n != plan || totals != plan }' "$1"
}

# What the selftests print, as lines for count_results(). A program that prints results of
# its own counts by those ("# ok ..."), the others by their exit status. What it said before
# one that failed ("# # ...") is the reason.
kselftest_results() { # OUTPUT
	awk '
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
			if (r == "not ok") why[n] = said
			said = ""
			next
		}
		/^# *# / {
			sub(/^# *# */, "")
			said = said "why|" $0 "\n"
		}
		/^(not )?ok [0-9]+ selftests: / {
			r = result(); prog = $0
			sub(/^(not )?ok [0-9]+ selftests: /, "", prog)
			sub(/ # .*/, "", prog)
			for (i = 1; i <= n; i++) {
				split(line[i], f, "|")
				print f[1] "|" prog ": " substr(line[i], length(f[1]) + 2)
				printf "%s", why[i]
			}
			if (!n || (r == "not ok" && !bad))
				print r "|" prog
			n = bad = 0
			said = ""
			delete why
		}
		END {
			if (n) print "not ok|a program ended without result"
		}' "$1"
}

# "OK/TRIED:OK/TRIED", offlines and onlines, and at least that many of each.
onoff_complete() {
	local ok1 n1 ok2 n2

	IFS=/: read -r ok1 n1 ok2 n2 <<<"$1"
	[ "${n2:-}" ] && [ "$ok1" = "$n1" ] && [ "$ok2" = "$n2" ] && [ "$ok1" -ge "$2" ]
}

# What the module says when it is removed
torture_success() { # LOG
	grep -a -- '--- End of test: ' "$1" | tail -n 1 | grep -- '--- End of test: SUCCESS'
}

# The last line of statistics ("VER:") of scftorture, at its end
scf_counters_clean() { # LOG
	grep -a 'scf_invoked_count VER: ' "$1" | tail -n 1 |
		grep -E ' ste: 0 stnmie: 0 stnmoe: 0 staf: 0$'
}

# and of cpuhptorture: what stands behind "errors:", up to what torture.ko adds
cpuhp_counters_clean() { # LOG
	grep -a 'cpuhp-torture: .*VER: ' "$1" | tail -n 1 |
		grep -E ' errors:( [a-z_]+: 0)+ +onoff: '
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
	check "$tag: the module says SUCCESS" torture_success "$LOG"
	if [ "$kind" = lock ]; then
		lock_torture_figures "$tag" $((secs / 10))
		return
	fi
	onoff=$(sed -n 's|.* onoff: \([0-9]*/[0-9]*:[0-9]*/[0-9]*\) .*|\1|p' "$LOG" | tail -n 1)
	check "$tag: all offlines and onlines done (${onoff:-none})" onoff_complete "$onoff" $((secs / 10))
	case $kind in
	scf)
		check "$tag: error counters are 0" scf_counters_clean "$LOG"
		;;
	rcu)
		# A reader that saw more than one grace period pass counts from
		# the third column on.
		check "$tag: no reader saw a grace period too short" reader_pipe_clean "$LOG"
		;;
	cpuhp)
		check "$tag: error counters are 0" cpuhp_counters_clean "$LOG"
		onoff=$(sed -n 's|.* VER: .* toggle: \([0-9]*/[0-9]*:[0-9]*/[0-9]*\) .*|\1|p' "$LOG" | tail -n 1)
		check "$tag: all those of the other threads done (${onoff:-none})" \
			onoff_complete "$onoff" $((secs / 2))
		;;
	esac
}

# cpuhptorture looks on, and user space has several CPUs go at once, in each way that is there
torture_user_tests() { # KERNEL SECONDS WAY...
	local kernel=$1 secs=$2 tag=torture-$1-user way

	shift 2
	QEMU_SMT=1 guest_test "$kernel" "$tag" $((secs * 3 + 300)) torture kind=user "secs=$secs"
	check "$tag: the module says SUCCESS" torture_success "$LOG"
	check "$tag: error counters are 0" cpuhp_counters_clean "$LOG"
	for way; do
		check "$tag: $(grep "^user: $way: " "$LOG.out")" \
			grep -q "^user: $way: [1-9][0-9]* off and on$" "$LOG.out"
	done
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
	check "soak-$1: scftorture says SUCCESS" torture_success "$LOG"
	check "soak-$1: error counters are 0" scf_counters_clean "$LOG"
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
	check "cycles-$kernel-busy: cpuhptorture says SUCCESS" torture_success "$LOG"
	check "cycles-$kernel-busy: error counters are 0" cpuhp_counters_clean "$LOG"
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
	check "cpusets-$1: $(tail -n 2 "$LOG.out" | head -n 1)" said_last 'All tests PASSED' '^All tests ' "$LOG.out"
}

# The last lines come from a second kernel, which the first one starts. Before that,
# in a guest of its own, a suspend which leaves no housekeeping CPU.
pm_tests() { # KERNEL ROUNDS
	local smp=${SMP:-4}

	QEMU_APPEND=isolcpus=0 guest_test "$1" "pm-$1-isolated" 300 pm rounds=1 short=1
	LOG_BOOTS=2 QEMU_QMP=1 QEMU_APPEND=retain_initrd QEMU_SHOW=${QEMU_SHOW-1} \
		guest_test "$1" "pm-$1" $((300 + $2 * 120)) pm "rounds=$2" kexec=1
	check "$(grep '^pm: ' "$LOG.out" | head -n 1)" grep -q "^pm: $2 rounds, PASS$" "$LOG.out"
	check "another kernel has started" [ "$(grep -c 'Linux version' "$LOG")" = 2 ]
	check "it has all CPUs, they go off and on, and no other is stopped" \
		grep -qx "figures: offlines=$((2 * (smp - 1))) failed=0 stopped=0" "$LOG.out"
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

# A CPU on its way offline is held in one phase after the other, meanwhile the kernel panics
# or starts another one.
crash_tests() { # KERNEL
	local kernel=$1 phase kind tag rc machine

	arch_set "$(arch_of "$kernel")"

	for phase in ${PHASES:-drain retire closed idle gone dead}; do
		for kind in ${KINDS:-$a_kinds}; do
			tag=crash-$kernel-$kind-$phase
			if [ "$kind" = panic ]; then
				LOG=$LOGS/$tag.log rc=0
				step "guest: $tag"
				"$TOP/scripts/qemu.sh" "$kernel" "${SMP:-4}" "$LOG" 300 crash kind=panic \
					"phase=$phase" 2>/dev/null || rc=$?
				step_done
				# No verdict of the guest: it has restarted, which the emulator takes for an end
				check "$tag: the machine restarts" [ $rc = 125 ]
				check "$tag: nothing else in the kernel log" \
					"$TOP/scripts/log-check.sh" -p "$LOG"
			else
				machine=
				# shellcheck disable=SC2154 # arch_set()
				[ "$kind" != kexec ] || machine=$a_kexec
				LOG_BOOTS=2 QEMU_MEM=768 QEMU_APPEND="retain_initrd crashkernel=192M" \
					QEMU_MACHINE=$machine guest_test "$kernel" "$tag" 300 crash "kind=$kind" \
					"phase=$phase" "append=nr_cpus=1"
			fi
			check "$tag: the CPU was held" grep -q "^crash: CPU .* is held in $phase: $kind$" "$LOG.out"
			case $kind in
			crash) check "$(grep "^crashed: " "$LOG.out")" grep -q "^crashed: .*, PASS$" "$LOG.out" ;;
			kexec) check "$tag: the other kernel's CPUs go off and on" \
				grep -q "^figures: offlines=[1-9][0-9]* failed=0 " "$LOG.out" ;;
			esac
		done
	done
}
