#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fetch-herd7.sh DIR: put herd7, which runs litmus tests, into DIR.
#
# Debian has it in sid only, linked against a newer libc than older releases
# have. So it is unpacked into DIR/root together with the libraries it wants,
# never installed, and DIR/herd7 runs it from there; DIR can be moved.
#
# Exit status: 0 DIR/herd7 works, 4 no herd7 can be had, with one line that
# says why.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/aptlib.sh"

suite=sid
packages=(herdtools7 libc6 libgmp10)

no_herd7() {
	[ -z "$STEP" ] || step_failed
	echo "${0##*/}: no herd7: $*" >&2
	exit 4
}

# What apt complains about in its log LOG, as one line.
complaint() {
	{ grep '^[EW]: ' "$1" || tail -n 1 "$1"; } | sed -n '1s/^[EW]: //p'
}

if [ $# != 1 ] || [ -z "$1" ]; then
	no_herd7 "usage: ${0##*/} DIR"
fi
mkdir -p "$1" 2>/dev/null || no_herd7 "cannot create the directory $1"
dir=$(cd "$1" && pwd)

# It runs, and finds the models that come with it.
works() {
	local out

	out=$("$dir/herd7" "$dir/root/SB.litmus" 2>/dev/null) &&
		grep -q '^Observation SB Sometimes' <<<"$out"
}

if works; then
	echo "$dir/herd7"
	exit 0
fi

for tool in apt-get apt-cache dpkg-deb; do
	command -v "$tool" >/dev/null || no_herd7 "there is no $tool here to fetch it with"
done
[ -r "$APT_KEYRING" ] || no_herd7 "$APT_KEYRING is missing, install debian-archive-keyring"

apt=$(mktemp -d "$dir/.apt-XXXXXX") || no_herd7 "cannot write to $dir"
cleanup() {
	local status=$?

	rm -rf "$apt"
	case $status in
	0|4) ;;
	*) no_herd7 "$dir cannot be filled, is there no space?" ;;
	esac
}
trap cleanup EXIT
apt_setup "$apt"
mkdir "$apt/root"

# Leaves the packages in $apt/debs.
fetch() {
	local m tried=

	while read -r m; do
		tried=1
		if ! apt_use "$m" "$suite"; then
			why="apt cannot use $suite: $(complaint "$apt/update.log")"
		elif ! private_apt apt-cache show "${packages[0]}" >/dev/null 2>&1; then
			why="$suite has no ${packages[0]} for $(dpkg --print-architecture)"
		elif ! apt_download "${packages[@]}"; then
			why="download: $(complaint "$apt/download.log")"
		else
			return 0
		fi
	done < <(apt_mirrors)
	[ "$tried" ] || why="this machine's apt sources name no Debian archive"
	return 1
}

step "fetch herd7"
why=
fetch || no_herd7 "$why"

for deb in "$apt"/debs/*.deb; do
	dpkg-deb -x "$deb" "$apt/root" >"$apt/unpack.log" 2>&1 ||
		no_herd7 "cannot unpack ${deb##*/}: $(complaint "$apt/unpack.log")"
done
lib=$(find "$apt/root" -name libc.so.6 -printf '%P\n' -quit)
ld=$(find "$apt/root" -type f -name 'ld-linux*.so*' -printf '%P\n' -quit)
if [ -z "$lib" ] || [ -z "$ld" ] || [ ! -x "$apt/root/usr/bin/herd7" ] ||
   [ ! -d "$apt/root/usr/share/herdtools7/herd" ]; then
	no_herd7 "the packages of $suite are not laid out as expected"
fi

# The rest of the tools is large
find "$apt/root/usr/bin" -type f ! -name herd7 -delete

cat >"$apt/root/SB.litmus" <<'END'
X86 SB
{ }
 P0          | P1          ;
 MOV [x],$1  | MOV [y],$1  ;
 MOV EAX,[y] | MOV EAX,[x] ;
exists (0:EAX=0 /\ 1:EAX=0)
END
cat >"$apt/herd7" <<END
#!/bin/sh
# Written by ${0##*/}
root=\$(dirname "\$(readlink -f "\$0")")/root
exec "\$root/$ld" --library-path "\$root/${lib%/*}" "\$root/usr/bin/herd7" \\
	-set-libdir "\$root/usr/share/herdtools7/herd" "\$@"
END
chmod +x "$apt/herd7"
rm -rf "$dir/root" "$dir/herd7"
mv "$apt/root" "$apt/herd7" "$dir"
works || no_herd7 "what $suite has does not run here, try $dir/herd7 -version"
step_done
echo "$dir/herd7"
