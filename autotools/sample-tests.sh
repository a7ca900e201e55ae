#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
#
# Tests on documents of others, which are no part of the project, where they are there: each converts as JSON and XML,
# twice gives the same bytes, comes back unchanged from the other form, and pleases an independent judge.
#
#	autotools/sample-tests.sh BUILD-FOLDER SAMPLES-FOLDER [JUDGE]

set -u
build=$1 samples=$2 judge=${3:-}
source=$(cd "$(dirname "$0")/.." && pwd)
export EHDS_MAPPINGS=$source/mappings
[ -d "$source/conformance" ] && export EHDS_CONFORMANCE=$source/conformance
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
passed=0 failed=0

# check WHAT COMMAND...: one test.
check() {
	local what=$1
	shift
	if "$@" >"$out/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $what"
		grep -v ': \(information\|warning\): ' "$out/log" | head -5
	fi
}

convert() { # AS SUFFIX FILE TARGET
	"$build/ehdsctl" convert --level error --as "$1" -o "$3" "$2"
}

same_both_ways() { # JSON XML: each form turned into the other is the other
	"$build/tests/turn" xml "$1" | cmp - "$2" && "$build/tests/turn" json "$2" | cmp - "$1"
}

for file in "$samples"/fr/ps/*.xml; do
	[ -f "$file" ] || continue
	name=$(basename "$file" .xml)
	check "$name as JSON" convert fhir-json "$file" "$out/$name.json"
	check "$name as XML" convert fhir-xml "$file" "$out/$name.xml"
	[ -f "$out/$name.json" ] && [ -f "$out/$name.xml" ] || continue
	convert fhir-json "$file" "$out/again.json" 2>/dev/null
	check "$name gives the same bytes twice" cmp "$out/again.json" "$out/$name.json"
	check "$name is the same in JSON and XML" same_both_ways "$out/$name.json" "$out/$name.xml"
	if [ -n "$judge" ] && command -v node >/dev/null && command -v npm >/dev/null; then
		check "$name pleases the judge, JSON" "$judge" --level error --profile-set eps "$out/$name.json"
		check "$name pleases the judge, XML" "$judge" --level error --profile-set eps "$out/$name.xml"
	fi
done
echo "samples: $passed passed, $failed failed"
[ $failed -eq 0 ]
