# SPDX-License-Identifier: GPL-2.0
#
# The one face of this repository. Each step is a program in scripts/.

# Each script has defaults of its own: nothing is set here.
export TREE SMP ROUNDS SUITE BASE_ONLY CYCLES KERNELS CPUS PARTS KEEP ACCEL T A B KERNEL \
	LOADS FLAVOUR LOGIN

ARCHES = $(shell sed -n 's/^ARCHES="\(.*\)"/\1/p' scripts/arch.sh)

.PHONY: help boot shell check test test-full t compare tree build refresh check-series check-bisect \
	soak matrix distro steps bench bench-lock bench-wakeup bench-irq bench-readers clean

help:
	@echo 'make boot          build Linux with the series, take its CPUs off and on in QEMU,'
	@echo '                   show what that took and how many other CPUs were stopped'
	@echo '    SMP=n          with n CPUs (4)'
	@echo '    ROUNDS=n       n times each (5)'
	@echo '    BASE_ONLY=1    the same with the unpatched kernel'
	@echo '    ARCH=name      on another architecture than x86-64, emulated: $(ARCHES)'
	@echo '                   (build, shell, test and t too)'
	@echo 'make check         what needs no kernel: the scripts, what judges the tests, each'
	@echo '                   patch applies and satisfies checkpatch'
	@echo 'make test          that and the tests in QEMU'
	@echo 'make test-full     all there is: both, each patch compiled and booted, all models and'
	@echo '                   configurations (long)'
	@echo '    SUITE=name     one suite: $(notdir $(patsubst scripts/test-%.sh,%,$(wildcard scripts/test-*.sh)))'
	@echo 'make t T=name      one test after an edit in build/linux: T=kunit:suite.case, patterns'
	@echo '                   are possible, or the name of a selftest'
	@echo 'make compare       how the results of tests differ between two trees'
	@echo '    A=dir B=dir    of build/results (those before the last, and the last)'
	@echo 'make shell         a shell in the guest (SMP=n, BASE_ONLY=1)'
	@echo 'make tree          the patched kernel tree, a git repository, in build/linux'
	@echo 'make build         the patched kernel, in build/o-series'
	@echo 'make refresh       write the commits of build/linux to patches/'
	@echo 'make check-series  check each patch: applies, checkpatch, compiles without warnings'
	@echo '    QUICK=1        without compiling'
	@echo '    FROM=n         from the n-th patch on (check-bisect too)'
	@echo 'make check-bisect  build and boot after each patch (long)'
	@echo 'make check-topics  each topic by itself, with what it needs: applies, builds, boots, passes'
	@echo '                   its suites (long); a table'
	@echo '    APPLY=1        only whether it applies'
	@echo 'make check-bases   which kernels each topic applies to: 7.2.y and 7.3 from Debian, or'
	@echo '    BASES="p..."   these git trees (path or path@revision) or tarballs'
	@echo 'make check-compile each file that a patch touches is compiled by some configuration'
	@echo '    CONFIGS=names  of kconfig/compile (all of them: long)'
	@echo 'make soak          offlines under a storm of interrupts, calls and text patching,'
	@echo '                   with NO_HZ_FULL, HZ_PERIODIC and lockdep (long)'
	@echo '    CYCLES=n       so many in each kernel (2000)'
	@echo '    KERNELS=names  of nohz_full periodic lockdep'
	@echo 'make matrix        build, boot and test other configurations (long); prints a table'
	@echo '    KERNELS=names  of $(notdir $(basename $(wildcard kconfig/matrix/*.config)))'
	@echo '    CYCLES=n       so many in each kernel (1000)'
	@echo '    BASE_ONLY=1    the same with the unpatched kernel'
	@echo 'make distro        Debian 12 with the series: Debian'"'"'s own configuration, systemd, disks with'
	@echo '                   queues, two nodes, an IOMMU; CPUs go off and on beside each load (long)'
	@echo '    LOADS="n..."   of $(basename $(notdir $(wildcard guest/distro/loads/*.sh))) selftests'
	@echo '    ROUNDS=n       so often in each way (5)'
	@echo '    FLAVOUR=rt     Debian'"'"'s realtime configuration'
	@echo '    BASE_ONLY=1    the same with the unpatched kernel'
	@echo '    LOGIN=1        a login there instead'
	@echo 'make steps         the steps of an offline and an online by time, and as a picture'
	@echo 'make bench         what an offline does to other CPUs and how long it takes, without'
	@echo '                   and with the series, in turn; a table, bench/*.csv, pictures (long)'
	@echo '    ROUNDS=n       boots of each kernel (5)'
	@echo '    CPUS="n n..."  with so many CPUs (2 4 8 16 32 64)'
	@echo '    PARTS=names    of counts gap latency isolated'
	@echo '    KEEP=1         add to the samples of the run before'
	@echo 'make bench-lock    cycles of the reader lock and its alternatives, on this machine'
	@echo 'make bench-wakeup  instructions of a wakeup, without and with the series, in QEMU'
	@echo 'make bench-irq     longest time without device interrupts, without and with the series'
	@echo 'make bench-readers how the reader lock fares while all CPUs use it, 4 and 64 of them'
	@echo 'make clean         remove what was built; commits in build/linux that are not in'
	@echo '                   patches/ stay'
	@echo
	@echo 'TOPIC=name, with boot, build, test, shell, check-series, check-bisect and check-topics:'
	@echo 'that topic of patches/ and what it needs, in build/NN-name.'
	@echo
	@echo 'TREE=/path/to/linux, with any of them: use this git tree of Linux 7.3 as the base,'
	@echo 'through a worktree; its checkout is not touched. ACCEL=kvm: run guests on the CPUs of'
	@echo 'this machine, not on emulated ones.'

boot:
	@scripts/boot.sh

shell:
	@scripts/shell.sh

check:
	@scripts/test.sh check

test:
	@scripts/test.sh test

test-full:
	@scripts/test.sh full

t:
	@scripts/t.sh

compare:
	@scripts/compare.sh

tree:
	@scripts/make-tree.sh

build: tree
	@scripts/build-kernel.sh $(patsubst %,%-,$(filter-out x86% amd64,$(ARCH)))$(if $(BASE_ONLY),base,series)

refresh:
	@scripts/refresh.sh

check-series:
	@scripts/check-series.sh

check-bisect:
	@scripts/check-bisect.sh

soak:
	@scripts/soak.sh

matrix:
	@scripts/matrix.sh

distro:
	@scripts/distro.sh

steps:
	@scripts/steps.sh

bench:
	@scripts/bench.sh

bench-lock:
	@scripts/bench-lock.sh

bench-wakeup:
	@scripts/bench-wakeup.sh

bench-irq:
	@scripts/bench-irq.sh

bench-readers:
	@scripts/bench-readers.sh

clean:
	@scripts/clean.sh

# --- topics, and what they apply to ---

TOPIC ?=
FROM ?=
QUICK ?=
APPLY ?=
BASES ?=
NOFETCH ?=
CONFIGS ?=
FORCE ?=
export TOPIC FROM QUICK APPLY BASES NOFETCH CONFIGS FORCE

.PHONY: check-topics check-bases check-compile

check-topics:
	@scripts/check-topics.sh

check-bases:
	@scripts/check-bases.sh

check-compile:
	@scripts/check-compile.sh
