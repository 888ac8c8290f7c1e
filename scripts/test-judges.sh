#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What decides about green, tested itself, in seconds: with logs made up here, an
# emulator that is none, a socket with nobody behind it. Each bad one must be seen.
set -euo pipefail
# The last part of a pipe counts in this shell
shopt -s lastpipe
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cd "$t"

# bad COMMAND...: it fails. An error in the script is none of its failures.
bad() {
	local rc=0

	"$@" || rc=$?
	[ $rc != 0 ] && [ $rc -lt 126 ]
}

# status N COMMAND...
status() {
	local want=$1 rc=0

	shift
	"$@" || rc=$?
	[ $rc = "$want" ] || { echo "status $rc"; return 1; }
}

# --- log-check.sh ---

log_check=$TOP/scripts/log-check.sh
end='<14>[    2.000000] hp: boot ends with 0, tainted 0, warnings 0'
# good_log [LINE]...: a healthy log with these lines in it
good_log() {
	echo '<5>[    0.000000] Linux version 7.3.4-hotplug (root@localhost) #1 SMP'
	echo '<6>[    0.000000] Command line: console=ttyS0 oops=panic'
	echo '<5>[    0.100000] Kernel command line: console=ttyS0 oops=panic'
	echo '<6>[    1.000000] smpboot: CPU 1 is now offline'
	[ $# = 0 ] || printf '%s\n' "$@"
	echo "$end"
}

log_is() { # good|bad DESCRIPTION [OPTION...], the log on stdin
	cat >x.log
	if [ "$1" = good ]; then
		check "log-check: good: $2" "$log_check" "${@:3}" x.log
	else
		check "log-check: bad: $2" status 1 "$log_check" "${@:3}" x.log
	fi
}

good_log | log_is good "a healthy log"
log_is bad "empty" </dev/null
good_log | sed 1d | log_is bad "no begin"
{ echo '<6>[    0.9] something'; good_log; } | log_is bad "something before the begin"
good_log | sed '$d' | log_is bad "no end"
{ good_log; good_log; } | log_is bad "two kernels"
{ good_log; good_log; } | log_is good "two kernels that are expected" -b 2
{ good_log; good_log | sed '$d'; } | log_is bad "the second has no end" -b 2
panic='<0>[    3.0] Kernel panic - not syncing: sysrq triggered crash'
trace=$'<4>[    3.1] Call Trace:\n<4>[    3.1]  vpanic+0x303/0x380\n<4>[    3.1] R10: 00000000000001b6 R11: 0000000000000202'
{ good_log | sed '$d'; echo "$panic"; echo "$trace"; } | log_is good "a panic that was asked for" -t crash-series-panic-drain -p
{ good_log | sed '$d'; echo "$panic"; echo "$trace"; } | log_is bad "that one where nobody asked" -t crash-series-kexec-drain
good_log | sed '$d' | log_is bad "no panic, which was asked for" -t crash-series-panic-drain -p
{ good_log | sed '$d'; echo "${panic/sysrq triggered crash/hung}"; } | log_is bad "another panic" -t crash-series-panic-drain -p
{ good_log '<4>[    2.1] something is wrong' | sed '$d'; echo "$panic"; } | log_is bad "more than the panic" -t crash-series-panic-drain -p
good_log $'<6>[    1.1] a\001b' | tr '\001' '\000' | log_is bad "a NUL byte"
good_log '** 5 printk messages dropped **' | log_is bad "dropped messages"
good_log '<4>[    1.1] nobody has listed this' | log_is bad "an unlisted warning"
good_log '<12>[    1.1] nobody has listed this' | log_is bad "the same by a program"
good_log '<5>[    1.1] nobody has listed this' | log_is good "an unlisted notice"
good_log 'no level at all' | log_is bad "a line without a level"
good_log '<6>[    1.1] scf_torture: !!! ' | log_is bad "what is never healthy, as information"
good_log '<1>[    1.1] cpuhp-torture:!!! timeout=0 is out' | log_is bad "refused parameters"
good_log '<1>[    1.1] cpuhp-torture:!!! timeout=0 is out' |
	log_is good "refused parameters, where they are tried" -t torture-series-refuse
good_log '<1>[    1.1] rcu-torture:--- Start of test' | log_is good "torture" -t torture-series-rcu
good_log '<1>[    1.1] rcu-torture:--- Start of test' | log_is bad "torture where there is none" -t boot-series
{ printf '\nOpenSBI v1.1\n'; good_log; } | log_is good "firmware before it" -t boot-riscv64-series
{ printf '\nOpenSBI v1.1\n'; good_log 'no level'; } | log_is bad "a line without a level later" -t boot-riscv64-series
{ printf '\nOpenSBI v1.1\n'; good_log; } | log_is bad "firmware where there is none" -t boot-arm64-series
{ printf '<6>[    0.0] Booting Linux on physical CPU 0x0\n'; good_log; } | log_is good "what arm64 says first" -t boot-arm64-series
good_log '<4>[    1.1] ste: 0 stnmie: 0 stnmoe: 0 staf: 0' |
	log_is good "the end of scftorture's line by itself" -t torture-series-scf
good_log '<4>[    1.1] ste: 0 stnmie: 1 stnmoe: 0 staf: 0' |
	log_is bad "with an error" -t torture-series-scf
good_log '<4>[    1.1] ' | log_is good "the end of cpuhptorture's line by itself" -t torture-series-cpuhp
good_log '<4>[    1.1] ' | log_is bad "an empty line elsewhere" -t boot-series
good_log '<4>[    1.1] Reader Pipe:  12 3 0 0' |
	log_is good "the end of rcutorture's line by itself" -t torture-series-rcu
good_log '<4>[    1.1]  12 3 0 0' | log_is good "and its numbers" -t torture-series-rcu
good_log '<1>[    1.1] rcu-torture: rtc: 0 !!!' | log_is bad "an error in torture" -t torture-series-rcu
good_log | sed 's/warnings 0/warnings 1/' | log_is bad "warnings were counted"
good_log | sed 's/tainted 0/tainted 512/' | log_is bad "tainted"
good_log | sed 's/tainted 0/tainted 262144/' | log_is bad "tainted as by KUnit, without it"
good_log | sed 's/tainted 0/tainted 32768/' | log_is good "tainted as it may be" -T 32768
good_log | sed 's/tainted 0/tainted 33280/' | log_is bad "tainted by more than that" -T 32768
good_log | sed 's/oops=panic$/kunit.autorun=1/; s/tainted 0/tainted 262144/' |
	log_is good "tainted by KUnit"
good_log | sed 's/oops=panic$/kunit.autorun=1/' | log_is bad "KUnit has not run"
good_log | sed 's/, warnings 0//' | log_is bad "the warnings are not known"
good_log | sed 's/warnings 0/&, debug_locks 1/' | log_is good "lockdep is on"
good_log | sed 's/warnings 0/&, debug_locks 0/' | log_is bad "lockdep is off"
check "log-check without a log" status 2 "$log_check"
check "log-check with a log that is not there" status 2 "$log_check" none

# The lists: each string is in the tree, each pattern is one, each suite is there.
"$TOP/scripts/make-tree.sh"
tree=$(tree_of series)
while read -r line; do
	case $line in ''|'#'*) continue ;; esac
	pattern=${line#* :: } pattern=${pattern%% :: *}
	where=${line#* :: * :: } where=${where%% :: *}
	reason=${line#* :: * :: * :: }
	check "expected-log: $pattern: a pattern" status 1 grep -E -- "$pattern" /dev/null
	check "expected-log: $pattern: a reason" [ "$reason" != "$line" ]
	[ "$where" = - ] ||
		check "expected-log: $pattern: ${where%%: *} has it" \
			grep -F -- "${where#*: }" "$tree/${where%%: *}"
done <"$TOP/scripts/expected-log"
while read -r line; do
	case $line in ''|'#'*) continue ;; esac
	suites=${line%% :: *} pattern=${line#* :: } pattern=${pattern%% :: *}
	check "expected-skips: $suites: $pattern: a pattern" status 1 grep -E -- "$pattern" /dev/null
	set -f
	for s in $suites; do
		a=$(arch_of "$s")
		s=${s#"$a-"} s=${s#stops-}
		check "expected-skips: $suites: suites" [ -x "$TOP/scripts/test-${s#\*-}.sh" ]
	done
	set +f
done <"$TOP/scripts/expected-skips"

# --- judge-suite.sh ---

judge() { # good|bad DESCRIPTION STATUS SUITE [ALSO], its output on stdin
	cat >suite
	if [ "$1" = good ]; then
		check "judge-suite: good: $2" "$JUDGE" "$4" suite "$3" "${@:5}"
	else
		check "judge-suite: bad: $2" status 1 "$JUDGE" "$4" suite "$3" "${@:5}"
	fi
}
JUDGE=$TOP/scripts/judge-suite.sh
two=$'ok 1 - a\nok 2 - b\n'
printf '%s1..2\n' "$two" | judge good "two passed" 0 boot
printf '%s1..2\n' "$two" | judge bad "but it ended badly" 1 boot
printf '%s' "$two" | judge bad "it ended early" 0 boot
printf '%s' "$two" | judge bad "it ended early, time was up" 124 boot
printf '%s1..3\n' "$two" | judge bad "less than planned" 0 boot
printf 'ok 1 - a\nnot ok 2 - b\n# why\n1..2\n' | judge bad "one failed" 1 boot
printf 'ok 1 - a\nnot ok 2 - b\n1..2\n' | judge bad "one failed, the status is good" 0 boot
judge bad "it did nothing" 0 boot </dev/null
printf '1..0\n' | judge bad "a plan of nothing" 0 boot
printf '%sok 3 - c # SKIP\n1..3\n' "$two" | judge bad "an unexpected skip" 0 boot
mkdir lists
cp "$JUDGE" lists/
cat >lists/expected-skips <<'END'
boot :: ^x86 :: only there
arm64-boot riscv64-boot :: ^two :: of two
*-boot :: ^all :: of all but x86
stops-boot :: ^stops :: of those that stop the others
END
JUDGE=lists/judge-suite.sh
skips() { printf '%sok 3 - %s # SKIP\n1..3\n' "$two" "$1"; }
skips x86 | judge good "a skip that is expected" 0 boot
skips x86 | judge bad "a skip that is expected on another architecture" 0 arm64-boot
skips two | judge good "the second of two suites" 0 riscv64-boot
skips two | judge bad "none of two suites" 0 s390x-boot
skips two | judge bad "none of two suites, but of x86" 0 boot
skips all | judge good "a skip of all other architectures" 0 s390x-boot
skips all | judge bad "a skip of all other architectures, on x86" 0 boot
skips all | judge bad "of all other architectures, in another suite" 0 arm64-kunit
skips stops | judge good "a skip where others are stopped" 0 arm64-boot stops-boot
skips stops | judge bad "a skip where others should not be stopped" 0 arm64-boot
skips stops | judge bad "a skip where others should not be stopped, on x86" 0 boot
JUDGE=$TOP/scripts/judge-suite.sh
said=$(printf 'ok 1 - a\nnot ok 2 - b\n1..2\n' >suite; "$TOP/scripts/judge-suite.sh" boot suite 1) || true
check "judge-suite: its last line counts" [ "${said##*$'\n'}" = "boot: 1 passed, 1 failed, 0 skipped" ]

# --- test.sh and .ci/run, with a suite made up here ---

mkdir -p top/scripts top/.ci
cp "$TOP"/scripts/{test,judge-suite,lib,arch}.sh "$TOP/scripts/expected-skips" top/scripts/
cp "$TOP/.ci/run" top/.ci/
printf 'test:\n\t@scripts/test.sh\n' >top/Makefile
# runs good|bad LAST-LINE DESCRIPTION, the suite on stdin
runs() {
	local said rc=0

	{ echo '#!/bin/bash'; cat; } >top/scripts/test-boot.sh
	chmod +x top/scripts/test-boot.sh
	said=$(cd top && env -u TREE BUILD="$t/top/build" SUITE=boot LIMIT=3s .ci/run 2>&1) || rc=$?
	if [ $rc = 0 ]; then rc=good; else rc=bad; fi
	check "test.sh: $1: $3" [ "$rc ${said##*$'\n'}" = "$1 $2" ]
}
runs good '1 passed, 0 failed, 0 skipped' "a suite" <<<'echo "ok 1 - a"; echo 1..1'
runs bad '1 passed, 1 failed, 0 skipped' "a failure" <<<'echo "ok 1 - a"; echo "not ok 2 - b"; echo 1..2; exit 1'
runs bad '1 passed, 1 failed, 0 skipped' "it ends early" <<<'echo "ok 1 - a"; exit 0; echo 1..1'
runs bad '1 passed, 1 failed, 0 skipped' "its shell dies" <<<'echo "ok 1 - a"; kill -9 $$'
runs bad '1 passed, 1 failed, 0 skipped' "an unexpected skip" <<<'echo "ok 1 - a"; echo "ok 2 - b # SKIP"; echo 1..2'
runs bad '1 passed, 1 failed, 0 skipped' "less than planned" <<<'echo "ok 1 - a"; echo 1..2'
runs bad '1 passed, 2 failed, 0 skipped' "its time is up" <<<'echo "ok 1 - a"; sleep 50; echo 1..1'
rm top/scripts/judge-suite.sh
runs bad '0 passed, 1 failed, 0 skipped' "nobody judges" <<<'echo "ok 1 - a"; echo 1..1'
rm top/scripts/test.sh
runs bad '0 passed, 1 failed, 0 skipped' "nothing runs" <<<'echo "ok 1 - a"; echo 1..1'

# --- the parsers of testlib.sh ---

kunit_log() {
	sed 's/^/<6>[    1.234567] /' <<-'END'
	KTAP version 1
	1..2
	    KTAP version 1
	    # Subtest: one
	    # module: one
	    1..3
	    ok 1 a
	    # b: EXPECTATION
	    ok 2 b
	    ok 3 c # SKIP no such CPU
	# one: pass:2 fail:0 skip:1 total:3
	ok 1 one
	    KTAP version 1
	    # Subtest: two
	    1..1
	        KTAP version 1
	        # Subtest: d
	        ok 1 with 1
	    ok 1 d
	ok 2 two
	END
}
kunit_is() { # good|bad DESCRIPTION, the log on stdin
	cat >x.log
	kunit_results x.log >results
	if [ "$1" = good ]; then
		check "KUnit: good: $2" bad grep '^not ok' results
	else
		check "KUnit: bad: $2" grep '^not ok' results
	fi
}
kunit_log | kunit_is good "all there"
check "KUnit: a skip is one" grep -x 'skip|one.c' results
check "KUnit: cases are named" grep -x 'ok|two.d' results
check "KUnit: one case has passed" kunit_passed one.a x.log
check "KUnit: one case was skipped" bad kunit_passed one.c x.log
check "KUnit: one case has not run" bad kunit_passed one.aa x.log
kunit_log | sed 's/    ok 2 b/    not ok 2 b/' | kunit_is bad "a case failed"
kunit_log | sed '/    ok 2 b/d' | kunit_is bad "a case did not run"
kunit_log | sed '/ok 3 c/d' | kunit_is bad "the last case did not run"
kunit_log | sed '/ ok 1 one$/d' | kunit_is bad "a suite has no end"
kunit_log | sed '/Subtest: two/,$d' | kunit_is bad "a suite did not run"
kunit_log | sed '/ok 1 d$/,$d' | kunit_is bad "the guest died in a case"
kunit_is bad "no KUnit" <<<'<6>[    1.234567] Linux'

kselftest_out() {
	cat <<-'END'
	TAP version 13
	1..3
	# selftests: cpu-hotplug: a.sh
	# TAP version 13
	# 1..2
	# ok 1 first
	# ok 2 second # SKIP no such thing
	# # Totals: pass:1 fail:0 xfail:0 xpass:0 skip:1 error:0
	ok 1 selftests: cpu-hotplug: a.sh
	# selftests: cpu-hotplug: b.sh
	# something
	ok 2 selftests: cpu-hotplug: b.sh
	# selftests: cpu-hotplug: c
	ok 3 selftests: cpu-hotplug: c # SKIP
	# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:1 error:0
	ok 1 selftests: cpu-hotplug: cpu-on-off-test.sh -a
	END
}
printf 'cpu-hotplug:%s\n' a.sh b.sh c >list
kselftest_out >out
kselftest_results out >results
check "selftests: results" diff results - <<-'END'
	ok|cpu-hotplug: a.sh: first
	skip|cpu-hotplug: a.sh: second
	ok|cpu-hotplug: b.sh
	skip|cpu-hotplug: c
	ok|cpu-hotplug: cpu-on-off-test.sh -a
	END
check "selftests: all have run" kselftest_complete list '' <results
check "selftests: one has not run" bad kselftest_complete list '' < <(grep -v 'b\.sh' results)
check "selftests: the runner came to its end" kselftest_ended out
kselftest_out | sed '/^# Totals/d' >out
check "selftests: no end of the runner, but of a program" bad kselftest_ended out
kselftest_out | sed '/^ok 2 self/d' >out
check "selftests: less programs than planned" bad kselftest_ended out
kselftest_out | sed '/^ok 1 self.*a\.sh$/s/^/not /; s/^# ok 1 first/# not ok 1 first/' >out
kselftest_results out >results
check "selftests: one failed" grep -x 'not ok|cpu-hotplug: a.sh: first' results
kselftest_out | sed '/^ok 1 self.*a\.sh$/s/^/not /; s/^# ok 1 first/# # CPU 1 is lost\n# not ok 1 first/
	s/^# ok 2 second/# # nothing\n&/' >out
kselftest_results out >results
check "selftests: why it failed" diff <(head -n 3 results) - <<-'END'
	not ok|cpu-hotplug: a.sh: first
	why|CPU 1 is lost
	skip|cpu-hotplug: a.sh: second
END
check "a reason is no result" [ "$(count_results <results | grep -cE '^(not )?ok ')" = "$(grep -vc '^why|' results)" ]
kselftest_out | sed '/^ok 1 self.*a\.sh$/s/^/not /' >out
kselftest_results out >results
check "selftests: one failed after all its tests" grep -x 'not ok|cpu-hotplug: a.sh' results
kselftest_out | sed '/^ok 1 self.*a\.sh$/,$d' >out
kselftest_results out >results
check "selftests: the guest died in one" grep '^not ok' results

check "torture: all went off and on" onoff_complete 12/12:13/13 12
check "torture: one did not go" bad onoff_complete 12/13:13/13 12
check "torture: one did not come" bad onoff_complete 12/12:13/14 12
check "torture: too few" bad onoff_complete 11/11:11/11 12
check "torture: none" bad onoff_complete '' 0
scf() { echo "<1>[    9.0] scf-torture: scf_invoked_count $1: 9 resched: 0 onoff: 1/1:1/1 ste: $2 stnmie: 0 stnmoe: 0 staf: 0"; }
{ scf ver 0; scf VER 0; } >x.log
check "scftorture: counters are 0" scf_counters_clean x.log
{ scf ver 0; scf VER 10; } >x.log
check "scftorture: a counter is not 0 at the end" bad scf_counters_clean x.log
scf ver 0 >x.log
check "scftorture: no last line" bad scf_counters_clean x.log
cpuhp() { echo "<1>[    9.0] cpuhp-torture: VER: multis: 0/1 toggle: 1/1:1/1 errors: late: 0 mask: $1 gone: $2 onoff: 1/1:1/1"; }
{ cpuhp 0 0; cpuhp 0 0; } >x.log
check "cpuhptorture: counters are 0" cpuhp_counters_clean x.log
{ cpuhp 0 0; cpuhp 160 0; } >x.log
check "cpuhptorture: a counter is not 0" bad cpuhp_counters_clean x.log
{ cpuhp 0 0; cpuhp 0 160; } >x.log
check "cpuhptorture: the last counter is not 0" bad cpuhp_counters_clean x.log
check "cpuhptorture: no counters" bad cpuhp_counters_clean /dev/null
printf '<1>[ 9.0] rcu-torture:--- End of test: %s: a\n' SUCCESS >x.log
check "torture: SUCCESS" torture_success x.log
printf '<1>[ 9.0] rcu-torture:--- End of test: %s: a\n' SUCCESS FAILURE >x.log
check "torture: FAILURE after that" bad torture_success x.log
check "torture: no end" bad torture_success /dev/null
pipe='<1>[ 9.0] rcu-torture: Reader Pipe:  100 1'
echo "$pipe 0 0 0" >x.log
check "rcutorture: readers" reader_pipe_clean x.log
printf '%s\n' "$pipe 0 0 0" "$pipe 0 1 0" "$pipe 0 0 0" >x.log
check "rcutorture: a reader saw too short a grace period" bad reader_pipe_clean x.log
check "rcutorture: no readers" bad reader_pipe_clean /dev/null
printf 'All tests PASSED\nAll tests FAILED\n' >out
check "the last word counts" bad said_last 'All tests PASSED' '^All tests ' out

# --- boot.awk and the table of boot_tests ---

trace() { # RC-OF-THE-OFFLINE [LINE]
	cat <<-END
	# tracer: nop
	 sh-70 [000] 1.000000: tracing_mark_write: hp off 1 1
	 cpuhp/1-18 [001] 1.001000: cpuhp_enter: cpu: 0001 target: 0 step: 200 (takedown_cpu)
	${2:- sh-70 [000] 1.002000: sys_exit: nothing}
	 sh-70 [000] 1.010000: tracing_mark_write: hp offed $1 $1
	 sh-70 [000] 1.011000: tracing_mark_write: hp on 1 1
	 sh-70 [000] 1.020000: tracing_mark_write: hp oned 0 1
	END
}
boot_awk() {
	awk -f "$TOP/guest/boot.awk"
}
held=' migration/2-20 [002] 1.002000: held: (multi_cpu_stop+0x0/0x100) for=take_cpu_down'
check "boot.awk: an offline" grep -x 'figures: offlines=1 failed=0 stopped=0' < <(trace 0 | boot_awk)
check "boot.awk: it fails" grep -x 'figures: offlines=1 failed=1 stopped=0' < <(trace 1 | boot_awk)
check "boot.awk: another CPU is stopped" grep -x 'figures: offlines=1 failed=0 stopped=1' < <(trace 0 "$held" | boot_awk)
check "boot.awk: lost events" grep 'trace events were lost' < <(trace 0 'CPU:1 [LOST 5 EVENTS]' | boot_awk)

# --- which kernels may stop other CPUs ---

mkdir -p stop/o-arm64-series stop/o-series stop/linux/arch
echo 'config HOTPLUG_LATE_RETIRE' >stop/linux/arch/Kconfig
stops() { # NAME OPTION TOPIC
	local topic=$3

	echo "$2" | tee stop/o-arm64-series/.config >stop/o-series/.config
	(
		BUILD=$t/stop TOPIC=$topic
		tree_is_base() { return 1; }
		topic_field() { :; }
		tree_of() { echo "$t/stop/${stop_tree:-linux}"; }
		tree_stops "$1"
	)
}
new=CONFIG_HOTPLUG_LATE_RETIRE=y old='# CONFIG_HOTPLUG_LATE_RETIRE is not set'
check "x86 may not stop others" bad stops series "$new" ''
check "x86 may not without the option" bad stops series "$old" 04-takedown
check "an architecture with the option may not" bad stops arm64-series "$new" 04-takedown
check "an architecture without it may, if the topic ends before" stops arm64-series "$old" 04-takedown
stop_tree=last check "nor if the option has gone" bad stops arm64-series "" 22-one-path
check "but not with the whole series" bad stops arm64-series "$old" ''
for a in x86_64 $ARCHES; do
	check "$a has a configuration" [ -f "$TOP/kconfig/arch/$a.config" ]
done
check "a kernel of an architecture" [ "$(arch_of arm64-series) $(arch_of arm-base)" = "arm64 arm" ]
check "and others" [ "$(arch_of series) $(arch_of matrix-rt)" = "x86_64 x86_64" ]

# --- qemu.sh with an emulator that is none ---

mkdir bin
cat >bin/qemu-system-x86_64 <<'END'
#!/bin/bash
# Does what FAKE says: writes the two logs, and ends.
while [ $# -gt 0 ]; do
	case $1 in
	-serial) files+=("${2#file:}"); shift ;;
	-chardev) files+=("${2##*,path=}"); shift ;;
	-append) echo "$2" >"${FAKE_DIR:?}/append" ;;
	-accel) echo "$2" >"$FAKE_DIR/accel" ;;
	esac
	shift
done
echo '<5>[    0.000000] Linux version 7.3.4' >"${files[0]}"
case $FAKE in
hang) exec sleep 60 ;;
dies) echo half >"${files[1]}"; exit 1 ;;
asks) printf 'host: button\n' >"${files[1]}" ;;
cr) printf 'a\r\nguest: exit 0\r\n' >"${files[1]}" ;;
*) printf 'guest: exit 9\nsomething\nguest: exit %s\n' "$FAKE" >"${files[1]}" ;;
esac
END
chmod +x bin/qemu-system-x86_64
export FAKE_DIR=$t
fake() { # STATUS FAKE [TIMEOUT]
	PATH=$t/bin:$PATH FAKE=$2 status "$1" "$TOP/scripts/qemu.sh" series 2 "$t/q.log" "${3:-20}" boot a=b
}
check "qemu.sh: the guest's status 0" fake 0 0
check "qemu.sh: its variables are in the command line" grep -E ' hp\.run=boot hp\.a=b( |$)' append
check "qemu.sh: levels are in the log" grep console_msg_format=syslog append
check "qemu.sh: emulation" grep '^tcg' accel
check "qemu.sh: the guest's status 3" fake 3 3
check "qemu.sh: carriage returns" fake 0 cr
check "qemu.sh: none is left in the log" bad grep $'\r' q.log.out
check "qemu.sh: died without a verdict" fake 125 dies
check "qemu.sh: time is up" fake 124 hang 1
# The same as another architecture's, which has one serial port
ln -s qemu-system-x86_64 bin/qemu-system-aarch64
printf '#!/bin/sh\necho installed\n' >bin/dpkg-query
chmod +x bin/dpkg-query
for guest in 0 3; do
	# shellcheck disable=SC2016
	check "qemu.sh: arm64: the guest's status $guest" env PATH="$t/bin:$PATH" FAKE=$guest bash -c \
		'"$1" arm64-series 2 "$2" 20 boot; [ $? = "$FAKE" ]' - "$TOP/scripts/qemu.sh" "$t/q.log"
done
check "qemu.sh: arm64: what it prints goes by virtio" grep ' hp\.out=vport ' append
check "qemu.sh: arm64: its console" grep '^console=ttyAMA0 ' append
rm bin/dpkg-query
ln -s "$(command -v false)" bin/python3
export QEMU_QMP=1
check "qemu.sh: the host can't do it" fake 126 0
unset QEMU_QMP
rm bin/python3
export ACCEL=magic
check "qemu.sh: ACCEL= that does not exist" fake 1 0
unset ACCEL

# --- qmp.py with a socket that is none of QEMU's ---

cat >monitor.py <<'END'
# monitor.py SOCKET ANSWER...: greet, then one line for each command; "-" is a success.
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(1)
c, _ = s.accept()
def say(line):
    c.sendall(line.encode() + b'\n')
say('{"QMP": {}}')
for answer in ['-'] + sys.argv[2:]:
    if not c.recv(65536):
        sys.exit(0)
    for line in ('{"return": {}}' if answer == '-' else answer).split(';'):
        say(line)
END
place='{"type": "x", "props": {"core-id": 0}, "qom-path": "/a"}, {"type": "x", "props": {"core-id": 1}}'
qmp() { # STATUS WISH ANSWER...
	local want=$1 rc=0

	printf 'host: %s\n' "$2" >wishes
	shift 2
	rm -f qmp
	timeout 100 python3 monitor.py "$t/qmp" "$@" &
	timeout 100 "$TOP/scripts/qmp.py" "$t/qmp" wishes || rc=$?
	wait
	[ $rc = "$want" ] || { echo "status $rc"; return 1; }
}
free="{\"return\": [${place}]}"
no='{"error": {"desc": "no"}}'
check "qmp.py: add" qmp 0 'add 1' "$free" -
check "qmp.py: add, and QEMU refuses" qmp 1 'add 1' "$free" "$no"
check "qmp.py: no-add, and QEMU refuses" qmp 0 'no-add 1' "$free" "$no"
check "qmp.py: no-add, and QEMU does it" qmp 1 'no-add 1' "$free" -
check "qmp.py: del of what is not there" qmp 1 'del 1' "$free"
gone='{"return": [{"type": "x", "props": {"core-id": 0}}]}'
check "qmp.py: del" qmp 0 'del 0' "$free" - "$gone"
ost='{"event": "ACPI_DEVICE_OST", "data": {"info": {"source": 3, "status": 1}}}'
check "qmp.py: del, and the guest refuses" qmp 1 'del 0' "$free" "$ost;{\"return\": {}}" "$free"
check "qmp.py: keep, and the guest refuses" qmp 0 'keep 0' "$free" "$ost;{\"return\": {}}" "$free"
check "qmp.py: keep, and the guest lets it go" qmp 1 'keep 0' "$free" - "$gone"
check "qmp.py: a wish nobody knows" qmp 1 'fly 1'
finish judges
