#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# A second build of the same sources with other options, in a folder of its own:
#
#	MAKE=make sh autotools/second-build.sh BUILD-FOLDER SOURCE-FOLDER NEW-FOLDER [ARGUMENTS OF CONFIGURE]
#
# BUILD-FOLDER is one that is configured already. Automake refuses a build beside a source tree that is configured
# itself, so the sources are copied as `make dist` would copy them; only what has changed since is copied again.

set -eu
build=$1 new=$3
shift 3
make=${MAKE:-make}

mkdir -p "$new"
new=$(cd "$new" && pwd)
rm -rf "$new/fresh"
(cd "$build" && "$make" -s distdir distdir="$new/fresh") >"$new/dist.log" 2>&1 || { tail "$new/dist.log" >&2; exit 1; }
mkdir -p "$new/source" "$new/build"
# A file keeps its time unless its contents changed: what was compiled before need not be again.
(cd "$new/fresh" && find . -type f) | while IFS= read -r file; do
	cmp -s "$new/fresh/$file" "$new/source/$file" && continue
	mkdir -p "$new/source/$(dirname "$file")"
	cp -p "$new/fresh/$file" "$new/source/$file"
done
(cd "$new/source" && find . -type f) | while IFS= read -r file; do
	[ -f "$new/fresh/$file" ] || rm -f "$new/source/$file"
done
rm -rf "$new/fresh"
cd "$new/build"
[ -f config.status ] || ../source/configure -q "$@"
