#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# libehds shows exactly what its header declares: nothing less, and nothing of what is inside.

set -u
library=$top_builddir/.libs/libehds.so
[ -f "$library" ] && command -v nm >/dev/null || { echo "no shared library, or no nm"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$library" | awk '{ print $3 }' | sort >"$work/shown"
grep -oE '^ehds_[a-z_]+\(' "$top_srcdir/include/ehds/ehds.h" | tr -d '(' | sort >"$work/declared"
if [ ! -s "$work/declared" ] || ! diff "$work/declared" "$work/shown"; then
	echo "FAIL: '<' is declared and not shown, '>' is shown and not declared"
	exit 1
fi
