#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
#
# Tests with what is no part of the project, where it is there: documents of others, and an independent judge. Each
# document converts as JSON and XML, twice gives the same bytes, comes back unchanged from the other form, gives the
# same bytes in all encodings, and what converts pleases the judge. Patient summaries must convert; of other types
# some are refused, and say so.
#
#	autotools/sample-tests.sh BUILD-FOLDER SAMPLES-FOLDER [JUDGE]

set -u
build=$1 samples=$2 judge=${3:-}
source=$(cd "$(dirname "$0")/.." && pwd)
export EHDS_MAPPINGS=$source/mappings
[ -d "$source/conformance" ] && export EHDS_CONFORMANCE=$source/conformance
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir "$out/eps" "$out/auto"
passed=0 failed=0 refused=0 held=0

# check WHAT COMMAND...: one test.
check() {
	local what=$1
	shift
	if "$@" >"$out/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $what"
		head -5 "$out/log"
	fi
}

convert() { # FORMAT FILE TARGET
	"$build/ehdsctl" convert --level error --as "$1" -o "$3" "$2"
}

same_both_ways() { # JSON XML: each form turned into the other is the other
	"$build/tests/turn" xml "$1" | cmp - "$2" && "$build/tests/turn" json "$2" | cmp - "$1"
}

# examine FILE SET: everything but the judge, who is asked once for all of a set of profiles.
examine() {
	local name=$out/$2/$(basename "$1" .xml)
	check "$1 as XML" convert fhir-xml "$1" "$name.xml"
	convert fhir-json "$1" "$out/again.json" 2>/dev/null
	check "$1 gives the same bytes twice" cmp "$out/again.json" "$name.json"
	check "$1 is the same in JSON and XML" same_both_ways "$name.json" "$name.xml"
}

# What may be refused or held is counted, not failed.
examine_if_converted() {
	convert fhir-json "$1" "$out/auto/$(basename "$1" .xml).json" 2>/dev/null && examine "$1" auto && return
	if [ -f "$out/auto/$(basename "$1" .xml).json" ]; then
		held=$((held + 1))
		rm "$out/auto/$(basename "$1" .xml).json"
	else
		refused=$((refused + 1))
	fi
}

for file in "$samples"/fr/ps/*.xml; do
	[ -f "$file" ] || continue
	check "$file as JSON" convert fhir-json "$file" "$out/eps/$(basename "$file" .xml).json"
	examine "$file" eps
done
while IFS= read -r file; do
	examine_if_converted "$file"
done < <(find "$source"/tests/fixtures/[a-z][a-z] "$samples"/fr "$samples"/dk -name '*.xml' ! -path '*/fr/ps/*' | sort)
echo "of fixtures and other types, $refused were refused and $held held"

# The EDIFACT form of a letter says the same words.
for message in "$samples"/dk/edifact-twins/*.edi; do
	result=$out/auto/$(basename "$message" .edi).json
	[ -f "$result" ] && grep -aq 'FTX+' "$message" && command -v python3 >/dev/null || continue
	check "$message is in the narrative" python3 "$source/tests/edifact_twin.py" "$message" "$result"
done

for country in "$samples"/fr "$samples"/dk; do
	[ -d "$country" ] || continue
	check "$country in all encodings" env top_srcdir="$source" top_builddir="$build" "$source/tests/encodings.sh" "$country"
done

if [ -n "$judge" ] && command -v node >/dev/null && command -v npm >/dev/null; then
	for set in eps auto; do
		find "$out/$set" -type f | sort >"$out/list"
		[ -s "$out/list" ] || continue
		"$judge" --level error --profile-set $set --jobs "$(nproc)" --files-from "$out/list" >"$out/log" 2>&1
		grep -v ' passed, ' "$out/log" | sed "s|^$out/||" | cut -c 1-300 | head -40
		read -r good _ bad _ < <(tail -n 1 "$out/log")
		passed=$((passed + ${good:-0}))
		failed=$((failed + ${bad:-1}))
	done
fi
# What the gate says of documents that others have judged: its own lines count, the last is 'reference: N passed, N failed'.
if [ -d "$samples/eu" ] && command -v python3 >/dev/null; then
	reference=$(python3 "$source/tests/conform/reference.py" "$build" "$samples/eu" "$samples/../fhir/packages")
	echo "$reference" | grep -v '^ok\|^reference'
	read -r _ good _ bad _ < <(echo "$reference" | tail -n 1)
	passed=$((passed + ${good:-0}))
	failed=$((failed + ${bad:-1}))
	check "mutants of the guides' own documents" \
		env -C "$build" top_srcdir="$source" EHDS_SAMPLES="$(realpath "$samples/eu")" sh "$source/tests/conform/mutants_test.sh"
fi

# Each of them with one fault at a time: what is owed for it is known beforehand.
if [ -x "$build/tests/convert/mutant_driver" ]; then
	"${PYTHON3:-python3}" -B "$source/tests/convert/mutants.py" --driver "$build/tests/convert/mutant_driver" --mappings "$source/mappings" \
		--conformance "$source/conformance" --least 300 "$samples/fr" "$samples/dk"
	check "mutants of the samples" test $? -eq 0
fi
echo "samples: $passed passed, $failed failed"
[ $failed -eq 0 ]
