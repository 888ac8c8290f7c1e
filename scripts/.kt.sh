. /work/main/scripts/lib.sh; . $TOP/scripts/testlib.sh
export QEMU_SMT=1
QEMU_APPEND=threadirqs kselftest_tests lockdep core-sched-test
finish x
