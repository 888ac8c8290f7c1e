# SPDX-License-Identifier: GPL-2.0
#
# bench.sh's samples to DIR/results.csv, steps.csv, histograms.csv, isolated.csv, and on
# stdout the tables, the lines fitted to what grows with the number of CPUs, and a line a figure.
# Input: sample KERNEL CPUS ROUND NAME VALUE
#        hist KERNEL CPUS ROUND NAME US COUNT
#        step KERNEL CPUS ROUND WINDOW MS FUNCTION
#        cause KERNEL CPUS ROUND WINDOW COUNT TEXT...

BEGIN {
	# Name, what it is in the table
	figure("off_stopper_runs", "stopper runs on other CPUs")
	figure("off_held", "other CPUs stopped")
	figure("off_held_max_ms", "longest of these stops, ms")
	figure("off_irqs_ipi", "IPIs taken by other CPUs")
	figure("off_irqs_timer", "timer interrupts of other CPUs")
	figure("off_irqs_device", "device interrupts of other CPUs")
	figure("off_gp_waits", "waits for a grace period")
	figure("off_gp_waits_exp", "waits for an expedited one")
	figure("off_gps", "grace periods begun")
	figure("off_counting_ms", "atomic readers count themselves for, ms")
	figure("off_blocked_us", "and wait for, at most, us")
	figure("off_retries", "attempts given up to let them through")
	figure("off_ms", "one offline, ms")
	figure("off_own_ms", "- its own steps")
	figure("off_takedown_ms", "- takedown")
	split("prepare block drain stop retire dying dead", p, " ")
	for (i = 1; i in p; i++) figure("off_" p[i] "_ms", "-- " p[i])
	figure("off_after_ms", "- steps for the dead")
	figure("on_ms", "one online, ms")
	figure("on_prepare_ms", "- steps before it starts")
	figure("on_start_ms", "- start")
	figure("on_own_ms", "- its own steps")
	figure("on_irqs_ipi", "IPIs taken by other CPUs, online")
	figure("on_stopper_runs", "stopper runs on other CPUs, online")
	figure("all_off_ms", "all but one off, one by one, ms")
	figure("all_off_once_ms", "all but one off, one write, ms")
	figure("all_on_ms", "all on, one by one, ms")
	figure("all_on_once_ms", "all on, one write, ms")
	figure("gap_rest_max_us", "longest gap at rest, us")
	figure("gap_offline_max_us", "longest gap in an offline, us")
	split("median p99 max", p, " ")
	for (i = 1; i in p; i++) figure("latency_rest_" p[i] "_us", "cyclictest at rest, " p[i] ", us")
	for (i = 1; i in p; i++) figure("latency_offline_" p[i] "_us", "cyclictest, CPU off and on, " p[i] ", us")
	figure("takedown_isolated_irqs", "interrupts of an isolated CPU, takedown")
	figure("takedown_isolated_stopper_runs", "stopper runs on it, takedown")
	figure("off_isolated_irqs", "interrupts of an isolated CPU, offline")
	figure("off_isolated_stopper_runs", "stopper runs on it, offline")
	figure("on_isolated_irqs", "interrupts of an isolated CPU, online")
	figure("rest_isolated_irqs", "interrupts of an isolated CPU, a second at rest")
	kernels[1] = "base"; kernels[2] = "series"
}

function figure(name, what) { order[++figures] = name; text[name] = what }

$1 == "sample" {
	k = $2 SUBSEP $3 SUBSEP $5
	v[k, ++n[k]] = $6
	cpus[$3]
}
$1 == "step" {
	k = $2 SUBSEP $3 SUBSEP $5 SUBSEP $7
	v[k, ++n[k]] = $6
	steps[$5, $7]
}
$1 == "hist" {
	# Two digits will do
	for (r = 1; $6 / r >= 100; r *= 10) ;
	h[$2 "," $5 "," int($6 / r) * r] += $7
}
$1 == "cause" {
	c = $7; for (i = 8; i <= NF; i++) c = c " " $i
	causes[$5, $2, c] += $6
}

function sort_values(k,	i, j, x) {
	for (i = 2; i <= n[k]; i++) {
		x = v[k, i] + 0
		for (j = i - 1; j && v[k, j] + 0 > x; j--) v[k, j + 1] = v[k, j]
		v[k, j + 1] = x
	}
}
# Between the two nearest, as a median of an even number is
function quantile(k, q,	x, i) {
	x = 1 + (n[k] - 1) * q; i = int(x)
	return i == n[k] ? v[k, i] : v[k, i] + (x - i) * (v[k, i + 1] - v[k, i])
}
function short(x) { return x == int(x) ? sprintf("%d", x) : x >= 100 ? sprintf("%.0f", x) : sprintf("%.2f", x) }
function cell(k) {
	if (!n[k]) return "-"
	return n[k] == 1 || v[k, 1] == v[k, n[k]] ? short(med[k]) : short(med[k]) " (" short(v[k, 1]) " .. " short(v[k, n[k]]) ")"
}
function ratio(b, s) { return b > 0 ? sprintf("%.2f", s / b) : "-" }

# For the picture: phases one after the other, those of the takedown where it tells them
function stack(list, kernel,	i, p, k, y, x) {
	if (n[kernel SUBSEP sorted[1] SUBSEP "off_prepare_ms"])
		sub(/off_takedown_ms/, "off_prepare_ms off_block_ms off_drain_ms off_stop_ms off_retire_ms off_dying_ms off_dead_ms", list)
	split(list, p, " ")
	for (i = 1; i in p; i++) {
		k = kernel SUBSEP sorted[1] SUBSEP p[i]
		if (i == 1 || p[i] == "on_prepare_ms") x = 0
		y = (p[i] ~ /^off/ ? 3 : 1) + (kernel == "base")
		if (n[k]) printf "%d,%d,%s,%s,%s\n", sorted[1], y, x, x + med[k], p[i] >csv
		x += med[k]
	}
}

# Least squares: value = line_a + line_b * CPUs, of the medians
function fit(kernel, name,	i, k, x, y, m, sx, sy, sxx, sxy) {
	for (i = 1; i <= ncpus; i++) {
		k = kernel SUBSEP sorted[i] SUBSEP name
		if (!n[k]) continue
		x = sorted[i]; y = med[k]
		m++; sx += x; sy += y; sxx += x * x; sxy += x * y
	}
	if (m < 3) return 0
	line_b = (m * sxy - sx * sy) / (m * sxx - sx * sx)
	line_a = (sy - line_b * sx) / m
	return 1
}
function fitted(kernel, name) {
	if (!fit(kernel, name)) return "-"
	return sprintf("%.2f%+.3f*N", line_a, line_b) " (" sprintf("%.0f", line_a + 4096 * line_b) ")"
}

# The callbacks which take longest, in either kernel. Those which
# wait for another CPU contain what that one does: cpuhp_kick_ap_work()...
function share(window, ncpu, csv, show,	s, p, k, j, i, top, m, len) {
	for (s in steps) {
		split(s, p, SUBSEP)
		if (p[1] != window) continue
		m = 0
		for (j = 1; j <= 2; j++) {
			k = kernels[j] SUBSEP ncpu SUBSEP s
			if (!n[k]) continue
			sort_values(k)
			med[k] = quantile(k, 0.5)
			if (med[k] > m) m = med[k]
			printf "%s,%d,%s,%d,%s,%s,%s,%s\n", window, ncpu, kernels[j], n[k], v[k, 1], med[k],
				v[k, n[k]], p[2] >csv
		}
		for (i = ++len; i > 1 && most[i - 1] < m; i--) { most[i] = most[i - 1]; top[i] = top[i - 1] }
		most[i] = m; top[i] = s
	}
	for (i = 1; show && i <= len && i <= 8; i++) {
		split(top[i], p, SUBSEP)
		print "| " (i == 1 ? (window == "off" ? "offline, " : "online, ") ncpu " CPUs" : "") " | `" p[2] "()` | " \
			cell("base" SUBSEP ncpu SUBSEP top[i]) " | " cell("series" SUBSEP ncpu SUBSEP top[i]) " |"
	}
}

END {
	for (c in cpus) {
		for (i = ++ncpus; i > 1 && sorted[i - 1] + 0 > c + 0; i--) sorted[i] = sorted[i - 1]
		sorted[i] = c
	}

	csv = dir "/results.csv"
	print "figure,cpus,kernel,samples,min,q1,median,q3,max" >csv
	row = "| median (least .. most) | |"; rule = "|---|---|"
	for (i = 1; i <= ncpus; i++) { row = row " " sorted[i] " CPUs |"; rule = rule "---|" }
	print row "\n" rule
	for (f = 1; f <= figures; f++) for (j = 1; j <= 2; j++) {
		row = ""; some = 0
		for (i = 1; i <= ncpus; i++) {
			k = kernels[j] SUBSEP sorted[i] SUBSEP order[f]
			if (n[k]) {
				sort_values(k)
				med[k] = quantile(k, 0.5); some = 1
				printf "%s,%d,%s,%d,%s,%s,%s,%s,%s\n", order[f], sorted[i], kernels[j], n[k],
					v[k, 1], quantile(k, 0.25), med[k], quantile(k, 0.75), v[k, n[k]] >csv
			}
			row = row " " cell(k) " |"
		}
		if (some) print "| " text[order[f]] " | " (j == 1 ? "unpatched" : "series") " |" row
	}

	csv = dir "/steps.csv"
	print "window,cpus,kernel,samples,min,median,max,function" >csv
	print "\n| steps with the largest share, ms | | unpatched | series |\n|---|---|---|---|"
	for (i = 1; i <= ncpus; i++) {
		show = sorted[i] == 4 || i == ncpus
		share("off", sorted[i], csv, show)
		share("on", sorted[i], csv, show)
	}
	close(csv)

	csv = dir "/phases.csv"
	print "cpus,row,from,to,phase" >csv
	for (j = 1; j <= 2; j++)
		stack("off_own_ms off_takedown_ms off_after_ms on_prepare_ms on_start_ms on_own_ms", kernels[j])

	csv = dir "/histograms.csv"
	print "kernel,window,us,count" >csv
	for (k in h) print k "," h[k] | ("sort -t, -k1,2 -k3n >>" csv)
	close(csv); close("sort -t, -k1,2 -k3n >>" csv)

	csv = dir "/isolated.csv"
	print "window,kernel,mean,cause" >csv
	close(csv)
	for (k in causes) {
		split(k, p, SUBSEP)
		m = n[p[2] SUBSEP "4" SUBSEP p[1] "_isolated_irqs"]
		if (m) printf "%s,%s,%.2f,%s\n", p[1], p[2], causes[k] / m, p[3] | ("sort >>" csv)
	}
	close("sort >>" csv)

	print ""
	split("off_stopper_runs off_held_max_ms off_irqs_ipi off_irqs_timer off_gp_waits off_gps off_ms off_takedown_ms off_blocked_us on_ms all_off_ms all_off_once_ms all_on_ms all_on_once_ms", p, " ")
	for (i = 1; i in p; i++) {
		b = fitted("base", p[i]); s = fitted("series", p[i])
		if (b s != "--") printf "fit: %s for N CPUs (for 4096): baseline %s series %s\n", p[i], b, s
	}

	# Without the file take_offline, one by one is the only way
	for (f = 1; f <= figures; f++) for (i = 1; i <= ncpus; i++) {
		b = "base" SUBSEP sorted[i] SUBSEP order[f]; s = "series" SUBSEP sorted[i] SUBSEP order[f]
		if (order[f] == "all_off_once_ms") b = "base" SUBSEP sorted[i] SUBSEP "all_off_ms"
		if (order[f] == "all_on_once_ms") b = "base" SUBSEP sorted[i] SUBSEP "all_on_ms"
		if (n[b] && n[s])
			printf "bench: %s_%dcpus baseline=%s series=%s ratio=%s\n", order[f], sorted[i],
				short(med[b]), short(med[s]), ratio(med[b], med[s])
	}
}
