#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build-distro-image.sh: a disk with Debian 12 for the guest of distro.sh: systemd, udev,
# irqbalance and what the loads in guest/distro want. It has no kernel and nothing of this
# repository, and is kept beside the base's tarball. Prints its path.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/aptlib.sh"

release=bookworm
packages=(systemd-sysv udev dbus kmod procps util-linux iproute2 iputils-ping ethtool
	irqbalance mdadm e2fsprogs fio stress-ng rt-tests linux-perf linux-cpupower bpftool bpftrace
	xdp-tools iperf3 numactl cgroup-tools nvme-cli)

sum=$( { echo "$release ${packages[*]}"; cat "$0"; } | sha256sum | cut -c1-12)
image=$CACHE/debian-$sum.ext4
if [ -f "$image" ]; then
	echo "$image"
	exit 0
fi
[ "$(id -u)" = 0 ] || die "only root can unpack Debian with its owners"
mkdir -p "$CACHE"
lock "$CACHE/.lock-image"
[ ! -f "$image" ] || { echo "$image"; exit 0; }
need_packages debootstrap debian-archive-keyring e2fsprogs
need_space "$CACHE" 6

dir=$(mktemp -d "$CACHE/image-XXXXXX")
trap 'rm -rf "$dir"' EXIT
apt_setup "$dir/apt"
log=$BUILD/image.log
step "Debian 12 for the guest (log: $log)"
got=
: >"$log"
for m in $(apt_mirrors); do
	apt_use "$m" "$release" || continue
	if debootstrap --variant=minbase --merged-usr --keyring="$APT_KEYRING" \
		--include="$(IFS=,; echo "${packages[*]}")" "$release" "$dir/root" "$m" >>"$log" 2>&1; then
		got=1
		break
	fi
	rm -rf "$dir/root"
done
if [ ! "$got" ]; then
	step_failed
	tail -n 15 "$log" >&2
	die "debootstrap of $release failed, see $log: is there a network?"
fi

r=$dir/root
echo guest >"$r/etc/hostname"
printf '127.0.0.1 localhost guest\n' >"$r/etc/hosts"
cat >"$r/etc/fstab" <<'END'
/dev/root / ext4 defaults 0 0
LABEL=hp-guest /hp ext4 ro 0 0
END
mkdir -p "$r/hp"
# The kernel's modules come with the kernel, on the other disk
rm -rf "$r/usr/lib/modules"
ln -s /hp/modules "$r/usr/lib/modules"
# Root without a password, on the console that "make distro LOGIN=1" shows
sed -i 's/^root:[^:]*:/root::/' "$r/etc/shadow"
cat >"$r/etc/systemd/system/hp.service" <<'END'
[Unit]
Description=The loads
ConditionKernelCommandLine=hp.load
After=multi-user.target
RequiresMountsFor=/hp

[Service]
Type=simple
ExecStart=/bin/bash /hp/guest/init
StandardOutput=journal
StandardError=journal
TasksMax=infinity

[Install]
WantedBy=default.target
END
mkdir -p "$r/etc/systemd/system/default.target.wants"
ln -s ../hp.service "$r/etc/systemd/system/default.target.wants/hp.service"
for u in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer man-db.timer \
	mdcheck_start.timer mdcheck_continue.timer mdmonitor-oneshot.timer nvmf-autoconnect.service; do
	ln -sf /dev/null "$r/etc/systemd/system/$u"
done
rm -rf "$r"/var/cache/apt/archives/*.deb "$r"/var/lib/apt/lists/* "$r"/usr/share/{doc,man,locale}/*

size=$(($(du -sm "$r" | cut -f1) * 12 / 10 + 600))
mke2fs -q -t ext4 -d "$r" -L hp-root "$dir/image" "${size}M" >>"$log" 2>&1 || {
	step_failed
	tail -n 15 "$log" >&2
	die "cannot make $image, is there space?"
}
# Of older versions of this script, which no checkout uses any more
find "$CACHE" -name "debian-*.ext4" -mtime +30 -delete
mv "$dir/image" "$image"
step_done
echo "$image"
