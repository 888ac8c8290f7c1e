#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Check each patch in turn: it applies with git am, touches only the kernel's
# own directories, satisfies checkpatch --strict, and what it touches compiles
# with W=1 without a warning that the base does not have. The whole of it compiles
# without SMP, and unless QUICK is set for an architecture that takes CPUs down with
# stop_machine(), with and without CPU hotplug.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"
. "$TOP/scripts/patchlib.sh"

"$TOP/scripts/make-tree.sh"
# The last two are for the licence check that checkpatch calls.
need_packages git gcc make flex bison bc libc6-dev libelf-dev perl python3 ccache \
	python3-ply python3-git
[ "${QUICK:-}" ] || need_packages gcc-aarch64-linux-gnu
mapfile -t patches < <(list_patches)

out=$(out_of check)
mkdir -p "$out"
log=$out/check.log
: >"$log"
step "scratch tree at the base"
dir=$(scratch_tree)
step_done

cc=gcc
if command -v ccache >/dev/null; then cc="ccache gcc"; fi
kmake() {
	nice make -s -C "$dir" O="$out" ARCH=x86_64 CC="$cc" -j"$(nproc)" "$@"
}

configure() {
	local frags=("$TOP/kconfig/boot.config" "$TOP/kconfig/check.config")

	# The series' own options are merged as soon as Kconfig knows them.
	[ ! -f "$TOP/kconfig/series.config" ] || frags+=("$TOP/kconfig/series.config")
	cp -p "$out/.config" "$out/.config.prev" 2>/dev/null || true
	kmake tinyconfig &&
	(cd "$dir" && scripts/kconfig/merge_config.sh -m -Q -O "$out" "$out/.config" "${frags[@]}") &&
	kmake olddefconfig || return 1
	# The same configuration shall not look newer.
	if cmp -s "$out/.config" "$out/.config.prev"; then
		mv "$out/.config.prev" "$out/.config"
	fi
}

# compile OBJECT...: the warnings go to $out/warnings, without line numbers.
compile() {
	local o rc=0

	for o in "$@"; do
		rm -f "$out/$o"
	done
	kmake -k W=1 "$@" >>"$log" 2>"$out/compile.err" || true
	cat "$out/compile.err" >>"$log"
	for o in "$@"; do
		if [ ! -f "$out/$o" ]; then
			echo "$o"
			rc=1
		fi
	done
	grep -E 'warning:|error:' "$out/compile.err" |
		sed -E 's/:[0-9]+(:[0-9]+)?:/:/; s|^(\.\./)+||' | sort -u >"$out/warnings" || true
	return $rc
}

compiles_clean() {
	local new

	if ! compile "$@"; then
		grep -v '^make' "$out/compile.err" | tail -n 40
		return 1
	fi
	new=$(comm -13 "$out/base-warnings" "$out/warnings")
	[ -z "$new" ] || { echo "$new"; return 1; }
}

# A changed header is compiled into these at least.
core="kernel/cpu.o kernel/smp.o kernel/stop_machine.o"

# Of the files on stdin, the objects that can be compiled now. A source that
# another one includes (kernel/sched has them) is compiled as part of that one;
# what does not compile at the base is not in this configuration.
objects() {
	local f by

	while read -r f; do
		case $f in
		tools/*|samples/*|Documentation/*) ;;
		*.h) tr ' ' '\n' <<<"$core" ;;
		arch/[!x]*|arch/xt*) ;;
		# Compiled as part of the architecture's directory.
		virt/kvm/*.c) echo "arch/x86/kvm/../../../${f%.c}.o" ;;
		*.c|*.S)
			[ -e "$dir/$f" ] || continue
			by=$(cd "$dir" && grep -lF "#include \"${f##*/}\"" "${f%/*}"/*.c) || by=$f
			by=${by//.c/.o}
			echo "${by//.S/.o}"
			;;
		esac
	done | sort -u | grep -vxFf "$out/left-out"
}

: >"$out/left-out"
if [ ${#patches[@]} -gt 0 ]; then
	step "configure, and compile what the series touches, at the base"
	if ! configure >>"$log" 2>&1 || ! kmake prepare >>"$log" 2>&1; then
		step_failed
		tail -n 20 "$log" >&2
		die "the base does not build, see $log"
	fi
	: >"$out/warnings"
	mapfile -t objs < <(sed -n 's|^+++ b/||p' "${patches[@]}" | sort -u | objects)
	[ ${#objs[@]} -eq 0 ] || compile "${objs[@]}" >"$out/left-out" || true
	mv "$out/warnings" "$out/base-warnings"
	step_done
	[ ! -s "$out/left-out" ] ||
		echo "# not compiled, not in this configuration: $(tr '\n' ' ' <"$out/left-out")"
fi

applied=()
for p in "${patches[@]}"; do
	n=${p##*/}
	n=${n%.patch}
	if ! (am_patches "$dir" "$p"); then
		fail "$n: applies"
		break
	fi
	pass "$n: applies"
	git -C "$dir" diff --name-only HEAD~ HEAD >"$out/files"
	check "$n: touches the kernel's own files only" paths_ok <"$out/files"
	applied+=("$p")
	if grep -q -E '(^|/)Kconfig' "$out/files"; then
		check "$n: configures" configure
	fi
	mapfile -t objs < <(objects <"$out/files")
	if [ ${#objs[@]} -eq 0 ]; then
		continue
	fi
	check "$n: compiles without new warnings (${#objs[@]} objects)" \
		compiles_clean "${objs[@]}"
done

if [ ${#applied[@]} -gt 0 ]; then
	step "checkpatch --strict of ${#applied[@]} patches"
	checkpatch_all "$dir" "${applied[@]}"
	step_done
fi
for p in "${applied[@]}"; do
	n=${p##*/}
	check "${n%.patch}: checkpatch --strict" checkpatch_said "$p"
done

# elsewhere NAME ARCH COMPILER OPTION...: the directories that the series is about,
# in another configuration.
elsewhere() {
	local o=$out-$1 arch=$2 cross=$3 make

	shift 3
	mkdir -p "$o"
	make=(nice make -s -C "$dir" O="$o" ARCH="$arch" CC="${cc%gcc}${cross}gcc"
		CROSS_COMPILE="$cross" -j"$(nproc)")
	printf '%s\n' "$@" >"$o/options"
	{
		"${make[@]}" tinyconfig &&
		(cd "$dir" && scripts/kconfig/merge_config.sh -m -Q -O "$o" "$o/.config" \
			"$TOP/kconfig/boot.config" "$TOP/kconfig/series.config" "$o/options") &&
		"${make[@]}" olddefconfig && "${make[@]}" prepare
	} >>"$log" 2>&1 || { tail -n 20 "$log"; return 1; }
	if grep -vxFf "$o/.config" "$o/options"; then
		echo "not in that configuration"
		return 1
	fi
	"${make[@]}" kernel/ block/ drivers/base/ "arch/$arch/kernel/" >"$o/build.log" 2>&1 ||
		{ tail -n 40 "$o/build.log"; return 1; }
	! grep -B 4 -A 8 warning: "$o/build.log"
}

if [ ${#patches[@]} -gt 0 ]; then
	check "all: compiles without SMP" elsewhere up x86 "" "# CONFIG_SMP is not set"
	# Long, and it takes a cross compiler
	if [ ! "${QUICK:-}" ]; then
		check "all: compiles for arm64" elsewhere arm64 arm64 aarch64-linux-gnu- \
			CONFIG_HOTPLUG_CPU=y
		check "all: compiles for arm64 without CPU hotplug" elsewhere arm64-static \
			arm64 aarch64-linux-gnu- "# CONFIG_HOTPLUG_CPU is not set"
	fi
fi
finish series
