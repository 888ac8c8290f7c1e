# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script here shares: where things are, how progress is shown and
# how missing Debian packages are named or installed. To be sourced.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${BUILD:-$TOP/build}
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/hotplug-no-stop_machine
TREE=${TREE:-}
BASE_ONLY=${BASE_ONLY:-}
export LC_ALL=C
export CCACHE_DIR=${CCACHE_DIR:-$CACHE/ccache}
# Without preprocessing everything once more, which a cold cache pays for.
export CCACHE_DEPEND=${CCACHE_DEPEND:-1}

# "make boot SMP=2" hands SMP=2 and its jobserver to every make below it; the
# kernel's make wants neither.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

mkdir -p "$BUILD"

# --- progress, on stderr: stdout is for results ---

if [ -t 2 ]; then TTY=1; else TTY=; fi
STEP='' STEP_T0=0 STEP_LAST=0

elapsed() {
	local s=$1

	if [ "$s" -ge 60 ]; then
		printf '%dm%02ds' $((s / 60)) $((s % 60))
	else
		printf '%ds' "$s"
	fi
}

say() {
	echo "    $*" >&2
}

warn() {
	echo "${0##*/}: warning: $*" >&2
}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# step LABEL ... step_progress TEXT ... step_done: one line a step, with its
# time; on a terminal the progress is shown in place.
step() {
	STEP=$* STEP_T0=$SECONDS STEP_LAST=$SECONDS
	if [ "$TTY" ]; then
		printf '\033[1m==>\033[0m %s ...' "$STEP" >&2
	else
		echo "==> $STEP ..." >&2
	fi
}

step_progress() {
	local t=$((SECONDS - STEP_T0))

	if [ "$TTY" ]; then
		printf '\r\033[1m==>\033[0m %s ... %s, %s\033[K' "$STEP" "$1" "$(elapsed "$t")" >&2
	elif [ $((SECONDS - STEP_LAST)) -ge 15 ]; then
		STEP_LAST=$SECONDS
		echo "    $STEP: $1, $(elapsed "$t")" >&2
	fi
}

step_end() {
	local what=$1 colour=$2 t

	t=$(elapsed $((SECONDS - STEP_T0)))
	if [ "$TTY" ]; then
		printf '\r\033[1m==>\033[0m %s ... \033[%sm%s\033[0m\033[K\n' "$STEP" "$colour" "$what$t" >&2
	else
		echo "==> $STEP ... $what$t" >&2
	fi
	STEP=
}

step_done() { step_end "" 32; }
step_failed() { step_end "failed after " 31; }

# --- Debian packages ---

# need_packages NAME...: install what is not there.
need_packages() {
	local p missing=()

	if ! command -v dpkg-query >/dev/null; then
		[ "${NEED_WARNED:-}" ] || warn "not a Debian system; what these packages hold must be there:"
		export NEED_WARNED=1
		say "$*"
		return 0
	fi
	for p in "$@"; do
		# shellcheck disable=SC2016 # the format is dpkg-query's, not ours
		case $(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) in
		installed) ;;
		*) missing+=("$p") ;;
		esac
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || die "these Debian packages are needed, and only root can install them:
    apt-get install --no-install-recommends ${missing[*]}"

	step "install ${missing[*]}"
	# Lists may be missing or old; a third-party source that fails is not
	# our business as long as the packages can be had.
	if ! apt_install "${missing[@]}"; then
		apt-get -qq update >>"$BUILD/apt.log" 2>&1 || true
		if ! apt_install "${missing[@]}"; then
			step_failed
			tail -n 15 "$BUILD/apt.log" >&2
			die "cannot install: ${missing[*]}"
		fi
	fi
	step_done
}

apt_install() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
		install "$@" >>"$BUILD/apt.log" 2>&1
}

# --- trees and outputs ---

# These kernels are known: "series" (the patched one), "lockdep" (the same with
# the lock and object checks on), "matrix-ROW" (with kconfig/matrix/ROW.config, for
# matrix.sh), "soak-ROW" (the same for soak.sh, and "soak-lockdep") and "base"
# (unpatched; also with the options of another one: "matrix-ROW-base"); "check" and
# "bisect" are for trying the patches one by one. A tree given with TREE= has outputs of
# its own.
tree_of() {
	local name=$1 tag=${TREE:+-tree}

	case $name in
	base|*-base) echo "$BUILD/linux-base$tag" ;;
	check|bisect) echo "$BUILD/linux-check$tag" ;;
	*) echo "$BUILD/linux$tag" ;;
	esac
}

out_of() {
	echo "$BUILD/o-$1${TREE:+-tree}"
}

# The revision that the series starts from, as known in the patched tree.
base_rev() {
	if [ "$TREE" ]; then
		git -C "$TREE" rev-parse --verify -q 'HEAD^{commit}'
	else
		git -C "$BUILD/linux" rev-parse --verify -q 'refs/tags/base^{commit}'
	fi
}

# tree_is_base NAME: this kernel has nothing of the series in it.
tree_is_base() {
	local dir base

	dir=$(tree_of "$1")
	base=$(base_rev) || return 1
	git -C "$dir" diff --quiet "$base" --
}

# Git as if its user had no configuration (signing, hooks, diff settings, three
# way merges...) and always the same name, so that commits come out the same
# everywhere, and on a machine where nobody has a name too.
plain_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
	GIT_COMMITTER_NAME='hotplug series' GIT_COMMITTER_EMAIL=series@localhost \
	git -c core.hooksPath=/dev/null -c gc.auto=0 -c advice.detachedHead=false \
		-c safe.directory='*' "$@"
}

# The patches of the series, in order.
list_patches() {
	local p

	for p in "$TOP"/patches/[0-9]*.patch; do
		[ ! -e "$p" ] || echo "$p"
	done
}

# The stamp next to a tree: what was applied to it (series_sum) and the commit
# that this gave.
stamp_of() {
	local dir

	dir=$(tree_of "$1")
	echo "$BUILD/.${dir##*/}-stamp"
}

# What an applied series is made of. With the base replaced by TREE=, its
# commit stands for the file "base".
series_sum() {
	{
		if [ "$TREE" ]; then base_rev; else cat "$TOP/base"; fi
		list_patches | xargs -r cat
	} | sha256sum | cut -d' ' -f1
}

# A tree of its own for trying patches one by one: prints its path, leaves it
# at the unpatched base.
scratch_tree() {
	local dir repo=${TREE:-$BUILD/linux} base

	dir=$(tree_of check)
	base=$(base_rev)
	if [ -e "$dir" ] && ! git -C "$dir" rev-parse -q --verify "$base^{commit}" >/dev/null 2>&1; then
		rm -rf "$dir"
	fi
	if [ ! -e "$dir" ]; then
		git -C "$repo" worktree prune
		plain_git -C "$repo" worktree add -q -f --detach "$dir" "$base" >&2
	fi
	plain_git -C "$dir" am --abort >/dev/null 2>&1 || true
	plain_git -C "$dir" checkout -q -f --detach "$base" >&2
	echo "$dir"
}

# am_patches DIR PATCH...: apply to the tree in DIR, or die with the name of
# the first that does not apply. The committer's date is the author's, so that
# the same patches give the same commits everywhere.
am_patches() {
	local dir=$1 p

	shift
	for p in "$@"; do
		if ! plain_git -C "$dir" am -q --no-3way --keep-non-patch \
		     --committer-date-is-author-date "$p" >"$BUILD/am.log" 2>&1; then
			plain_git -C "$dir" am --abort >/dev/null 2>&1 || true
			[ -z "$STEP" ] || step_failed
			grep '^error:' "$BUILD/am.log" >&2 || true
			die "${p#"$TOP"/} does not apply to ${TREE:-the pinned base}"
		fi
	done
}

# --- one at a time ---

# lock_or_die FILE WORDS: for as long as this process and what it started live.
lock_or_die() {
	local fd

	exec {fd}>>"$1"
	flock -n "$fd" || die "$2: wait for it, or use another checkout"
}

# lock_or_wait FILE WORDS: the same, after the one who has it.
lock_or_wait() {
	local fd

	exec {fd}>>"$1"
	flock -n "$fd" && return 0
	say "$2, waiting for it"
	flock "$fd"
}

# need_space DIR GIGABYTES: or say so, instead of what fails first without it.
need_space() {
	local free

	free=$(df -Pk "$1" | awk 'NR == 2 { print int($4 / 1048576) }')
	[ "$free" -ge "$2" ] || die "$free GB are free for $1, about $2 are needed"
}

# The results of tests are kept by the tree that was tested, and can be compared:
# results_dir, keep_result SUITE OUTPUT.
results_dir() {
	local dir id

	dir=$(tree_of series)
	id=$(git -C "$dir" rev-parse --short=12 'HEAD^{tree}' 2>/dev/null) || id=none
	git -C "$dir" diff --quiet HEAD -- 2>/dev/null ||
		id+=-$(git -C "$dir" diff HEAD -- | sha256sum | cut -c1-8)
	echo "$BUILD/results/$id"
}

keep_result() {
	local dir

	[ -e "$(tree_of series)" ] || return 0
	dir=$(results_dir)
	mkdir -p "$dir"
	grep -E '^(not )?ok ' "$2" | sed -E 's/^(not ok|ok) [0-9]+ (- )?/\1 /' >"$dir/$1" || true
}

# The kernel's makefiles take no blanks or colons in paths.
case $TOP$BUILD$TREE in
*[[:space:]:]*) die "$TOP: no blanks or colons may be in the path, the kernel does not build there" ;;
esac
