#!/bin/sh
t=/sys/kernel/tracing
echo mono >$t/trace_clock
echo 16384 >$t/buffer_size_kb
echo "prev_pid == $$ || next_pid == $$" >$t/events/sched/sched_switch/filter
echo "stacktrace if prev_pid == $$" >$t/events/sched/sched_switch/trigger
echo 1 >$t/events/sched/sched_switch/enable
echo 1 >$t/events/cpuhp/enable
f=/sys/devices/system/cpu/cpu2/online
for i in 1 2 3 4 5 6; do
echo "hp off" >$t/trace_marker
echo 0 >$f
echo "hp offed" >$t/trace_marker
sleep 0.2
echo "hp on" >$t/trace_marker
echo 1 >$f
echo "hp oned" >$t/trace_marker
sleep 0.2
done
echo 0 >$t/tracing_on
cat $t/trace
