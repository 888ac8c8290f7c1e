#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's test of cpuset partitions, which takes CPUs out of them and back.

mkdir -p /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup || exit 1
# Its first look comes before that
echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control || exit 1
# What it needs of two programs which are not here
cat >/bin/lscpu <<EOF
#!/bin/sh
echo "CPU(s): $(nproc)"
EOF
cat >/bin/fmt <<EOF
#!/bin/sh
exec tr -s ' ' '\\n'
EOF
chmod +x /bin/lscpu /bin/fmt
exec bash /kselftest/test_cpuset_prs.sh
