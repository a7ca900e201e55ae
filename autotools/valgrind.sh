#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# `make valgrind`: the converter over every fixture under valgrind. Run by make, with top_srcdir and top_builddir set.

set -u
command -v valgrind >/dev/null || { echo "valgrind: not installed: apt-get install valgrind" >&2; exit 1; }
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT INT TERM
EHDS_MAPPINGS=$top_srcdir/mappings
export EHDS_MAPPINGS
[ -d "$top_srcdir/conformance" ] && EHDS_CONFORMANCE=$top_srcdir/conformance && export EHDS_CONFORMANCE
passed=0 failed=0

for file in $(find "$top_srcdir/tests/fixtures" "$top_srcdir/mappings" -name '*.xml' | sort); do
	"$top_builddir/libtool" --mode=execute valgrind -q --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite,indirect --num-callers=20 --log-file="$log/valgrind" \
		"$top_builddir/ehdsctl" convert -o /dev/null "$file" >"$log/out" 2>&1
	if [ $? -eq 99 ]; then
		failed=$((failed + 1))
		echo "FAIL $file"
		cat "$log/valgrind"
	else
		passed=$((passed + 1))
	fi
done
echo "valgrind: $passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
