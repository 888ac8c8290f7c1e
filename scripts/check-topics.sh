#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each topic by itself: git am, without three way merges, takes its patches and those of
# the topics that it needs on the base; that builds, boots, stops no other CPU if the topic
# says so, and passes the suites that it names. APPLY=1 only applies: seconds. TOPIC=name:
# only that one. Prints a table.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/topiclib.sh"

only=$TOPIC topics=$TOPIC
BUILD=$MAIN_BUILD TOPIC=
[ "$topics" ] || topics=$(all_topics)
[ "$topics" ] || die "there are no topics in patches/"
"$TOP/scripts/make-tree.sh"

base=$(base_rev)
small=$BUILD/.small-topics-$$
trap 'rm -rf "$small"' EXIT
mapfile -t patches < <(list_patches)
small_from_git "$small" "$(main_repo)" "$base" "${patches[@]}"

mkdir -p "$BUILD/logs"
passed=0 failed=0 notes=
line='%-20s %7s %8s %8s %8s  %s\n'
# shellcheck disable=SC2059 # the same format for all
printf "$line" topic patches applies builds boots suites
for t in $topics; do
	small_reset "$small"
	applies=ok builds=- boots=- suites='' bad=
	needs=$(topic_with_needs "$t")
	# shellcheck disable=SC2086 # names without blanks
	n=$(list_patches $needs | wc -l)
	# shellcheck disable=SC2086
	if ! said=$(small_topics "$small" $needs); then
		applies=FAIL bad=1
		notes+="$t: $said"$'\n'
	elif [ ! "${APPLY:-}" ]; then
		# One directory for all, or there would be a tree and a kernel for each.
		export TOPIC=$t TOPIC_DIR=topics
		log=$BUILD/logs/topic-$t
		if ! "$TOP/scripts/prepare.sh" series >"$log.txt" 2>&1; then
			builds=FAIL boots=- bad=1
			notes+="$t: does not build, see $log.txt"$'\n'
		else
			builds=ok
			if ROUNDS=2 "$TOP/scripts/boot.sh" >"$log-boot.txt" 2>&1; then
				boots=ok
			else
				boots=FAIL bad=1
				notes+="$t: $(tail -n 1 "$log-boot.txt"), see $log-boot.txt"$'\n'
			fi
			for s in $(topic_field "$t" suites); do
				# What that does was done, and this one knows of "stops".
				[ "$s" != boot ] || continue
				rc=0
				"$TOP/scripts/test-$s.sh" >"$log-$s.txt" 2>&1 || rc=$?
				if [ $rc = 0 ]; then
					suites+="$s "
				else
					suites+="$s:FAIL " bad=1
					notes+="$t: $(tail -n 1 "$log-$s.txt"), see $log-$s.txt"$'\n'
				fi
			done
		fi
		unset TOPIC_DIR
		TOPIC=
	fi
	if [ "$bad" ]; then failed=$((failed + 1)); else passed=$((passed + 1)); fi
	# shellcheck disable=SC2059
	printf "$line" "$t" "$n" "$applies" "$builds" "$boots" "${suites:--}"
done

# All of them as the README says: git am patches/*/*.patch
if [ ! "$only" ]; then
	small_reset "$small"
	applies=ok
	if said=$(small_am "$small" "${patches[@]}"); then
		passed=$((passed + 1))
	else
		applies=FAIL failed=$((failed + 1))
		notes+="all: $said"$'\n'
	fi
	# shellcheck disable=SC2059
	printf "$line" all "${#patches[@]}" "$applies" - - -
fi
[ -z "$notes" ] || printf '\n%s' "$notes"
echo "topics: $passed passed, $failed failed"
[ $failed = 0 ]
