#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Unpatched kernel and series in turn, ROUNDS times: what the offline of one CPU does to
# the others, and how long it takes. docs/measuring.md says how. Writes
# bench/results.md, bench/results.csv and its companions, and the pictures docs/bench-*.
#   CPUS    numbers of CPUs ("2 4 8 16 32 64")
#   PARTS   of counts, gap, latency, isolated (all)
# The samples of earlier runs stay in build/bench/samples; KEEP=1 adds to them.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

ROUNDS=${ROUNDS:-5}
CPUS=${CPUS:-2 4 8 16 32 64}
PARTS=${PARTS:-counts gap latency isolated}
[[ $ROUNDS =~ ^[1-9][0-9]*$ ]] || die "ROUNDS=$ROUNDS: a number from 1 is needed"
for n in $CPUS; do
	[[ $n =~ ^[0-9]+$ && $n -ge 2 && $n -le 64 ]] || die "CPUS=$n: 2 to 64 CPUs are needed"
done
for p in $PARTS; do
	[[ $p =~ ^(counts|gap|latency|isolated)$ ]] ||
		die "PARTS=$p: of counts, gap, latency, isolated"
done

need_packages gnuplot-nox rt-tests
dir=$BUILD/bench
mkdir -p "$dir" "$TOP/bench"
samples=$dir/samples
[ "${KEEP:-}" ] || : >"$samples"

name_of() { # base|series PART
	case $2-$1 in
	isolated-base) echo matrix-nohz_full-base ;;
	isolated-*) echo matrix-nohz_full ;;
	*) echo "$1" ;;
	esac
}

# run KERNEL CPUS ROUND PART ROUNDS-IN-THE-GUEST. An emulator that dies of text
# patching takes no figures with it: that boot is repeated, once.
boots=0 repeated=0 bad=0
run() {
	local kernel=$1 cpus=$2 round=$3 part=$4 name log rc try

	name=$(name_of "$kernel" "$part")
	log=$BUILD/logs/bench-$part-$kernel-$cpus.log
	step "$part, $kernel, $cpus CPUs, round $round of $ROUNDS"
	for try in 1 2; do
		rc=0
		QEMU_APPEND="lpj=$lpj ${QEMU_APPEND:-}" \
			"$TOP/scripts/qemu.sh" "$name" "$cpus" "$log" "${BENCH_TIMEOUT:-900}" \
			bench "mode=$part" "rounds=$5" || rc=$?
		if [ $rc -lt 124 ] || [ $try = 2 ]; then break; fi
		repeated=$((repeated + 1))
		cp "$log" "$log.died"
	done
	boots=$((boots + 1))
	if [ $rc != 0 ] || ! grep -qx 'bench: done' "$log.out"; then
		step_failed
		die "no figures, see $log and $log.out"
	fi
	step_done
	if ! "$TOP/scripts/log-check.sh" "$log" >"$log.check"; then
		bad=$((bad + 1))
		warn "not all is well in $log"
	fi
	sed -n "s/^\(sample\|step\|hist\|cause\) /\1 $kernel $cpus $round /p" "$log.out" >>"$samples"
}

for p in $PARTS; do
	for kernel in base series; do
		"$TOP/scripts/prepare.sh" "$(name_of $kernel "$p")"
	done
done

# A CPU that starts measures how fast it is. With all of them on a few real ones that takes
# minutes, and mdelay(1) is anything but a millisecond then. One alone does not measure.
kernel=$(name_of series "${PARTS%% *}")
log=$BUILD/logs/bench-lpj.log
step "loops per jiffy"
"$TOP/scripts/qemu.sh" "$kernel" 1 "$log" 120 idle || { step_failed; die "no boot, see $log"; }
lpj=$(sed -n 's/.*(lpj=\([1-9][0-9]*\)).*/\1/p' "$log" | head -n 1)
[ "$lpj" ] || { step_failed; die "no loops per jiffy in $log"; }
step_done

for ((round = 1; round <= ROUNDS; round++)); do
	order="base series"
	[ $((round % 2)) = 1 ] || order="series base"
	for p in $PARTS; do
		case $p in
		counts)
			for n in $CPUS; do
				for kernel in $order; do
					QEMU_MEM=1024 run "$kernel" "$n" "$round" "$p" $((n > 16 ? 4 : 8))
				done
			done
			;;
		gap|latency)
			for kernel in $order; do
				run "$kernel" 2 "$round" "$p" 10
			done
			;;
		isolated)
			for kernel in $order; do
				QEMU_APPEND="nohz_full=1 isolcpus=nohz,domain,managed_irq,1" \
					run "$kernel" 4 "$round" "$p" 8
			done
			;;
		esac
	done
done

step "table and pictures"
awk -v dir="$TOP/bench" -f "$TOP/scripts/bench.awk" "$samples" >"$dir/table.md"
(cd "$TOP" && gnuplot -e "term='svg'" scripts/bench.gp && gnuplot -e "term='png'" scripts/bench.gp) \
	>"$dir/gnuplot.log" 2>&1 || { step_failed; cat "$dir/gnuplot.log" >&2; die "gnuplot fails"; }
{
	echo "# What an offline does to others"
	echo
	echo "Written by \`make bench\`; [docs/measuring.md](../docs/measuring.md) says how each figure is"
	echo "taken, and what it is worth. $(date -u +%F), $(qemu-system-x86_64 --version | head -n 1),"
	echo "$(nproc) real CPUs; $boots boots, $repeated repeated, $bad with complaints in the log${KEEP:+; with the samples of the runs before}."
	echo
	# The lines "bench: " are the medians once more
	grep -v '^bench: ' "$dir/table.md" |
		awk '/^fit: / && !n++ { print "```" } { print } END { if (n) print "```" }'
	echo
	printf '![%s](../docs/bench-%s.svg)\n' "What other CPUs get" counts Gaps gap \
		Latencies latency Phases phases Time time
} >"$TOP/bench/results.md"
step_done

cat "$dir/table.md"
# Counts can be wrong, times can't. Now and then something else interrupts an isolated CPU
verdict=PASS
if ! tree_is_base series && ! awk -F, '
	$3 == "series" && $1 == "off_held" && $9 > 0 { print "other CPUs were stopped"; bad = 1 }
	$3 == "series" && $1 == "takedown_isolated_irqs" && $7 > 0 {
		print "the takedown interrupts an isolated CPU, see bench/isolated.csv"; bad = 1
	}
	END { exit bad }' "$TOP/bench/results.csv"; then
	verdict=FAIL
fi
echo "bench: $boots boots, $repeated repeated, $bad with complaints in the log, $verdict"
[ $verdict = PASS ]
