# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script here shares: where things are, how progress is shown and
# how missing Debian packages are named or installed. To be sourced.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATCHES=${PATCHES:-$TOP/patches}
BUILD=${BUILD:-$TOP/build}
TOPIC=${TOPIC:-}
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

# ARCH=name, for us and not for the kernel's makefiles: the kernels are called name-series
# and name-base then.
. "$(dirname "${BASH_SOURCE[0]}")/arch.sh"
case ${ARCH:=${HP_ARCH:-}} in
x86|x86_64|amd64) ARCH= ;;
esac
export HP_ARCH=$ARCH
export -n ARCH
# shellcheck disable=SC2034 # for others
SERIES=${HP_ARCH:+$HP_ARCH-}series

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
	# Another apt may be at work: wait for it
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
		-o DPkg::Lock::Timeout=600 install "$@" >>"$BUILD/apt.log" 2>&1
}

# --- topics: patches/NN-name/, each with patches, a cover letter and the file "topic" ---

# All of them, in order.
all_topics() {
	local d

	for d in "$PATCHES"/[0-9][0-9]-*/; do
		[ ! -d "$d" ] || basename "$d"
	done
}

# topic_named NAME: NN-name, given that or the name alone.
topic_named() {
	local t

	for t in $(all_topics); do
		if [ "$t" = "$1" ] || [ "${t#[0-9][0-9]-}" = "$1" ]; then
			echo "$t"
			return 0
		fi
	done
	return 1
}

# topic_field TOPIC KEY: from the file "topic", which has lines KEY=VALUE.
topic_field() {
	sed -n "s/^$2=//p" "$PATCHES/$1/topic"
}

# topic_with_needs TOPIC: all that it needs, and that, and so on, and itself; in order.
topic_with_needs() {
	local t n need more seen=" $1 "

	more=$1
	while [ "$more" ]; do
		t=${more%% *}
		more=${more#"$t"}
		more=${more# }
		for need in $(topic_field "$t" needs); do
			n=$(topic_named "$need") || die "patches/$t/topic: there is no topic $need"
			[[ $n < $t ]] || die "patches/$t/topic: $n does not come before it"
			if [[ $seen != *" $n "* ]]; then
				seen+="$n "
				more="${more:+$more }$n"
			fi
		done
	done
	tr ' ' '\n' <<<"$seen" | grep . | sort
}

# Those in question: with TOPIC= that one and what it needs.
list_topics() {
	if [ "$TOPIC" ]; then topic_with_needs "$TOPIC"; else all_topics; fi
}

# The patches of these topics (none given: of those in question), in order.
list_patches() {
	local t p

	[ $# -gt 0 ] || {
		# shellcheck disable=SC2046 # names without blanks
		set -- $(list_topics)
		# As long as there are no topics.
		[ $# -gt 0 ] || set -- .
	}
	for t in "$@"; do
		for p in "$PATCHES/${t#.}"/[0-9]*.patch; do
			[ ! -e "$p" ] || echo "${p/\/\///}"
		done
	done
}

# What the kernels with the topics in question have on top of kconfig/: the options
# that only these know. KEY is config, or lockdep for the kernels with those checks.
topic_options() { # KEY [ARCH]
	local t o

	for t in $(list_topics); do
		for o in $(topic_field "$t" "$1"); do
			# Not for others
			[[ $o != X86_* ]] || [ "${2:-x86_64}" = x86_64 ] || continue
			echo "CONFIG_${o#CONFIG_}"
		done
	done
}

# With TOPIC= everything is made in a directory of its own.
MAIN_BUILD=$BUILD
if [ "$TOPIC" ]; then
	topic_name=$(topic_named "$TOPIC") ||
		die "TOPIC=$TOPIC: there are $(all_topics | tr '\n' ' ')"
	TOPIC=$topic_name
	export TOPIC
	MAIN_BUILD=${BUILD%/"${TOPIC_DIR:-$TOPIC}"}
	BUILD=$MAIN_BUILD/${TOPIC_DIR:-$TOPIC}
fi
mkdir -p "$BUILD"

# lock FILE: until this script ends. Two at a time would destroy each other's work.
lock() {
	local fd

	exec {fd}>>"$1"
	if ! flock -n "$fd"; then
		say "waiting for another run that uses ${1%/*}"
		flock "$fd"
	fi
}

# --- trees and outputs ---

# These kernels are known: "series" (the patched one), "lockdep" (the same with
# the lock and object checks on), "matrix-ROW" (with kconfig/matrix/ROW.config, for
# matrix.sh), "soak-ROW" (the same for soak.sh, and "soak-lockdep"), "distro" and
# "distro-rt" (Debian's configurations, for distro.sh) and "base" (unpatched; also with
# the options of another one: "matrix-ROW-base"); "check" and
# "bisect" are for trying the patches one by one. A tree given with TREE= has outputs of
# its own, and so has a topic given with TOPIC=. For other architectures than x86-64
# there are "ARCH-series" and "ARCH-base".
tree_of() {
	local name=$1 tag=${TREE:+-tree}

	case $name in
	base|*-base) echo "$MAIN_BUILD/linux-base$tag" ;;
	check|bisect) echo "$MAIN_BUILD/linux-check$tag" ;;
	*) echo "$BUILD/linux$tag" ;;
	esac
}

out_of() {
	case $1 in
	base|*-base|check|bisect) echo "$MAIN_BUILD/o-$1${TREE:+-tree}" ;;
	*) echo "$BUILD/o-$1${TREE:+-tree}" ;;
	esac
}

# The repository that the base is in.
main_repo() {
	echo "${TREE:-$MAIN_BUILD/linux}"
}

# The revision that the series starts from, as known in the patched tree.
base_rev() {
	if [ "$TREE" ]; then
		git -C "$TREE" rev-parse --verify -q 'HEAD^{commit}'
	else
		git -C "$MAIN_BUILD/linux" rev-parse --verify -q 'refs/tags/base^{commit}'
	fi
}

# tree_is_base NAME: this kernel has nothing of the series in it.
tree_is_base() {
	local dir base

	dir=$(tree_of "$1")
	base=$(base_rev) || return 1
	git -C "$dir" diff --quiet "$base" --
}

# tree_stops NAME: an offline stops the other CPUs with this kernel, and may.
tree_stops() {
	if [ "$TOPIC" ] && [ "$(topic_field "$TOPIC" stops)" = yes ]; then
		return 0
	fi
	tree_is_base "$1" || arch_stops "$1"
}

# can_go NAME SMP OUTPUT: how many CPUs boot.sh takes off: all but the first on x86; elsewhere
# that one too if the guest says so.
can_go() {
	if [ "$(arch_of "$1")" != x86_64 ] && grep -qx "CPUs which can go: $2" "$3"; then
		echo "$2"
	else
		echo $(($2 - 1))
	fi
}

# arch_stops NAME: so does this kernel of TOPIC, which may end before the architecture gets
# another way. With the whole series each one has it.
arch_stops() {
	[ "$TOPIC" ] && [ "$(arch_of "$1")" != x86_64 ] || return 1
	# The last topic removes the option
	grep -qs HOTPLUG_LATE_RETIRE "$(tree_of "$1")/arch/Kconfig" || return 1
	! grep -qx CONFIG_HOTPLUG_LATE_RETIRE=y "$(out_of "$1")/.config"
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
	local t

	{
		if [ "$TREE" ]; then base_rev; else cat "$TOP/base"; fi
		for t in $(list_topics); do
			echo "$t"
			cat "$PATCHES/$t/cover-letter" "$PATCHES/$t/topic"
		done
		list_patches | xargs -r cat
	} | sha256sum | cut -d' ' -f1
}

# A tree of its own for trying patches one by one: prints its path, leaves it
# at the unpatched base.
scratch_tree() {
	local dir repo base

	dir=$(tree_of check)
	repo=$(main_repo)
	base=$(base_rev)
	if [ -e "$dir" ] && ! git -C "$dir" rev-parse -q --verify "$base^{commit}" >/dev/null 2>&1; then
		rm -rf "$dir"
	fi
	if [ ! -e "$dir" ]; then
		git -C "$repo" worktree prune
		plain_git -C "$repo" worktree add -q -f --detach "$dir" "$base" >&2
	fi
	plain_git -C "$dir" checkout -q -f --detach "$base" >&2
	echo "$dir"
}
# --- one at a time ---

# lock_or_die FILE WORDS: for as long as this process and what it started live.
lock_or_die() {
	local fd

	exec {fd}>>"$1"
	flock -n "$fd" || die "$2: wait for it, or use another checkout"
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
	echo "$BUILD/results/${HP_ARCH:+$HP_ARCH-}$id"
}

keep_result() {
	local dir

	[ -e "$(tree_of series)" ] || return 0
	dir=$(results_dir)
	mkdir -p "$dir"
	grep -E '^(not )?ok ' "$2" | sed -E 's/^(not ok|ok) [0-9]+ (- )?/\1 /' >"$dir/$1" || true
}

[ ! "$HP_ARCH" ] || arch_set "$HP_ARCH"

# The kernel's makefiles take no blanks or colons in paths.
case $TOP$BUILD$TREE in
*[[:space:]:]*) die "$TOP: no blanks or colons may be in the path, the kernel does not build there" ;;
esac

# says WORDS COMMAND...: for checkers that check themselves: the command fails, and says so
says() {
	local words=$1 out

	shift
	if out=$("$@" 2>&1); then
		echo "did not fail: $words" >&2
		return 1
	fi
	grep -qF -- "$words" <<<"$out" || { printf 'not said: %s, but\n%s\n' "$words" "$out" >&2; return 1; }
}
