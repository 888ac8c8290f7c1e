#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Build and boot the kernel after each patch: whoever bisects through the
# series must find a working kernel at every commit. TOPIC=name: that topic's patches, on
# those that it needs; FROM=n: from the n-th of these patches on. A patch which leaves the
# image alone (documentation, tests) is not booted.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$TOP/scripts/topiclib.sh"

"$TOP/scripts/make-tree.sh"
tip=$(series_commits)
topic_pairs "$tip"
dir=$(scratch_tree)
mkdir -p "$BUILD/logs"

SMP=${SMP:-4}
image=$(out_of bisect)/arch/x86/boot/bzImage
passed=0 failed=0 booted=
printf '%8s %6s %9s %8s  %s\n' built booted offlines stopped patch
for i in "${!patches[@]}"; do
	plain_git -C "$dir" checkout -q -f --detach "${commits[i]}"
	n=${patches[i]#"$PATCHES"/}
	n=${n%.patch}
	log=$BUILD/logs/bisect-${n//\//-}.log
	t0=$SECONDS boot=- figures='- -'
	before=$(stat -c %Y "$image" 2>/dev/null) || before=
	if "$TOP/scripts/build-kernel.sh" bisect && "$TOP/scripts/build-rootfs.sh" bisect; then
		built=$(elapsed $((SECONDS - t0)))
		if [ "$booted" ] && [ "$(stat -c %Y "$image")" = "$before" ]; then
			boot=same
		else
			boot=ok
			"$TOP/scripts/qemu.sh" bisect "$SMP" "$log" 180 boot rounds=1 || boot=FAIL
			"$TOP/scripts/log-check.sh" "$log" >&2 || boot=FAIL
			figures=$(sed -n 's/^figures: offlines=\([0-9]*\) failed=[0-9]* stopped=\([0-9]*\)$/\1 \2/p' "$log.out")
			booted=
			[ $boot != ok ] || booted=1
		fi
	else
		built=FAIL
	fi
	read -r offlines stopped <<<"${figures:-0 -}"
	if [ $boot = same ] || { [ $boot = ok ] && [ "$offlines" = $((SMP - 1)) ]; }; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
	printf '%8s %6s %9s %8s  %s\n' "$built" "$boot" "$offlines" "$stopped" "$n"
done
echo "bisect: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
