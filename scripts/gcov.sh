#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# gcov.sh: which lines of the series' own C code no test reaches: those which it adds to
# kernel/, arch/x86 and drivers/base, tests apart. Boots the kernel "gcov" for each run of
# RUNS (all below) and adds them up. build/gcov/missed has "FILE:LINE: SOURCE".
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

[ ! "$HP_ARCH" ] || die "ARCH=$HP_ARCH: on x86-64 only"
dir=$BUILD/gcov
"$TOP/scripts/make-tree.sh"
tree=$(tree_of gcov) out=$(out_of gcov)
mapfile -t files < <(git -C "$tree" diff --name-only --diff-filter=AM "$(base_rev)" HEAD -- \
	'kernel/*.c' 'arch/x86/*.c' 'drivers/base/*.c' | grep -vE '_kunit\.c$|torture\.c$|_test\.c$|/stub|vdso')
GCOV_OBJECTS=$(printf '%s\n' "${files[@]}" | sed 's|.*/||; s|c$|o|' | sort -u | tr '\n' ' ')
export GCOV_OBJECTS
"$TOP/scripts/prepare.sh" gcov

# The data of the guest's last run, in a directory of its own
n=0
keep() {
	n=$((n + 1))
	mkdir -p "$dir/run-$n"
	sed -n 's/^gcov: //p' "$LOG.out" | tr -d '\r' | base64 -d | tar -xz -C "$dir/run-$n"
	check "$(basename "$LOG" .log): the counts are there" \
		[ "$(find "$dir/run-$n" -name '*.gcda' | wc -l)" -gt 10 ]
}

rm -rf "$dir"
mkdir -p "$dir"
g=hp.gcov=1
for r in ${RUNS:-boot broadcast kunit kselftest smt isolated cpuhp scf lock pm vcpus}; do
	export QEMU_APPEND=$g
	case $r in
	boot) boot_tests gcov 1 ;;
	broadcast) QEMU_APPEND="$g nolapic_timer" BOOT_TAG=boot-gcov-broadcast boot_tests gcov 1 ;;
	kunit) kunit_tests gcov ;;
	kselftest) kselftest_tests gcov ;;
	smt) QEMU_SMT=1 QEMU_APPEND="$g threadirqs" TAG=smt kselftest_tests gcov ;;
	isolated) QEMU_QUEUES=2 QEMU_APPEND="$g isolcpus=managed_irq,3" TEST=interrupt-test.sh kselftest_tests gcov ;;
	pm) QEMU_QMP=1 guest_test gcov pm-gcov 900 pm rounds=1 ;;
	vcpus) QEMU_SHOW='' vcpus_tests gcov 1 ;;
	*) torture_tests gcov "$r" 30 ;;
	esac
	keep
done

step "add up"
rm -rf "$dir/all"
for ((i = 1; i <= n; i++)); do
	if [ -d "$dir/all" ]; then
		gcov-tool merge -o "$dir/sum" "$dir/all" "$dir/run-$i" >"$dir/merge.log" 2>&1
		rm -rf "$dir/all"
		mv "$dir/sum" "$dir/all"
	else
		cp -r "$dir/run-$i" "$dir/all"
	fi
done
rm -rf "$dir/lines"
mkdir -p "$dir/lines"
: >"$dir/missed"
for f in "${files[@]}"; do
	[ -f "$dir/all/${f%.c}.gcda" ] || continue
	mkdir -p "$dir/lines/$f"
	cp "$out/${f%.c}.gcno" "$dir/all/${f%.c}.gcno"
	(cd "$dir/lines/$f" && gcov -o "$dir/all/$(dirname "$f")" -s "$tree" -r -t "$dir/all/${f%.c}.gcda") \
		>"$dir/lines/$f/text" 2>"$dir/lines/$f/err" || true
	# Only what the series adds; a line of several instances has run if one has
	git -C "$tree" diff -U0 "$(base_rev)" HEAD -- "$f" | awk -v file="$f" '
	NR == FNR {
		if (match($0, /^@@ -[0-9,]+ \+[0-9]+(,[0-9]+)? @@/)) {
			split($3, a, ",")
			from = substr(a[1], 2) + 0
			count = (a[2] == "") ? 1 : a[2] + 0
			for (i = from; i < from + count; i++) added[i] = 1
		}
		next
	}
	/^ *-: +0:Source:/ { sub(/.*Source:/, ""); here = $0 == file || substr($0, length($0) - length(file)) == "/" file }
	here && match($0, /^ *([0-9]+\*?|#####|=====): *[0-9]+:/) {
		split($0, p, ":")
		line = p[2] + 0
		if (!(line in added)) next
		text[line] = substr($0, RLENGTH + 1)
		seen[line] = 1
		if (p[1] !~ /[#=]/) ran[line] = 1
	}
	END {
		for (l in seen) {
			n++
			if (!(l in ran)) { m++; print file ":" l ": " text[l] >"/dev/stderr" }
		}
		printf "%5d of %5d  %s\n", n - m, n, file
	}' - "$dir/lines/$f/text" 2>>"$dir/missed"
done | tee "$dir/files"
sort -t: -k1,1 -k2,2n -o "$dir/missed" "$dir/missed"
step_done
awk '{ r += $1; n += $3 } END { printf "gcov: %d of %d lines which the series adds have run\n", r, n }' "$dir/files"
say "the others are in $dir/missed"
finish gcov
