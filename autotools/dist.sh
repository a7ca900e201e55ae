#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# The dist-hook: copies what Makefile.am does not list file by file into the folder of the tarball. Everything in
# these folders is source, unless a build in the source tree put it there.
#
#	sh autotools/dist.sh SOURCE-FOLDER TARBALL-FOLDER NAME...

set -eu
source=$1 target=$(cd "$2" && pwd)
shift 2
cd "$source"
for folder in "$@"; do
	[ -d "$folder" ] && find "$folder" -type f
done | grep -vE '/(\.libs|\.deps|aux|__pycache__)/' |
	grep -vE '\.(o|lo|la|log|trs|dirstamp|gcda|gcno|pc|service|new|pyc)$' |
	grep -vE '/(libtool|lt[a-z~]*)\.m4$|_test$|_fuzz$|\.dirstamp$|^bench/(bench|daemon)$' |
	while IFS= read -r file; do
		[ -f "$target/$file" ] && continue
		mkdir -p "$target/$(dirname "$file")"
		cp -p "$file" "$target/$file"
	done
