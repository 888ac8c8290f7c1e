#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check-audit.sh [--partial | --list | --selftest] [TREE]: does docs/audit.tsv say what it
# has to say of the patched tree (build/linux)? Each function that looks at cpu_online_mask
# has one line there, with a class that exists; each line has its function. What class
# "lock" says is looked for in the function. And do docs/audit.md and docs/tests.md name
# patches and tests that exist? Takes seconds.
#
#   --partial  only some topics are applied: lines without a function are fine, and so is
#              a look that a later patch turns to another mask. TOPIC= has the same effect
#   --list     print the functions, and whether they name the lock
set -euo pipefail
. "$(dirname "$0")/lib.sh"

audit=${AUDIT:-$TOP/docs/audit.tsv}
mode=full
case ${1:-} in
--partial|--list|--selftest) mode=${1#--}; shift ;;
-*) die "usage: check-audit.sh [--partial | --list | --selftest] [TREE]" ;;
esac
[ -z "${TOPIC:-}" ] || [ "$mode" != full ] || mode=partial

looks='cpu_online_mask|for_each_online_cpu|for_each_online_cpu_wrap|num_online_cpus|cpu_is_offline'

# The functions, PATH<TAB>FUNCTION<TAB>yes|no. Where a function begins is told by what
# stands in the first column; comments and strings do not count.
sites() { # TREE PATH...
	local tree=$1 files

	shift
	mapfile -t files < <(git -C "$tree" grep -lwE "$looks|cpu_online" -- "$@" |
		grep '\.[ch]$' || true)
	[ ${#files[@]} -gt 0 ] || die "$tree: nothing to look at in: $*"
	(cd "$tree" && awk -v looks="$looks" '
	# The line without comments and strings
	function code(line,	out, tok) {
		while (line != "") {
			if (in_comment) {
				if (!match(line, /\*\//)) return out
				line = substr(line, RSTART + 2); in_comment = 0
				continue
			}
			if (!match(line, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)+\047|\/\*|\/\//)) return out line
			tok = substr(line, RSTART, RLENGTH)
			out = out substr(line, 1, RSTART - 1) " "
			line = substr(line, RSTART + RLENGTH)
			if (tok == "//") return out
			if (tok == "/*") in_comment = 1
		}
		return out
	}
	# What is declared in a line that begins in the first column
	function name_of(s) {
		gsub(/__[a-z_]+[ \t]*\(([^()]|\([^()]*\))*\)[ \t]+/, "", s)
		if (s ~ /^((COMPAT_)?SYSCALL_DEFINE[0-9]|DEFINE_[A-Z_]+|BPF_CALL_[0-9]|TRACE_EVENT)[ \t]*\(/)
			sub(/^[^(]*\([ \t]*/, "", s)
		else if (s ~ /^[^(]*=/ || s !~ /\(/) { # an initialiser, a type
			sub(/[ \t]*(=|\[|\{|;).*/, "", s); sub(/[ \t]+$/, "", s); sub(/.*[^A-Za-z0-9_]/, "", s)
		} else {
			sub(/[ \t]*\(.*/, "", s); sub(/.*[^A-Za-z0-9_]/, "", s)
		}
		sub(/[^A-Za-z0-9_].*/, "", s)
		return s
	}
	FNR == 1 { in_comment = macro = 0; fn = "-" }
	{
		text = code($0)
		if (text ~ /^[ \t]*#[ \t]*define[ \t]/) {
			where = text; sub(/^[ \t]*#[ \t]*define[ \t]+/, "", where); sub(/[^A-Za-z0-9_].*/, "", where)
			macro = 1
		} else if (!macro) {
			# Labels, and what only names a function, begin none
			if (text ~ /^[A-Za-z_]/ && text !~ /^[A-Za-z0-9_]+[ \t]*:/ &&
			    text !~ /^(EXPORT_|MODULE_|NOKPROBE_|ALLOW_ERROR_|BTF_|module_|[a-z_]*initcall)/ &&
			    (n = name_of(text)) != "")
				fn = n
			where = fn
		}
		if ($0 !~ /\\$/) macro = 0
		text = " " text " "
		if (text ~ /[^A-Za-z0-9_](cpus_read_lock|lockdep_assert_cpus_held)[^A-Za-z0-9_]/)
			locked[FILENAME, where]
		if (text ~ ("[^A-Za-z0-9_](" looks ")[^A-Za-z0-9_]") || text ~ /[^A-Za-z0-9_.>]cpu_online[ \t]*\(/)
			found[FILENAME, where]
	}
	END {
		for (f in found) {
			split(f, p, SUBSEP)
			print p[1] "\t" p[2] "\t" (f in locked ? "yes" : "no")
		}
	}' "${files[@]}") | sort
}

# Every complaint is a line that begins with what is wrong
compare() { # SITES
	awk -F '\t' -v partial="$([ "$mode" != partial ] || echo 1)" '
	function bad(what) { print what; errors++ }
	NR == FNR { site[$1 "\t" $2] = $3; next }
	/^#: class / { split($0, w, " "); class[w[3]]; next }
	/^#/ { next }
	{
		key = $1 "\t" $2
		if (NF != 4 || $4 == "") bad("not four fields: " $0)
		if (key in entry) bad("twice: " key)
		else if (key < last) bad("not sorted: " key)
		last = key; entry[key]; entries++
		if (!($3 in class)) bad("unknown class " $3 ": " key)
		if ($3 == "converted") {
			if (key in site && !partial) bad("looks at cpu_online_mask again: " key)
		} else if (!(key in site)) {
			if (!partial) bad("vanished: " key)
		} else if ($3 == "lock" && site[key] != "yes")
			bad("class lock, but it names no lock: " key)
		if ($3 == "open" && key in site) { open++; print "open: " key ": " $4 }
	}
	END {
		for (key in site) if (!(key in entry)) bad("not classified: " key)
		for (key in site) sites++
		printf "audit: %d functions, %d lines, %d open, %d errors\n", sites, entries, open, errors
		exit errors > 0
	}' "$1" "$audit"
}

# Patches by subject, in quotes, possibly cut off by "..."; tests in backquotes
check_docs() { # TREE
	local tree=$1 base subjects cases what rc=0
	local docs=("$TOP/docs/audit.md" "$TOP/docs/tests.md")

	if [ "$tree" = "$(tree_of series)" ]; then base=$(base_rev); else base=base; fi
	subjects=$(git -C "$tree" log --format=%s "$base..HEAD")
	cases=$(git -C "$tree" grep -hoE 'KUNIT_CASE[A-Z_]*\([a-z0-9_]+' -- kernel arch/x86 | sed 's/.*(//')
	while read -r what; do
		grep -qF -- "${what%...}" <<<"$subjects" || { echo "no such patch: $what"; rc=1; }
	done < <(tr '\n' ' ' <"${docs[0]}" | grep -oE '"[a-zA-Z0-9/_, ]+: [^"|]+"' | tr -d '"' | sort -u)
	# shellcheck disable=SC2016 # backquotes of the text
	while read -r what; do
		grep -qx -- "$what" <<<"$cases" || { echo "no such KUnit case: $what"; rc=1; }
	done < <(grep -ohE '`(x?hp|prw|kb|irq_cpuhotplug)_[a-z_]+`' "${docs[@]}" | tr -d '`' | sort -u)
	# shellcheck disable=SC2016
	while read -r what; do
		compgen -G "$tree/tools/testing/selftests/cpu-hotplug/${what%.sh}.*" >/dev/null ||
			{ echo "no such selftest: $what"; rc=1; }
	done < <(grep -ohE '`[a-z-]+-test(\.sh)?`' "${docs[@]}" | tr -d '`' | sort -u)
	return $rc
}

check_audit() { # TREE
	local paths found rc=0

	[ -e "$1/.git" ] || die "$1: no git tree, \"make tree\" makes one"
	[ -r "$audit" ] || die "cannot read $audit"
	read -ra paths < <(sed -n 's/^#: paths //p' "$audit" | tr '\n' ' ') || true
	[ ${#paths[@]} -gt 0 ] || die "$audit: no line \"#: paths\""
	found=$(sites "$1" "${paths[@]}")
	if [ "$mode" = list ]; then
		echo "$found"
		return
	fi
	# Some topics have some of the patches and tests
	[ "$mode" != full ] || [ "${AUDIT:-}" ] || check_docs "$1" || rc=1
	compare <(echo "$found") || rc=1
	return $rc
}

selftest() {
	local t line rc=0

	t=$(mktemp -d)
	# shellcheck disable=SC2064 # now
	trap "rm -rf '$t'" EXIT
	git init -q "$t"
	mkdir "$t/kernel"
	# Tabs as the kernel has them; a name in a comment or a string is no look
	cat >"$t/kernel/a.c" <<'END'
/* cpu_online() is
   not called by cpu_online_mask */
static int __printf(1, 2) first(const char *f, ...)
{
	pr_info("cpu_online_mask\n"); /* num_online_cpus() */
	return ops->cpu_online(1); // cpu_online(1)
}
EXPORT_SYMBOL_GPL(first);
#define walk(c)		\
	for_each_online_cpu(c)
static int
second(int c)
{
	cpus_read_lock();
	if (cpu_online(c))
		goto out;
out:
	cpus_read_unlock();
	return num_online_cpus();
}
EXPORT_SYMBOL_GPL(second);

struct ops table[] = {
	{ .mask = cpu_online_mask },
};
SYSCALL_DEFINE1(third, int, c)
{
	return cpu_is_offline(c);
}
END
	git -C "$t" add -A
	printf '#: paths kernel\n#: class lock a\n#: class hint b\n#: class converted c\n' >"$t/head"
	printf 'kernel/a.c\t%s\n' $'gone\tconverted\tw' $'second\tlock\tw' $'table\thint\tw' \
		$'third\thint\tw' $'walk\thint\tw' >"$t/body"
	cat "$t/head" "$t/body" >"$t/good"

	with() { # SED-SCRIPT: the good file, changed
		sed "$1" "$t/good" >"$t/bad"
		AUDIT=$t/bad TOPIC='' "$0" "$t"
	}
	says 'not classified: kernel/a.c' with '/third/d' || rc=1
	says 'vanished: kernel/a.c' with $'$a kernel/a.c\tzero\thint\tw' || rc=1
	says 'unknown class other' with 's/\thint/\tother/' || rc=1
	says 'names no lock' with 's/third\thint/third\tlock/' || rc=1
	says 'again' with 's/third\thint/third\tconverted/' || rc=1
	says 'not four fields' with '/third/s/\tw$//' || rc=1
	says 'not sorted' with '/third/{h;d};/walk/G' || rc=1
	says 'twice' with '/third/p' || rc=1
	line=$(with '') || rc=1
	[ "$line" = 'audit: 4 functions, 5 lines, 0 open, 0 errors' ] || { echo "$line" >&2; rc=1; }
	# Some topics only: nothing vanishes, but all looks are classified
	AUDIT=$t/bad TOPIC='' "$0" --partial "$t" >/dev/null || rc=1
	printf 'kernel/a.c\tzero\thint\tw\n' >>"$t/bad"
	AUDIT=$t/bad "$0" --partial "$t" >/dev/null || rc=1
	says 'not classified' env AUDIT="$t/head" "$0" --partial "$t" || rc=1
	[ $rc != 0 ] || echo "check-audit: selftest passed"
	return $rc
}

if [ "$mode" = selftest ]; then
	selftest
else
	check_audit "${1:-$(tree_of series)}"
fi
