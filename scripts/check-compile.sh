#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each C file that a patch touches is compiled by one of the configurations in
# kconfig/compile/, or stands with a reason in kconfig/compile/not-compiled. Only what is
# touched is compiled. CONFIGS=names: some of the configurations; then what was compiled
# by the others in earlier runs of the same tree counts too.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/topiclib.sh"

dir=$TOP/kconfig/compile
all=$(cd "$dir" && for f in *.config; do echo "${f%.config}"; done)
read -r -a configs <<<"$(tr '\n' ' ' <<<"${CONFIGS:-$all}")"
for c in "${configs[@]}"; do
	[ -f "$dir/$c.config" ] || die "no configuration $c; there are: $(tr '\n' ' ' <<<"$all")"
done
need_packages gcc make flex bison bc libc6-dev libelf-dev libssl-dev perl python3 ccache
"$TOP/scripts/make-tree.sh"
tree=$(tree_of series)
ccache=
! command -v ccache >/dev/null || ccache="ccache "

mapfile -t patches < <(list_patches)
mapfile -t files < <(touched_files "${patches[@]}" | tr '\0' '\n' | grep '\.[cS]$' |
	grep -v -e '^tools/' -e '^samples/' -e '^Documentation/' |
	while read -r f; do [ ! -e "$tree/$f" ] || echo "$f"; done)
[ ${#files[@]} -gt 0 ] || die "no patch touches a C file"

# field CONFIG NAME: from the comments at its beginning
field() {
	sed -n "s/^# $2: *//p" "$dir/$1.config"
}

# The objects which these files may be part of: their own, and of those which include them.
objects() {
	local f by

	for f in "${files[@]}"; do
		case $f in
		arch/*) [[ $f == arch/"$1"/* ]] || continue ;;
		virt/kvm/*) echo "arch/$1/kvm/../../../${f%.c}.o"; continue ;;
		esac
		echo "${f%.[cS]}.o"
		for by in $(cd "$tree" && grep -lF "#include \"${f##*/}\"" "${f%/*}"/*.c 2>/dev/null); do
			echo "${by%.c}.o"
		done
	done | sort -u
}

# What was compiled: the files that the commands of the objects depend on.
compiled() { # OUT
	# shellcheck disable=SC2016
	find "$1" -name '.*.o.cmd' -print0 | xargs -0 -r cat |
		grep -oE '[^ :=]+\.[cS]( |$)' | sed -E 's/ $//; s|/[^/]+/\.\./|/|g; s|/[^/]+/\.\./|/|g; s|/[^/]+/\.\./|/|g' |
		sed "s|^$tree/||" | sort -u | grep -xF -f <(printf '%s\n' "${files[@]}") || true
}

failed=0
one() { # CONFIG
	local c=$1 out arch make args cross objs packages target

	out=$(out_of "compile-$c")
	packages=$(field "$c" packages)
	# shellcheck disable=SC2086 # words
	[ -z "$packages" ] || need_packages $packages
	mkdir -p "$out"
	lock "$out/.lock"
	read -r -a args <<<"$(field "$c" make)"
	target=$(field "$c" config)
	arch=${args[0]#ARCH=}
	cross=
	[[ ${args[1]:-} != CROSS_COMPILE=* ]] || cross=${args[1]#CROSS_COMPILE=}
	[[ ${args[1]:-} == LLVM=* ]] || args+=("CC=$ccache${cross}gcc")
	make=(nice make -s -C "$tree" O="$out" "${args[@]}" -j"$(nproc)")
	step "compile $c"
	if ! {
		"${make[@]}" "$target" &&
		(cd "$tree" && scripts/kconfig/merge_config.sh -m -Q -O "$out" "$out/.config" \
			"$dir/$c.config") &&
		"${make[@]}" olddefconfig && "${make[@]}" prepare
	} >"$out/configure.log" 2>&1; then
		step_failed
		tail -n 20 "$out/configure.log"
		return 1
	fi
	[ "$arch" != i386 ] && [ "$arch" != x86_64 ] || arch=x86
	mapfile -t objs < <(objects "$arch")
	# Those that are not in this configuration make it fail, and are not looked for.
	"${make[@]}" -k "${objs[@]}" >"$out/compile.log" 2>&1 || true
	step_done
	compiled "$out" >"$out/compiled"
	git -C "$tree" rev-parse 'HEAD^{tree}' >"$out/compiled-tree"
	echo "$c: $(wc -l <"$out/compiled") of ${#files[@]} files"
	if grep -qE ': (fatal )?error: ' "$out/compile.log"; then
		grep -E ': (fatal )?error: ' "$out/compile.log" | head -n 20
		return 1
	fi
	# With what follows, as far as it is about files of ours.
	! grep -F 'warning: ' "$out/compile.log" | grep -F -f <(printf '%s\n' "${files[@]}")
}
for c in "${configs[@]}"; do
	one "$c" || { echo "$c: FAIL"; failed=$((failed + 1)); }
done

now=$(git -C "$tree" rev-parse 'HEAD^{tree}')
absent=0
for f in "${files[@]}"; do
	by=
	for c in $all; do
		out=$(out_of "compile-$c")
		[ "$(cat "$out/compiled-tree" 2>/dev/null)" = "$now" ] || continue
		! grep -qxF "$f" "$out/compiled" || by+="$c "
	done
	why=$(sed -n "s|^$f ||p" "$dir/not-compiled")
	if [ "$by" ]; then
		printf '%-52s %s\n' "$f" "$by"
	elif [ "$why" ]; then
		printf '%-52s - (%s)\n' "$f" "$why"
	else
		printf '%-52s NOT COMPILED\n' "$f"
		absent=$((absent + 1))
	fi
done
echo "compile: ${#files[@]} files, $absent not compiled, $failed configurations failed"
[ $absent = 0 ] && [ $failed = 0 ]
