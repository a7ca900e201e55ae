#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# From a fresh Debian 12 to a source tree in which `make` works: installs the packages that are missing, makes
# configure, runs it. Run it again at any time; what is done already is not done again.
#
#	sh autotools/bootstrap.sh [ARGUMENTS OF CONFIGURE]

set -eu

# What builds ehdsd, and Check, Python and its ZeroMQ binding, which test it.
packages="autoconf automake libtool pkg-config gcc libc6-dev make
	libxml2-dev libxslt1-dev libzmq3-dev libyaml-dev libsqlite3-dev libsodium-dev libcurl4-openssl-dev nettle-dev libzstd-dev libseccomp-dev libmicrohttpd-dev libpcre2-dev
	libarchive-dev tzdata check openssl python3 python3-zmq"

say() { printf 'bootstrap: %s\n' "$*"; }
fail() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

cd "$(dirname "$0")/.."
[ -f configure.ac ] || fail "this is not the source tree of ehdsd: there is no configure.ac in $PWD"

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] && return 0
	# Newer releases have pkgconf in the place of pkg-config.
	[ "$1" = pkg-config ] && command -v pkg-config >/dev/null 2>&1
}

run_as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		fail "packages are missing and this is neither root nor is there sudo; as root, run:
  apt-get install --no-install-recommends $missing"
	fi
}

install_missing() {
	missing=
	for package in $packages; do
		is_installed "$package" || missing="$missing $package"
	done
	if [ -z "$missing" ]; then
		say "all packages are installed"
		return
	fi
	say "installing:$missing"
	# A list that could not be fetched is no failure by itself: the one from yesterday may do.
	run_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 update ||
		say "the package lists could not be fetched; trying with those that are there"
	# shellcheck disable=SC2086 # a list of words
	run_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 \
		install --no-install-recommends $missing ||
		fail "the packages could not be installed: is there a network? What apt-get said stands above."
	for package in $missing; do
		is_installed "$package" || fail "$package is still missing after apt-get said that all is well"
	done
}

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
	command -v autoreconf >/dev/null 2>&1 && command -v pkg-config >/dev/null 2>&1 ||
		fail "this is not Debian, so nothing is installed here. Install what these Debian packages hold, then run
  autoreconf -fi && ./configure && make
$packages"
	say "this is not Debian: taking the libraries that are here"
else
	install_missing
fi

newer() { [ -n "$(find "$@" 2>/dev/null)" ]; }

if [ ! -f configure ] || newer configure.ac Makefile.am autotools/m4 -newer configure; then
	say "making configure (autoreconf)"
	autoreconf -fi >autoreconf.log 2>&1 || { cat autoreconf.log >&2; fail "autoreconf failed"; }
else
	say "configure is up to date"
fi

if [ ! -f config.status ] || newer configure -newer config.status || [ $# -gt 0 ]; then
	say "configuring (./configure $*)"
	./configure -q "$@" || fail "./configure failed; config.log has the details"
else
	say "configured already"
fi

say "ready: 'make demo' shows it at work, 'make check' tests it"
