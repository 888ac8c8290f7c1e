#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Check each patch in turn: it applies with git am, touches only the kernel's
# own directories, satisfies checkpatch --strict, and what it touches compiles
# with W=1 without a warning that the base does not have. The whole of it compiles
# without SMP, and for an architecture that takes CPUs down with stop_machine(), with and
# without CPU hotplug. QUICK=1: nothing is compiled. TOPIC=name: that topic's patches, on
# those that it needs. FROM=n: from the n-th patch on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"
. "$TOP/scripts/topiclib.sh"

"$TOP/scripts/make-tree.sh"
# The last two are for the licence check that checkpatch calls.
need_packages git perl python3 python3-ply python3-git
[ "${QUICK:-}" ] || need_packages gcc make flex bison bc libc6-dev libelf-dev ccache \
	gcc-aarch64-linux-gnu
step "commits of the patches"
tip=$(series_commits)
step_done
topic_pairs "$tip"

out=$(out_of check)
mkdir -p "$out"
log=$out/check.log
: >"$log"
if [ "${QUICK:-}" ]; then
	# Nothing but its scripts and lists are looked at.
	dir=$(tree_of series)
else
	step "scratch tree"
	dir=$(scratch_tree)
	plain_git -C "$dir" checkout -q -f --detach "${commits[0]}~"
	step_done
fi

cc=gcc
if command -v ccache >/dev/null; then cc="ccache gcc"; fi
kmake() {
	nice make -s -C "$dir" O="$out" ARCH=x86_64 CC="$cc" -j"$(nproc)" "$@"
}

series_options() { # FILE
	{ topic_options config; topic_options lockdep; } >"$1"
}

configure() {
	local frags=("$TOP/kconfig/boot.config" "$TOP/kconfig/arch/x86_64.config" "$TOP/kconfig/check.config")

	# The series' own options are merged as soon as Kconfig knows them.
	series_options "$out/series.config"
	frags+=("$out/series.config")
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

paths_ok() {
	local f rc=0

	while read -r f; do
		case $f in
		Documentation/*|arch/*|block/*|crypto/*|drivers/*|fs/*|include/*|init/*|\
		io_uring/*|ipc/*|kernel/*|lib/*|mm/*|net/*|rust/*|samples/*|scripts/*|\
		security/*|sound/*|tools/*|usr/*|virt/*|MAINTAINERS) ;;
		*) echo "touches $f"; rc=1 ;;
		esac
	done
	return $rc
}

# Whether each file that this commit adds has a maintainer. checkpatch only
# looks whether the patch changes MAINTAINERS, not for directories listed there.
new_files_maintained() { # COMMIT
	local new f who

	mapfile -t new < <(git -C "$dir" diff --name-only --diff-filter=A "$1~" "$1")
	for f in "${new[@]}"; do
		who=$(cd "$dir" && perl scripts/get_maintainer.pl --no-git --no-git-fallback --nol \
			--no-tree -f "$f" 2>/dev/null) || return 1
		[ "$who" ] || return 1
	done
}

# On standard input: a file that git tracks would be taken for a source file.
# A DEFINE_ macro cannot but repeat the name of what it defines. In a directory of its
# own, because it leaves a file there.
checkpatch() { # PATCH
	local n=$1
	# The second: torture_onoff_stats() continues the line of its caller
	local ignore=MACRO_ARG_REUSE,LOGGING_CONTINUATION

	[ ! -e "$(said_of "$n").maintained" ] || ignore+=,FILE_PATH_CHANGES
	(cd "$out/checkpatch" && perl "$dir/scripts/checkpatch.pl" --root="$dir" --strict \
		--show-types --ignore $ignore --no-summary --quiet -) <"$n"
}

# Where the words of checkpatch go: by what was checked with what.
said_of() { # PATCH
	echo "$out/checkpatch/$(cat "$1" "$dir/scripts/checkpatch.pl" "$dir/MAINTAINERS" | sha256sum | cut -d' ' -f1)"
}

# All patches, on all cores, in the tree with all of them. A subshell each. What
# checkpatch had no objection to is not shown to it again.
checkpatch_all() {
	local i n jobs=0

	for i in "${!patches[@]}"; do
		n=$(said_of "${patches[i]}")
		[ ! -e "$n.rc" ] || continue
		if [ $jobs -ge "$(nproc)" ]; then
			wait -n || true
			jobs=$((jobs - 1))
		fi
		(
			! new_files_maintained "${commits[i]}" || : >"$n.maintained"
			rc=0
			checkpatch "${patches[i]}" >"$n.txt" 2>&1 || rc=$?
			echo $rc >"$n.rc"
		) &
		jobs=$((jobs + 1))
	done
	wait
}

checkpatch_said() { # PATCH
	local n rc

	n=$(said_of "$1")
	rc=$(cat "$n.rc")
	cat "$n.txt"
	[ "$rc" = 0 ] || { rm -f "$n.rc"; return 1; }
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

mkdir -p "$out/checkpatch"
: >"$out/left-out"
if [ ! "${QUICK:-}" ]; then
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

for i in "${!patches[@]}"; do
	p=${patches[i]} c=${commits[i]}
	n=${p#"$PATCHES"/}
	n=${n%.patch}
	# Or there would be no commit.
	pass "$n: applies"
	git -C "$dir" diff --name-only --no-renames "$c~" "$c" >"$out/files"
	check "$n: touches the kernel's own files only" paths_ok <"$out/files"
	[ ! "${QUICK:-}" ] || continue
	plain_git -C "$dir" checkout -q -f --detach "$c"
	if grep -q -E '(^|/)Kconfig' "$out/files"; then
		check "$n: configures" configure
	fi
	mapfile -t objs < <(objects <"$out/files")
	[ ${#objs[@]} -eq 0 ] ||
		check "$n: compiles without new warnings (${#objs[@]} objects)" compiles_clean "${objs[@]}"
done

step "checkpatch --strict of ${#patches[@]} patches"
checkpatch_all
step_done
for p in "${patches[@]}"; do
	n=${p#"$PATCHES"/}
	check "${n%.patch}: checkpatch --strict" checkpatch_said "$p"
done

# elsewhere NAME ARCH COMPILER OPTION...: the directories that the series is about,
# in another configuration.
elsewhere() {
	local o=$out-$1 arch=$2 cross=$3 platform=$2 make

	shift 3
	[ "$arch" != x86 ] || platform=x86_64
	mkdir -p "$o"
	make=(nice make -s -C "$dir" O="$o" ARCH="$arch" CC="${cc%gcc}${cross}gcc"
		CROSS_COMPILE="$cross" -j"$(nproc)")
	printf '%s\n' "$@" >"$o/options"
	series_options "$o/series.config"
	{
		"${make[@]}" tinyconfig &&
		(cd "$dir" && scripts/kconfig/merge_config.sh -m -Q -O "$o" "$o/.config" \
			"$TOP/kconfig/boot.config" "$TOP/kconfig/arch/$platform.config" \
			"$o/series.config" "$o/options") &&
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

if [ ! "${QUICK:-}" ]; then
	check "all: compiles without SMP" elsewhere up x86 "" "# CONFIG_SMP is not set"
	check "all: compiles for arm64" elsewhere arm64 arm64 aarch64-linux-gnu- \
		CONFIG_HOTPLUG_CPU=y
	check "all: compiles for arm64 without CPU hotplug" elsewhere arm64-static \
		arm64 aarch64-linux-gnu- "# CONFIG_HOTPLUG_CPU is not set"
fi
finish "${AS:-series}"
