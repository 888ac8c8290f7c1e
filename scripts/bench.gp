# SPDX-License-Identifier: GPL-2.0
#
# bench/*.csv to docs/bench-*.svg or .png (term). What was not measured is left out.

set datafile separator ','
if (term eq 'png') { set terminal pngcairo size 1000,600 font 'Liberation Sans,11' } else {
	set terminal svg size 1000,600 dynamic font 'Liberation Sans,14' background 'white' }
out(name) = 'docs/bench-' . name . '.' . term
lines(expr) = int(system("grep -c -E '" . expr . "' bench/results.csv bench/histograms.csv | awk -F: '{ n += $2 } END { print n }'"))
csv(figure, kernel) = "< grep -E '^" . figure . ",[0-9]+," . kernel . ",' bench/results.csv"

set style line 1 lc rgb '#c0392b' pt 7 lw 2
set style line 2 lc rgb '#1f77b4' pt 5 lw 2
set style line 3 lc rgb '#e6a59e' lw 2
set style line 4 lc rgb '#a6cbe6' lw 2
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror out
set key top left

# What one offline does to other CPUs, over their number: medians and quartiles
if (lines('^off_') > 0) {
	set output out('counts')
	set multiplot layout 2,2 title 'One CPU goes offline: what the others get (median, quartiles)'
	set logscale x 2
	set xlabel 'CPUs'
	set xrange [1.7:75]
	set xtics (2, 4, 8, 16, 32, 64)
	set yrange [0:*]
	do for [f in 'off_stopper_runs off_irqs_ipi off_irqs_timer off_gp_waits'] {
		set title f eq 'off_stopper_runs' ? 'stopper runs on other CPUs' : \
			f eq 'off_irqs_ipi' ? 'IPIs taken by other CPUs' : \
			f eq 'off_irqs_timer' ? 'timer interrupts of other CPUs' : \
			'waits for a grace period'
		if (f eq 'off_gp_waits') { set yrange [0:4] }
		plot csv(f, 'base') using 2:7:6:8 with yerrorlines ls 1 title 'unpatched', \
			csv(f, 'series') using 2:7:6:8 with yerrorlines ls 2 title 'series', \
			csv(f . '_exp', 'series') using 2:7:6:8 with yerrorlines ls 4 \
				title f eq 'off_gp_waits' ? 'series, expedited' : ''
	}
	unset multiplot
	unset logscale
	set xtics auto
	set xrange [*:*]
	unset title
}

# Time over the number of CPUs
if (lines('^all_off_ms') > 0) {
	set output out('time')
	set multiplot layout 1,2 title 'Time, in an emulator with two real CPUs (median, quartiles)'
	set logscale xy
	set xlabel 'CPUs'
	set ylabel 'milliseconds'
	set xrange [1.7:75]
	set yrange [*:*]
	set xtics (2, 4, 8, 16, 32, 64)
	set title 'one CPU'
	plot csv('off_ms', 'base') using 2:7:6:8 with yerrorlines ls 1 title 'off, unpatched', \
		csv('off_ms', 'series') using 2:7:6:8 with yerrorlines ls 2 title 'off, series', \
		csv('on_ms', 'base') using 2:7:6:8 with yerrorlines ls 3 title 'on, unpatched', \
		csv('on_ms', 'series') using 2:7:6:8 with yerrorlines ls 4 title 'on, series'
	set title 'all but one'
	plot csv('all_off_ms', 'base') using 2:7:6:8 with yerrorlines ls 1 title 'off, unpatched', \
		csv('all_off_ms', 'series') using 2:7:6:8 with yerrorlines ls 2 title 'off, series', \
		csv('all_on_ms', 'base') using 2:7:6:8 with yerrorlines ls 3 title 'on, unpatched', \
		csv('all_on_ms', 'series') using 2:7:6:8 with yerrorlines ls 4 title 'on, series', \
		csv('all_off_once_ms', 'series') using 2:7:6:8 with yerrorlines lc rgb '#2ca02c' lw 2 \
			title lines('^all_off_once_ms') ? 'off in one write, series' : '', \
		csv('all_on_once_ms', 'series') using 2:7:6:8 with yerrorlines lc rgb '#98df8a' lw 2 \
			title lines('^all_on_once_ms') ? 'on in one write, series' : ''
	unset multiplot
	unset logscale
	unset title
	unset ylabel
	set xtics auto
	set xrange [*:*]
}

# Gaps and latencies: how many of which length or longer
do for [h in 'gap latency'] {
	if (lines('^(base|series),' . h) == 0) { continue }
	set output out(h)
	set title h eq 'gap' ? 'A task on CPU 0 reads the clock in a loop while CPU 1 goes offline: gaps' : \
		'cyclictest on CPU 0 while CPU 1 goes off and on: latencies'
	set xlabel 'microseconds'
	set ylabel 'how many as long, or longer'
	set logscale xy
	set xrange [10:*]
	set yrange [0.7:*]
	set key top right
	hist(kernel, w) = "< grep '^" . kernel . ',' . h . '_' . w . ",' bench/histograms.csv | " . \
		"sort -t, -k3nr | awk -F, '{ n += $4; print $3 \",\" n }'"
	plot hist('base', 'rest') using 1:2 with steps ls 3 title 'unpatched, at rest', \
		hist('series', 'rest') using 1:2 with steps ls 4 title 'series, at rest', \
		hist('base', 'offline') using 1:2 with steps ls 1 title 'unpatched, offline', \
		hist('series', 'offline') using 1:2 with steps ls 2 title 'series, offline'
	unset logscale
	unset title
	unset ylabel
	set xrange [*:*]
	set key top left
}

# Where the time of one offline and one online goes, with the fewest CPUs there are
if (int(system('wc -l <bench/phases.csv')) > 1) {
	set output out('phases')
	set title 'Phases of one offline and one online, ' . system("sed -n '2s/,.*//p' bench/phases.csv") . ' CPUs (medians)'
	set xlabel 'milliseconds'
	set yrange [0.4:4.6]
	set xrange [0:*]
	set ytics ('online, series' 1, 'online, unpatched' 2, 'offline, series' 3, 'offline, unpatched' 4)
	unset grid
	set grid xtics lc rgb '#dddddd'
	set key outside right top vertical reverse Left
	set style fill solid 0.9 border rgb 'white'
	names = 'off_own off_takedown off_prepare off_block off_drain off_stop off_retire off_dying off_dead off_after on_prepare on_start on_own'
	titles = '"its own steps" "takedown" "takedown: prepare" "takedown: block" "takedown: drain" "takedown: stop" "takedown: retire" "takedown: dying" "takedown: dead" "steps for the dead" "before it starts" "start" "its own steps, up"'
	colours = '#7f7f7f #c0392b #aec7e8 #17becf #1f77b4 #9467bd #ff7f0e #d62728 #8c564b #bcbd22 #c7c7c7 #2ca02c #98df8a'
	plot for [i = 1:words(names)] "< grep '," . word(names, i) . "_ms$' bench/phases.csv" \
		using (($3 + $4) / 2):2:3:4:($2 - 0.3):($2 + 0.3) with boxxyerror lc rgb word(colours, i) title word(titles, i)
}
