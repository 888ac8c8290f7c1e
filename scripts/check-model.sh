#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check-model.sh [--list | --selftest] [TREE]: does something stand for each statement by
# which the code of percpu_rwlock synchronizes? A line of the Spin model or of a litmus
# test that does says so in a comment there or right above:
#
#	C: FUNCTION.N STATEMENT
#
# FUNCTION is of percpu-rwlock.c or .h, and the statement the N-th of its kind in there: a
# statement that changes, moves or is new needs another look at the model. What is not
# modelled has its line too, "C-not: FUNCTION.N STATEMENT: REASON". Takes a second.
#
#   --list  print what stands for what
set -euo pipefail
. "$(dirname "$0")/lib.sh"

mode=check
case ${1:-} in
--list|--selftest) mode=${1#--}; shift ;;
-*) die "usage: check-model.sh [--list | --selftest] [TREE]" ;;
esac

code=(include/linux/percpu-rwlock.h kernel/locking/percpu-rwlock.c)
model=tools/verification/percpu-rwlock/percpu-rwlock.pml
litmus=Documentation/litmus-tests/percpu-rwlock

# "FUNCTION.N STATEMENT", in their order. A statement is the call, from its name to the
# parenthesis that ends it. Comments and strings do not count.
statements() {
	awk '
	BEGIN {
		call = "READ_ONCE|WRITE_ONCE|barrier|smp_[a-z_]+|(this|raw|__this)_cpu_[a-z_]+"
		call = call "|(raw_|arch_)?(atomic|try_cmpxchg|cmpxchg|xchg)[a-z0-9_]*"
		call = call "|(test_and_)?(set|clear)_bit[a-z_]*|(cond_)?synchronize_[a-z_]+"
		call = call "|call_rcu[a-z_]*|rcu_(read|assign|dereference)[a-z_]*"
		call = call "|(raw_)?local_irq_[a-z]+|preempt_(en|dis)able[a-z_]*"
		call = "(" call "|(mutex|(raw_)?spin)_[a-z_]+)[ \t]*\\("
	}
	function strip(s,	out) {
		while (s != "") {
			if (comment) {
				if (!match(s, /\*\//)) return out
				s = substr(s, RSTART + 2); comment = 0
				continue
			}
			if (!match(s, /"([^"\\]|\\.)*"|\/\*|\/\//)) return out s
			out = out substr(s, 1, RSTART - 1)
			if (substr(s, RSTART, 2) == "//") return out
			comment = substr(s, RSTART, 2) == "/*"
			if (!comment) out = out "\"\""
			s = substr(s, RSTART + RLENGTH)
		}
		return out
	}
	function next_call(s,	i, c, depth, name) {
		while (match(s, call)) {
			if (RSTART > 1 && substr(s, RSTART - 1, 1) ~ /[A-Za-z0-9_]/) {
				s = substr(s, RSTART + 1)
				continue
			}
			s = substr(s, RSTART)
			for (i = 1; i <= length(s); i++) {
				c = substr(s, i, 1)
				depth += (c == "(") - (c == ")")
				if (c == ")" && !depth) break
			}
			name = substr(s, 1, i)
			if (name !~ /^(smp_processor_id|this_cpu_ptr)/)
				print fn "." ++n[fn] " " name
			# What stands in the parentheses may be another one
			sub(/^[^(]*\(/, "", s)
			depth = 0
		}
	}
	FNR == 1 { comment = 0; buf = "" }
	{ line = strip($0) }
	line ~ /^[ \t]*#/ { next }
	line ~ /^[A-Za-z_].*\(/ && line !~ /;[ \t]*$/ {
		fn = line
		sub(/\(.*/, "", fn); sub(/.*[ \t*]/, "", fn)
	}
	{
		gsub(/[ \t]+/, " ", line)
		buf = buf line
		if (line !~ /[;{}] *$/) next
		next_call(buf); buf = ""
	}' "$@"
}

# "FUNCTION.N STATEMENT<TAB>FILE:LINE<TAB>LINE OF THE MODEL, or -REASON"
tags() {
	awk '
	function out() { for (i = 1; i <= k; i++) print tag[i] "\t" at[i] "\t" $0; k = 0 }
	FNR == 1 { k = 0 }
	match($0, /C(-not)?: [A-Za-z0-9_]+\.[0-9]+ /) {
		t = substr($0, RSTART)
		not = t ~ /^C-not/
		sub(/^C(-not)?: /, "", t); sub(/[ \t]*(\*\/|\*\)).*/, "", t)
		sub(/[ \t]+$/, "", t)
		reason = ""
		if (not && match(t, /\): /)) {
			reason = substr(t, RSTART + 3)
			t = substr(t, 1, RSTART)
		}
		if (not) { print t "\t" FILENAME ":" FNR "\t-" reason; next }
		tag[++k] = t; at[k] = FILENAME ":" FNR
		# The line itself, unless there is nothing but the comment
		line = $0
		sub(/(\/\*|\/\/).*/, "", line); gsub(/[ \t]/, "", line)
		if (line == "" || $0 ~ /^[ \t]*\*/) next
	}
	k && $0 !~ /^[ \t]*(\/\*.*\*\/|\*.*)?[ \t]*$/ { sub(/^[ \t]+/, ""); out() }' "$@"
}

compare() { # TREE
	local tree=$1

	(cd "$tree" && awk -F '\t' -v list="$([ "$mode" != list ] || echo 1)" '
	function bad(what) { print what; errors++ }
	NR == FNR { is[$1]; order[++n] = $1; next }
	{
		if (!($1 in is)) bad("no such statement any more: " $2 ": " $1)
		if ($3 == "-") bad("not modelled, but why? " $2 ": " $1)
		by[$1] = by[$1] "\n\t" $2 ": " $3
		tags++
	}
	END {
		for (i = 1; i <= n; i++) {
			if (!(order[i] in by)) bad("nothing stands for " order[i])
			else if (list) print order[i] by[order[i]]
		}
		if (!n) bad("no statements found")
		printf "model: %d statements, %d lines for them, %d errors\n", n, tags, errors
		exit errors > 0
	}' <(statements "${code[@]}") <(tags "$model" "$litmus"/*.litmus))
}

# What has to be noticed: EXPECTED, FILE and what sed does to it
selftest() { # TREE
	local tree=$1 t rc=0 f words edit

	t=$(mktemp -d)
	# shellcheck disable=SC2064 # now
	trap "rm -rf '$t'" EXIT
	while IFS='|' read -r words f edit; do
		rm -rf "${t:?}"/*
		(cd "$tree" && cp -r --parents "${code[@]}" "$model" "$litmus" "$t")
		sed -i "$edit" "$t/$f"
		if cmp -s "$tree/$f" "$t/$f"; then
			echo "nothing edited: $edit"
			rc=1
		fi
		says "$words" compare "$t" || rc=1
	done <<END
nothing stands for percpu_write_begin.3 synchronize_rcu()|${code[1]}|s/synchronize_rcu_expedited/synchronize_rcu/
no such statement any more: $model|${code[1]}|/Hazard I\\. Orders/,/counted/s/synchronize_rcu_expedited();//
nothing stands for percpu_write_try.2 smp_mb()|${code[1]}|s/^\\tWRITE_ONCE(prw->writer_cpu/\\tsmp_mb();\\n&/
nothing stands for percpu_read_try.3 smp_load_acquire|${code[1]}|/A matches B:/,/D matches D/{s/smp_mb();//;s/D matches D/&/}
nothing stands for __percpu_read_unlock.2 WRITE_ONCE|${code[1]}|s/smp_store_release(readers,/WRITE_ONCE(*readers,/
nothing stands for percpu_read_unlock.1 raw_cpu_read|${code[0]}|s/this_cpu_read(prw->cpu->readers)/raw_cpu_read(prw->cpu->readers)/
nothing stands for percpu_write_try.3 WRITE_ONCE(|$model|/C: percpu_write_try.3 /d
not modelled, but why?|$model|s/\\(C-not: percpu_write_begin.1 .*\\): .*/\\1: /
no such statement any more: $litmus/|$litmus/AB-count-blocked.litmus|s/C: percpu_write_try.4 /C: percpu_write_try.9 /
END
	return $rc
}

tree=${1:-$(tree_of series)}
if [ "$TOPIC" ] && [ ! -e "$tree/${code[1]}" ]; then
	echo "model: $TOPIC goes without percpu_rwlock"
	exit
fi
if [ "$mode" = selftest ]; then
	selftest "$tree"
else
	compare "$tree"
fi
