# SPDX-License-Identifier: GPL-2.0
#
# From the trace that bench.sh takes to lines "sample NAME VALUE" and "step WINDOW MS
# FUNCTION", a set for each window. dying: the CPU that goes; isolated: look at this CPU
# only, and say what interrupted it, by cause. A line of the trace is
#   TASK-PID [CPU] SECONDS: EVENT: ...

function ms(x) { return sprintf("%.3f", x * 1000) }
function sample(name, value) { print "sample", name, value }
function get(line, key) {
	if (!match(line, key "=[^ ]*")) return ""
	return substr(line, RSTART + length(key) + 1, RLENGTH - length(key) - 1)
}

function begin_window() {
	t0 = now; down = downed = alive = own = held = 0; phase = ""
	delete n; delete since; delete cause; delete spent; delete entered
	in_takedown = 0; counting = blocked_max = 0
}

function end_phase() {
	if (phase != "" && phase != "done") sample("off_" phase "_ms", ms(now - t_phase))
	phase = ""
}

# Which CPUs a mask of hexadecimal words has. No "2 ^ x", busybox may do without.
function has_cpu(mask, cpu,	d, bit) {
	gsub(/,/, "", mask)
	d = substr(mask, length(mask) - int(cpu / 4), 1)
	d = index("0123456789abcdef", tolower(d)) - 1
	split("1 2 4 8", bit, " ")
	return d >= 0 && int(d / bit[cpu % 4 + 1]) % 2
}

function end_window(	k) {
	if (w == "rest" || isolated) {
		sample(w "_isolated_irqs", n["ipi"] + n["local_timer"] + n["irq_handler"])
		sample(w "_isolated_stopper_runs", n["runs"] + 0)
		if (w == "off") {
			sample("takedown_isolated_irqs", n["takedown"] + 0)
			sample("takedown_isolated_stopper_runs", n["takedown_runs"] + 0)
		}
		for (k in cause) print "cause", w, cause[k], k
	} else if (w == "off" || w == "on") {
		sample(w "_ms", ms(now - t0))
		sample(w "_stopper_runs", n["runs"] + 0)
		sample(w "_held", n["held"] + 0)
		sample(w "_held_max_ms", ms(held))
		sample(w "_irqs_ipi", n["ipi"] + 0)
		sample(w "_irqs_timer", n["local_timer"] + 0)
		sample(w "_irqs_device", n["irq_handler"] + 0)
		sample(w "_gp_waits", n["gp_wait"] + 0)
		sample(w "_gp_waits_exp", n["gp_wait_exp"] + 0)
		sample(w "_gps", n["gp"] + 0)
		sample(w "_gps_exp", n["gp_exp"] + 0)
		if (w == "off" && counting) {
			sample("off_counting_ms", ms(counting))
			sample("off_blocked_us", sprintf("%.0f", blocked_max * 1e6))
			sample("off_retries", n["retry"] + 0)
		}
		if (w == "off" && downed) {
			sample("off_own_ms", ms(down - t0))
			sample("off_takedown_ms", ms(downed - down))
			sample("off_after_ms", ms(now - downed))
		}
		if (w == "on" && alive && own) {
			sample("on_prepare_ms", ms(alive - t0))
			sample("on_start_ms", ms(own - alive))
			sample("on_own_ms", ms(now - own))
		}
		for (k in spent) print "step", w, ms(spent[k]), k
	} else
		sample(w "_ms", ms(now - t0))
}

/LOST [0-9]+ EVENTS/ { lost++ }
/^#/ || !match($0, /\[[0-9]+\]/) { next }

# A task's name may have blanks
{
	$0 = substr($0, RSTART)
	on = substr($1, 2, length($1) - 2)
	# busybox takes 015 for octal
	sub(/^0+/, "", on); on += 0
	now = $2 + 0
	ev = $3; sub(/:$/, "", ev)
}

ev == "tracing_mark_write" && $4 == "hp" {
	if ($6 == "begin") { w = $5; begin_window() }
	else if (w == $5) { end_window(); w = "" ; windows++ }
	next
}
w == "" { next }

ev == "cpuhp_takedown" {
	end_phase()
	phase = get($0, "phase"); t_phase = now
	next
}
ev == "percpu_rwlock_writer" {
	f = get($0, "phase")
	if (f == "begin") since_begin = now
	else if (f == "end") counting += now - since_begin
	else if (f == "blocked") blocked = now
	else if (f == "retry" || f == "unlocked") {
		if (now - blocked > blocked_max) blocked_max = now - blocked
		n[f]++
	}
	next
}
ev == "cpuhp_enter" || ev == "cpuhp_multi_enter" {
	if (/\(takedown_cpu\)/) { down = now; step = $9; in_takedown = 1 }
	else if (/\(cpuhp_kick_ap_alive\)/) alive = now
	else if (w == "on" && alive && !own && on == dying) own = now
	callback[$5, $9] = substr($10, 2, length($10) - 2); entered[$5, $9] = now
	next
}
ev == "cpuhp_exit" {
	# $4 is "cpu:", $8 "step:"
	if (($5, $9) in entered) {
		spent[callback[$5, $9]] += now - entered[$5, $9]
		delete entered[$5, $9]
	}
	if (down && !downed && $0 ~ ("step: *" step " ")) { downed = now; in_takedown = 0 }
	next
}
ev ~ /^gp/ {
	n[ev]++
	if (isolated) cause["all CPUs: " (ev == "gp" ? "grace period" : "expedited grace period")]++
	next
}

# Only what concerns the isolated CPU, wherever it comes from
isolated && (ev == "ipi_send_cpu" || ev == "csd_queue_cpu") && get($0, "cpu") == isolated ||
isolated && ev == "ipi_send_cpumask" && has_cpu(get($0, "cpumask"), isolated) {
	c = get($0, ev == "csd_queue_cpu" ? "func" : "callsite"); sub(/\+.*/, "", c)
	cause[(ev == "csd_queue_cpu" ? "call of " : "IPI sent by ") c]++
	next
}
isolated && on != isolated || on == dying { next }

ev == "held" {
	# A change of the clock has nothing to do with the CPU that happens to go
	if (/for=change_clocksource/) next
	n["held"]++; since[on] = now
	next
}
ev == "sched_switch" {
	if (/next_comm=migration\//) { n["runs"]++; if (in_takedown) n["takedown_runs"]++ }
	if (/prev_comm=migration\// && on in since) {
		if (now - since[on] > held) held = now - since[on]
		delete since[on]
	}
	if (isolated && /next_comm=migration\//) cause["stopper"]++
	next
}
ev ~ /_expire_entry$/ || ev == "tick_stop" {
	f = get($0, ev == "tick_stop" ? "dependency" : "function"); sub(/\+.*/, "", f)
	if (ev == "tick_stop") cause[f == "NONE" ? "tick stops" : "tick needed by " f]++
	else cause["timer " f]++
	next
}
ev ~ /_entry$/ {
	sub(/_entry$/, "", ev)
	n[ev == "local_timer" || ev == "irq_handler" ? ev : "ipi"]++
	if (in_takedown) n["takedown"]++
	if (isolated) cause["interrupt " ev (in_takedown ? " (takedown)" : "")]++
	next
}

END {
	if (lost) print "trace events were lost"
	exit lost > 0 || !windows
}
