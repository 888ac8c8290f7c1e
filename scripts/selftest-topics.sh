#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whether make-tree.sh and refresh.sh give back what they were given, and throw away
# nobody's work: in a repository of five files in place of the kernel's. Seconds.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/testlib.sh"

t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
mkdir -p "$t/top" "$t/build"
ln -s "$TOP/scripts" "$t/top/scripts"
export PATCHES=$t/top/patches BUILD=$t/build
unset TREE TOPIC TOPIC_DIR FORCE BASE_ONLY
k=$BUILD/linux
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME='A U Thör' GIT_AUTHOR_EMAIL=author@localhost
export GIT_COMMITTER_NAME=Other GIT_COMMITTER_EMAIL=other@localhost

make_tree() { "$TOP/scripts/make-tree.sh"; }
refresh() { "$TOP/scripts/refresh.sh"; }

# says WORDS COMMAND...: the command fails, and says these words.
says() {
	local words=$1 out

	shift
	if out=$("$@" 2>&1); then
		echo "did not fail: $out"
		return 1
	fi
	grep -qF -- "$words" <<<"$out" || { echo "$out"; return 1; }
}

# change FILE LINE NEW SUBJECT
change() {
	sed -i "$2s/.*/$3/" "$k/$1"
	git -C "$k" add -A
	git -C "$k" commit -q -m "$4" -m "Why it is better." -m "Signed-off-by: A U Thör <author@localhost>"
}

topic() { # NAME KEY-LINES
	git -C "$k" commit -q --allow-empty -m "topic: $1: The title of $1, which is long enough to be folded in a header" \
		-m $'What it does, in ten words or so.\n\n  - a list\n    # and a hash\n\ndiff is a word, too.' -m "$2"
}

# --- a base, and three topics on it ---

git init -q -b series "$k"
git -C "$k" config commit.cleanup whitespace
mkdir -p "$k/kernel" "$k/scripts"
for f in kernel/a.c kernel/b.c kernel/c.c; do
	seq 1 40 | sed "s|^|$f |" >"$k/$f"
done
echo none >"$k/MAINTAINERS"
cat >"$k/scripts/get_maintainer.pl" <<-'END'
	open(my $f, ">>", "$ENV{BUILD}/asked"); print $f "x\n";
	print "\"B. Owner, Jr.\" <owner\@localhost> (maintainer:ALL (OF IT))\n";
	print "all\@localhost (open list)\n";
END
git -C "$k" add -A
git -C "$k" commit -q -m base
git -C "$k" tag base
topic 01-first $'Suites: boot kunit\nStops: yes'
change kernel/a.c 3 'new three' 'first: One'
change kernel/a.c 30 'new thirty' 'first: Two'
topic 02-second $'Config: A=y B=m\nStops: yes'
change kernel/b.c 7 'new seven' 'second: One'
topic 03-third $'Needs: first\nSuites: boot\nLockdep: C=y\nStops: no'
change kernel/a.c 29 'new twenty-nine' 'third: One'
echo 'int d;' >"$k/kernel/d.c"
git -C "$k" rm -q kernel/c.c
git -C "$k" add -A
git -C "$k" commit -q -m 'third: Two' -m 'A file goes, another one comes.'

tree=$(git -C "$k" rev-parse 'HEAD^{tree}')
check "commits become patches" refresh
check "there are five of them" [ "$(find "$PATCHES" -name '*.patch' | wc -l)" = 5 ]
check "the cover letter is numbered" grep -q '^Subject: \[PATCH 0/2\] The title of 01-first' \
	"$PATCHES/01-first/cover-letter"
check "it goes to those in charge" grep -q '^To: "B. Owner, Jr." <owner@localhost>$' \
	"$PATCHES/01-first/cover-letter"
check "and to the list" grep -q '^Cc: all@localhost$' "$PATCHES/01-first/cover-letter"
check "it has statistics" grep -q '^ kernel/a.c | 4 ' "$PATCHES/01-first/cover-letter"
check "the file topic has what the commit says" [ "$(cat "$PATCHES/03-third/topic")" = \
	$'needs=first\nsuites=boot\nlockdep=C=y\nstops=no' ]
asked=$(wc -l <"$BUILD/asked")
find "$PATCHES" -type f -exec touch -d 2001-01-01 {} +
cp -a "$PATCHES" "$t/before"
check "once more" refresh
check "... nothing was written" [ -z "$(find "$PATCHES" -type f -newermt 2002-01-01)" ]
check "... nothing was asked again" [ "$(wc -l <"$BUILD/asked")" = "$asked" ]

# --- and back ---

again() {
	rm -f "$BUILD"/.*-stamp "$BUILD/.series"
	git -C "$k" checkout -q -B series base
	make_tree && [ "$(git -C "$k" rev-parse 'HEAD^{tree}')" = "$tree" ]
}
check "patches become commits" again
head=$(git -C "$k" rev-parse HEAD)
check "three of them begin a topic" [ "$(git -C "$k" log --format=%s base.. | grep -c '^topic: ')" = 3 ]
check "and patches again" refresh
check "... the same ones" diff -r "$t/before" "$PATCHES"
git_am_takes_them() {
	git -C "$k" worktree add -q --detach "$t/am" base
	git -C "$t/am" am -q "$PATCHES"/*/*.patch &&
		[ "$(git -C "$t/am" rev-parse 'HEAD^{tree}')" = "$tree" ]
}
check "git am takes them" git_am_takes_them
check "the same patches give the same commits" again
check "... the same ones" [ "$(git -C "$k" rev-parse HEAD)" = "$head" ]

# --- one topic and what it needs ---

has() { # FILES
	[ "$(git -C "$BUILD/03-third/linux" diff --name-only base HEAD | tr '\n' ' ')" = "$1" ]
}
check "TOPIC=third" env TOPIC=third "$TOP/scripts/make-tree.sh"
check "... is that and what it needs" has 'kernel/a.c kernel/c.c kernel/d.c '
check "... the main tree is as it was" [ "$(git -C "$k" rev-parse HEAD)" = "$head" ]
check "TOPIC=fourth names those that are there" says '01-first 02-second 03-third' \
	env TOPIC=fourth "$TOP/scripts/make-tree.sh"
echo mine >>"$BUILD/03-third/linux/kernel/b.c"
check "local work in a topic's tree" env TOPIC=third "$TOP/scripts/make-tree.sh"
check "... stays" grep -q mine "$BUILD/03-third/linux/kernel/b.c"

# --- somebody's work stays ---

stays() { # FILE TEXT
	local said

	said=$(make_tree 2>&1) || return 1
	[[ $said == *'using the tree as it is'* ]] || { echo "not noticed"; return 1; }
	grep -q "$2" "$k/$1"
}
echo mine >>"$k/kernel/a.c"
check "what is not committed stays" stays kernel/a.c mine
check "... and hinders refresh" says 'not committed' "$TOP/scripts/refresh.sh"
git -C "$k" commit -q -a -m 'fixup! third: One'
check "what is committed stays" stays kernel/a.c mine
check "fixup! hinders refresh" says 'autosquash' "$TOP/scripts/refresh.sh"
git -C "$k" reset -q --hard "$head"

git -C "$k" checkout -q -b side HEAD~
git -C "$k" commit -q --allow-empty -m side
git -C "$k" checkout -q series
git -C "$k" merge -q --no-ff -m merge side
check "a merge hinders refresh" says 'merges' "$TOP/scripts/refresh.sh"
git -C "$k" reset -q --hard base
change kernel/a.c 3 x 'before all topics'
check "a patch outside a topic hinders refresh" says 'stands before the first' "$TOP/scripts/refresh.sh"
git -C "$k" reset -q --hard base
topic 02-two 'Stops: yes'
topic 01-one 'Stops: yes'
check "a wrong order of topics hinders refresh" says 'comes after' "$TOP/scripts/refresh.sh"
git -C "$k" reset -q --hard base
topic 01-one 'Needs: other'
check "a need that is not there hinders refresh" says 'there is no topic other' "$TOP/scripts/refresh.sh"
git -C "$k" reset -q --hard base
topic 01-one $'Needs:\nWants: x'
check "a line that is not known hinders refresh" says 'no such line is known: Wants' "$TOP/scripts/refresh.sh"
git -C "$k" reset -q --hard "$head"
check "... and patches/ is as it was" diff -r "$t/before" "$PATCHES"

# --- patches/ changed by others ---

sed -i 's/^+new seven/+new 7/' "$PATCHES"/02-second/0001-*.patch
check "patches/ that were not applied hinder refresh" says 'would be lost' "$TOP/scripts/refresh.sh"
check "they are applied" make_tree
check "... and only what differs is written" grep -q 'new 7' "$k/kernel/b.c"
head=$(git -C "$k" rev-parse HEAD)

# What git was about when it was killed is nobody's work; what somebody wrote since then is.
killed() { # WHERE THE HEAD IS
	git -C "$k" reset -q --hard "$1"
	git -C "$k" show "$head:kernel/a.c" >"$k/kernel/a.c"
	git -C "$k" show "base:kernel/b.c" >"$k/kernel/b.c"
	rm -f "$k/kernel/d.c"
	git -C "$k" show "base:kernel/c.c" >"$k/kernel/c.c"
	echo "partial $(git -C "$k" rev-parse base) $head" >"$BUILD/.linux-stamp"
}
whole() {
	make_tree && git -C "$k" diff --quiet HEAD && [ "$(git -C "$k" rev-parse HEAD)" = "$head" ]
}
killed base
check "killed before the end" whole
killed "$head"
check "killed at the end" whole
killed base
echo mine >>"$k/kernel/b.c"
check "killed, then somebody's work" stays kernel/b.c mine
git -C "$k" reset -q --hard "$head"

sed -i 's/^-kernel.b.c 7$/-kernel-b.c 7/' "$PATCHES"/02-second/0001-*.patch
check "a patch that does not apply is named" says '02-second/0001-second-One.patch does not apply' \
	"$TOP/scripts/make-tree.sh"
check "... and the tree is as it was" [ "$(git -C "$k" rev-parse HEAD)" = "$head" ]
finish topics
