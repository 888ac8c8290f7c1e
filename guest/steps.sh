#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# One offline and one online of the last CPU: the table of the steps, a line of
# dashes, the trace.

t=/sys/kernel/tracing
last=$(cd /sys/devices/system/cpu && echo cpu[0-9]* | tr ' ' '\n' | sort -V | tail -n 1)
f=/sys/devices/system/cpu/$last/online

# The first time is not like the others
echo 0 >"$f" && echo 1 >"$f" || exit 1
echo 1 >/sys/kernel/debug/cpuhp/steps || exit 1
echo mono >$t/trace_clock
echo 1 >$t/events/cpuhp/enable
echo 0 >"$f" && echo 1 >"$f" || exit 1
echo 0 >$t/events/cpuhp/enable
cat /sys/kernel/debug/cpuhp/steps || exit 1
echo ----
cat $t/trace
