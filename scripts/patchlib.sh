# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a patch has to satisfy besides being compiled. To be sourced after lib.sh.

# Files on stdin: all of them are the kernel's own.
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

# checkpatch_all TREE PATCH...: all of them, on all cores, in the tree with all of them.
# A result is kept for as long as the patch and checkpatch stay the same.
checkpatch_all() {
	local tree=$1 dir=$BUILD/checkpatch p sum script jobs=0

	shift
	mkdir -p "$dir/at"
	script=$(sha256sum <"$tree/scripts/checkpatch.pl")
	# A file stands for all that says who maintains what
	script+=$(sha256sum <"$tree/MAINTAINERS")
	for p in "$@"; do
		sum=$({ echo "$script"; cat "$p" "$TOP/scripts/patchlib.sh"; } | sha256sum | cut -d' ' -f1)
		ln -sfn "$sum" "$dir/at/${p//\//_}"
		[ ! -e "$dir/$sum.rc" ] || continue
		if [ $jobs -ge "$(nproc)" ]; then
			wait -n || true
			jobs=$((jobs - 1))
		fi
		(rc=0; checkpatch "$tree" "$p" >"$dir/$sum.txt" 2>&1 || rc=$?; echo $rc >"$dir/$sum.rc") &
		jobs=$((jobs + 1))
	done
	wait
}

# Its result, of checkpatch_all
checkpatch_said() { # PATCH
	local dir=$BUILD/checkpatch sum

	sum=$(readlink "$dir/at/${1//\//_}")
	cat "$dir/$sum.txt"
	[ "$(cat "$dir/$sum.rc")" = 0 ]
}

# On standard input: a file that git tracks would be taken for a source file. It leaves a
# file where it runs. A DEFINE_ macro cannot but repeat the name of what it defines.
checkpatch() { # TREE PATCH
	# The second: torture_onoff_stats() continues the line of its caller
	local ignore=MACRO_ARG_REUSE,LOGGING_CONTINUATION

	cd "$BUILD/checkpatch" || return
	! (new_files_maintained "$1" "$2") || ignore+=,FILE_PATH_CHANGES
	perl "$1/scripts/checkpatch.pl" --root="$1" --strict --show-types \
		--ignore $ignore --no-summary --quiet - <"$2"
}

# Whether each file that the patch adds has a maintainer. checkpatch only looks whether
# the patch changes MAINTAINERS, not for directories listed there.
new_files_maintained() { # TREE PATCH
	local f

	cd "$1" || return
	while read -r f; do
		perl scripts/get_maintainer.pl --no-git --no-git-fallback --nol -f "$f" |
			grep -q . || return 1
	done < <(sed -n '/^--- \/dev\/null$/{n; s|^+++ b/||p}' "$2")
}
