#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build-kernel.sh NAME: build the kernel NAME (see tree_of() in lib.sh) out of its
# tree into build/o-NAME, modules and all.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name=${1:?usage: build-kernel.sh [ARCH-]series|lockdep|base|soak-CONFIG|matrix-ROW|distro[-rt]}
arch=$(arch_of "$name")
arch_set "$arch"
tree=$(tree_of "$name")
out=$(out_of "$name")
[ -f "$tree/Kbuild" ] || die "no kernel tree in $tree"

[ "$(uname -m)" = x86_64 ] || die "this builds kernels for x86-64 with the machine's own compiler, on x86-64 only"
# shellcheck disable=SC2086 # words
need_packages gcc make flex bison bc libc6-dev libelf-dev perl python3 cpio kmod \
	xz-utils gzip binutils ccache $a_packages

frags=("$TOP/kconfig/boot.config" "$TOP/kconfig/arch/$arch.config")
debian=''
config=${name#"$arch-"}
config=${config%-base}
row=
case $config in
series|base) [ "$arch" != x86_64 ] || frags+=("$TOP/kconfig/vm.config") ;;
lockdep|bisect) frags+=("$TOP/kconfig/$config.config") ;;
soak-lockdep) frags+=("$TOP/kconfig/lockdep.config") ;;
soak-*) frags+=("$TOP/kconfig/matrix/${config#soak-}.config") ;;
matrix-*) row=$TOP/kconfig/matrix/${config#matrix-}.config ;;
distro) debian=cloud-amd64 frags=("$TOP/kconfig/distro.config") ;;
distro-rt) debian=rt-amd64 frags=("$TOP/kconfig/distro.config") ;;
esac
mkdir -p "$out"
lock "$out/.lock"
# Options that only a tree with these topics knows.
case $config in
series|lockdep|soak-*|matrix-*)
	if ! tree_is_base "$name"; then
		{
			topic_options config "$arch"
			[[ $name != *lockdep ]] || topic_options lockdep "$arch"
		} >"$out/topics.config"
		frags+=("$out/topics.config")
	fi
	;;
esac
[[ $config != soak-* ]] || frags+=("$TOP/kconfig/soak.config")
[ ! "$row" ] || frags+=("$row")
for f in "${frags[@]}"; do
	[ -f "$f" ] || die "no ${f#"$TOP"/}"
done
if [ "$debian" ]; then
	# OpenSSL is for certificates, pahole for BTF
	need_packages libssl-dev openssl dwarves
	debian=$("$TOP/scripts/fetch-config.sh" "$debian")
fi

cc=${a_cross}gcc
if command -v ccache >/dev/null; then cc="ccache $cc"; fi
log=$out/build.log

kmake() {
	make -C "$tree" O="$out" ARCH="$a_make" CROSS_COMPILE="$a_cross" CC="$cc" "$@"
}

# Options of the fragments that .config does not have as asked. Kconfig drops
# without a word what depends on something missing.
lost_options() {
	awk '
	FNR == 1 { nfile++ }
	nfile == 1 {	# .config
		if (match($0, /^CONFIG_[A-Za-z0-9_]+=/)) {
			i = index($0, "=")
			have[substr($0, 1, i - 1)] = substr($0, i + 1)
		}
		next
	}
	/^CONFIG_[A-Za-z0-9_]+=/ {
		i = index($0, "=")
		want[substr($0, 1, i - 1)] = substr($0, i + 1)
	}
	/^# CONFIG_[A-Za-z0-9_]+ is not set/ { want[$2] = "n" }
	END {
		for (o in want) {
			v = (o in have) ? have[o] : "n"
			if (v != want[o])
				print "    " o "=" want[o] " asked, " v " taken"
		}
	}' "$out/.config" "${frags[@]}" | sort
}

configure() {
	{
		if [ "$debian" ]; then
			# No modules but those of the fragment, which come with what they need
			sed -E 's/^(CONFIG_[A-Za-z0-9_]+)=m$/# \1 is not set/' "$debian" >"$out/.config"
		else
			kmake tinyconfig
		fi
		(cd "$tree" && scripts/kconfig/merge_config.sh -m -Q -O "$out" \
			"$out/.config" "${frags[@]}")
		kmake olddefconfig
	} >"$log" 2>&1 || return 1
}

frag_sum=$(cat "${frags[@]}" ${debian:+"$debian"} | sha256sum)

# A committed tree that is built already: spare the seconds make needs to see it.
stamp="$(git -C "$tree" rev-parse 'HEAD^{tree}') $frag_sum $cc"
if git -C "$tree" diff --quiet HEAD --; then
	if [ "$(cat "$out/.built" 2>/dev/null)" = "$stamp" ]; then
		exit 0
	fi
else
	stamp=
fi
rm -f "$out/.built"

if [ ! -f "$out/.config" ] || [ "$frag_sum" != "$(cat "$out/.frag-sum" 2>/dev/null)" ] ||
   ! kmake olddefconfig >"$log" 2>&1 || [ "$(lost_options)" ]; then
	step "configure kernel ($name)"
	rm -f "$out/.frag-sum"
	configure || {
		step_failed
		tail -n 20 "$log" >&2
		die "configuration failed, see $log"
	}
	lost=$(lost_options)
	if [ "$lost" ]; then
		step_failed
		echo "$lost" >&2
		die "the $name kernel does not take these options"
	fi
	echo "$frag_sum" >"$out/.frag-sum"
	step_done
fi

[ -e "$out/vmlinux" ] || need_space "$out" "$([ "$debian" ] && echo 8 || echo 2)"
step "build kernel ($name)"
: >"$log"
: >"$out/build.err"
nice make -C "$tree" O="$out" ARCH="$a_make" CROSS_COMPILE="$a_cross" CC="$cc" \
	-j"$(nproc)" "$a_target" modules >"$log" 2>"$out/build.err" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
while kill -0 "$pid" 2>/dev/null; do
	sleep 1
	n=$(grep -c -E '^  (CC|AS|LD|AR)( \[M\])? ' "$log") || true
	[ "$n" = 0 ] || step_progress "$n objects"
done
rc=0
wait "$pid" || rc=$?
trap - EXIT
if [ $rc != 0 ]; then
	step_failed
	tail -n 5 "$log" >&2
	tail -n 30 "$out/build.err" >&2
	die "build failed, see $log and $out/build.err"
fi
step_done
cat "$out/build.err" >&2

rm -rf "$out/mods"
kmake INSTALL_MOD_PATH="$out/mods" INSTALL_MOD_STRIP=1 modules_install >>"$log" 2>&1 || {
	tail -n 20 "$log" >&2
	die "modules_install failed, see $log"
}
if [ "$stamp" ]; then
	echo "$stamp" >"$out/.built"
fi
