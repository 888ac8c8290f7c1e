# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# An apt of our own, for packages of suites that are not among the machine's:
# it sees one source at a time, trusts one keyring and keeps all it writes to
# itself. No file of the system is touched, and only the mirrors' addresses are
# taken from it. To be sourced after lib.sh.

APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
APT_DIR='' APT_ARCH=''

# apt_setup DIR: keep everything in DIR, which the caller removes.
apt_setup() {
	APT_DIR=$1
	mkdir -p "$APT_DIR/state/lists/partial" "$APT_DIR/cache/archives/partial" \
		"$APT_DIR/sources" "$APT_DIR/debs"
}

# The machine's own mirrors, whatever form they are written in: apt itself
# prints them. The security archive and cdroms do not have what we want.
apt_mirrors() {
	apt-get update --print-uris -o Debug::NoLocking=1 \
		-o Dir::State::Lists="$APT_DIR/state/lists" 2>/dev/null |
	sed -n "s|^'\([^']*\)/dists/[^/']*/main/binary-.*|\1|p" |
	grep -v -e '^cdrom:' -e security | awk '!seen[$0]++'
}

# private_apt TOOL ARGUMENT...: what the system's configuration may say about
# unsigned archives does not count here.
private_apt() {
	local tool=$1

	shift
	"$tool" -q -o Dir::State="$APT_DIR/state" -o Dir::State::Lists="$APT_DIR/state/lists" \
		-o Dir::Cache="$APT_DIR/cache" \
		-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$APT_DIR/sources" \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::Etc::Trusted=/dev/null -o Dir::Etc::TrustedParts=/dev/null \
		-o Acquire::AllowInsecureRepositories=0 \
		-o Acquire::AllowDowngradeToInsecureRepositories=0 \
		-o Acquire::AllowWeakRepositories=0 -o APT::Get::AllowUnauthenticated=0 \
		-o APT::Sandbox::User=root -o APT::Get::List-Cleanup=0 \
		${APT_ARCH:+-o "APT::Architectures::=$APT_ARCH"} "$@"
}

# apt_use MIRROR SUITE [ARCHITECTURE]: the log is APT_DIR/update.log.
apt_use() {
	APT_ARCH=${3:-}
	cat >"$APT_DIR/sources/private.sources" <<-END
	Types: deb
	URIs: $1
	Suites: $2
	Components: main
	Signed-By: $APT_KEYRING
	${APT_ARCH:+Architectures: $APT_ARCH}
	END
	private_apt apt-get update --error-on=any >"$APT_DIR/update.log" 2>&1
}

# apt_download PACKAGE...: into APT_DIR/debs, the log is APT_DIR/download.log.
apt_download() {
	(cd "$APT_DIR/debs" && private_apt apt-get download "$@") >"$APT_DIR/download.log" 2>&1
}
