# SPDX-License-Identifier: GPL-2.0
#
# From the trace that boot.sh takes to the table of its offlines. A line is
#   TASK-PID [CPU] SECONDS: EVENT: ...

function ms(x) { return sprintf("%.2f", x * 1000) }

function new_offline() {
	n++
	round[n] = $7; dying = $8 + 0; cpu[n] = dying
	t_off = now; t_down = t_downed = 0
	n_stopped = n_runs = 0; held_max = 0
	delete since
	phase = ""
}

function end_offline() {
	off[n] = now - t_off
	failed[n] = ($7 != 0 || $8 != 0)
	# Until takedown_cpu() the CPU takes itself down, in its own thread.
	own[n] = t_down ? t_down - t_off : 0
	down[n] = t_downed ? t_downed - t_down : 0
	dead[n] = t_downed ? now - t_downed : 0
	stopped[n] = n_stopped; held[n] = held_max; runs[n] = n_runs
	if (phase != "")
		end_phase()
	n_offs++; n_failed += failed[n]; all_stopped += n_stopped
	state = ""
}

function end_phase() {
	d = now - t_phase
	if (!(phase in p_n))
		p_order[++p_count] = phase
	p_n[phase]++; p_sum[phase] += d
	if (d > p_max[phase]) p_max[phase] = d
	if (p_n[phase] == 1 || d < p_min[phase]) p_min[phase] = d
	phase = ""
}

/LOST [0-9]+ EVENTS/ { lost++ }
/^#/ || $2 !~ /^\[[0-9]+\]$/ { next }

{
	# busybox takes a number with a zero in front for an octal one
	on = substr($2, 2, length($2) - 2)
	sub(/^0+/, "", on)
	on += 0
	now = $3 + 0
	ev = $4
}

ev == "tracing_mark_write:" && $5 == "hp" {
	if ($6 == "off") { state = "off"; new_offline() }
	else if ($6 == "offed") end_offline()
	else if ($6 == "on") t_on = now
	else if ($6 == "oned") { up[n] = now - t_on; if ($7 != 0 || $8 != 1) n_failed++ }
	next
}

state != "off" { next }

ev == "held:" {
	# A change of the clock (a watchdog may find the first one unstable) has
	# nothing to do with the CPU that happens to go.
	if ($0 ~ /for=change_clocksource/) { clock_changes++; next }
	if (on != dying) { n_stopped++; since[on] = now }
	next
}

ev == "sched_switch:" && on != dying {
	if ($0 ~ /next_comm=migration\//) n_runs++
	if ($0 ~ /prev_comm=migration\// && on in since) {
		if (now - since[on] > held_max) held_max = now - since[on]
		delete since[on]
	}
	next
}

ev == "cpuhp_enter:" || ev == "cpuhp_multi_enter:" {
	# The dying CPU's last steps are missing: a CPU that is not in the
	# online mask does not trace.
	if ($0 ~ /\(takedown_cpu\)/) { t_down = now; down_step = $10 }
	next
}

ev == "cpuhp_exit:" {
	if (t_down && !t_downed && $0 ~ ("step: *" down_step " ")) t_downed = now
	next
}

# cpuhp_takedown: cpu=N phase=NAME, at the begin of each phase; "done" at the end.
ev == "cpuhp_takedown:" {
	if (phase != "") end_phase()
	phase = $0; sub(/.*phase=/, "", phase); sub(/[ ,].*/, "", phase)
	if (phase == "done") phase = ""
	t_phase = now
}

END {
	w = "%5s %4s %9s %9s %9s %9s %9s %8s %8s %8s\n"
	printf w, "", "", "offline", "its own", "takedown", "dead", "online", "others", "held", "stopper"
	printf w, "round", "CPU", "ms", "steps ms", "ms", "steps ms", "ms", "stopped", "for ms", "runs"
	for (i = 1; i <= n; i++) {
		printf w, round[i], cpu[i], ms(off[i]), ms(own[i]), ms(down[i]), \
			ms(dead[i]), ms(up[i]), stopped[i], ms(held[i]), runs[i] \
			(failed[i] ? "  FAILED" : "")
		a += off[i]; b += own[i]; c += down[i]; e += dead[i]; f += up[i]
		g += stopped[i]; h += held[i]; k += runs[i]
	}
	if (n)
		printf w, "mean", "", ms(a/n), ms(b/n), ms(c/n), ms(e/n), ms(f/n), \
			sprintf("%.1f", g/n), ms(h/n), sprintf("%.1f", k/n)
	if (p_count) {
		printf "\n%-24s %10s %10s %10s\n", "phase of the takedown", "least ms", "mean ms", "most ms"
		for (i = 1; i <= p_count; i++) {
			p = p_order[i]
			printf "%-24s %10s %10s %10s\n", p, ms(p_min[p]), ms(p_sum[p]/p_n[p]), ms(p_max[p])
		}
	}
	printf "\nothers stopped: other CPUs held with interrupts off in multi_cpu_stop(), and how\n"
	printf "long at most; stopper runs: on other CPUs, for whatever reason; its own steps,\n"
	printf "takedown and dead steps: up to, in and after takedown_cpu() of the dying CPU.\n"
	if (clock_changes)
		printf "%d CPUs stopped by a change of the clock are not counted.\n", clock_changes
	if (lost) { print "trace events were lost"; n_failed++ }
	printf "figures: offlines=%d failed=%d stopped=%d\n", n_offs, n_failed, all_stopped
	exit (n_failed > 0)
}
