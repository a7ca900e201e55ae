#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The mappings that the project ships: their cases hold, and the same document gives the same bytes again.
. "${top_srcdir:-.}/tests/ctl/common.sh"
source_folder=$(cd "$top_srcdir" && pwd)
EHDS_MAPPINGS=$source_folder/mappings
export EHDS_MAPPINGS
if [ -d "$source_folder/conformance" ]; then
	EHDS_CONFORMANCE=$source_folder/conformance
	export EHDS_CONFORMANCE
fi

it "all cases hold"
run 0 test

it "the same document gives the same bytes"
fixtures=$(find "$source_folder"/tests/fixtures/[a-z][a-z] -name '*.xml' | sort)
[ -n "$fixtures" ] || complain "there are no fixtures"
# shellcheck disable=SC2086 # a list of names
for round in one two; do
	"$ehdsctl" convert --level error -o "$work/$round" -O "$work/$round" $fixtures >"$work/out" 2>"$work/err"
	[ $? -lt 2 ] || complain "some cannot be converted at all"
done
diff -r "$work/one" "$work/two" >"$work/out" || complain "the second round differs"
[ "$(find "$work/one" -name '*.outcome.json' | wc -l)" -eq "$(echo "$fixtures" | wc -l)" ] ||
	complain "not every document has an outcome"

finish
