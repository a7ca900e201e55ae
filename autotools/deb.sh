#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# `make deb`: unpacks the tarball of `make dist` beside itself, puts autotools/debian where Debian's tools look for
# it, and builds the packages there. Nothing is written into the source tree.
#
#	sh autotools/deb.sh TARBALL OUTPUT-FOLDER

set -eu
tarball=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2"
cd "$2"
command -v dpkg-buildpackage >/dev/null && command -v dh >/dev/null ||
	{ echo "deb: dpkg-buildpackage and debhelper are needed: apt-get install dpkg-dev debhelper" >&2; exit 1; }
name=$(basename "$tarball" .tar.xz)
rm -rf "$name"
tar -xf "$tarball"
cp "$tarball" "$(echo "$name" | tr - _).orig.tar.xz"
cp -R "$name/autotools/debian" "$name/debian"
cd "$name"
dpkg-buildpackage -us -uc -b
cd ..
echo "deb: the packages lie in $PWD"
ls ./*.deb
