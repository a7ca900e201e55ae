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
fixtures=$(find "$source_folder"/tests/fixtures/[a-z][a-z] \( -name '*.xml' -o -name '*.json' \) | sort)
[ -n "$fixtures" ] || complain "there are no fixtures"
# shellcheck disable=SC2086 # a list of names
for round in one two; do
	"$ehdsctl" convert --level error -o "$work/$round" -O "$work/$round" $fixtures >"$work/out" 2>"$work/err"
	[ $? -lt 2 ] || complain "some cannot be converted at all"
done
diff -r "$work/one" "$work/two" >"$work/out" || complain "the second round differs"
[ "$(find "$work/one" -name '*.outcome.json' | wc -l)" -eq "$(echo "$fixtures" | wc -l)" ] ||
	complain "not every document has an outcome"

fixtures=$source_folder/tests/fixtures/dk
it "sources of one summary may come in any order, and twice"
run 0 convert --level error --compose -o "$work/a.json" "$fixtures/pdc.xml" "$fixtures/fmk-composed.xml" "$fixtures/condition-list.json"
run 0 convert --level error --compose -o "$work/b.json" "$fixtures/condition-list.json" "$fixtures/pdc.xml" "$fixtures/fmk-composed.xml" \
    "$fixtures/pdc.xml"
same "$work/a.json" "$work/b.json"

it "two patients are refused with both places and without their numbers"
run 1 convert --compose -o "$work/c.json" -O "$work/c.outcome.json" "$fixtures/pdc-other.xml" "$fixtures/condition-list.json"
err "$fixtures/condition-list.json:85: error: compose-two-patients: the document is about another patient than $fixtures/pdc-other.xml:15"
gone "$work/c.json"
grep -q '0102030004\|1203510007' "$work/err" "$work/c.outcome.json" && complain "a personal number is told"

it "a source that cannot be read leaves no summary"
run 2 convert --compose -o "$work/d.json" "$fixtures/pdc.xml" "$fixtures/nowhere.xml"
gone "$work/d.json"
run 2 convert --compose --from dk/cda-pdc "$fixtures/pdc.xml"
err_has 'ehdsctl convert: --from names the pack of one document, --compose takes several'

it "a licensed table of a site is laid over the nation's"
mkdir -p "$work/site/dk/tables"
cat >"$work/site/dk/tables/sks-icd10.yaml" <<'END'
table: dk/sks-icd10
extends: dk/sks-icd10
why: "a row that stands for a licensed table"
rows:
  - { from: "R05", to: "R05", relation: equivalent }
END
run 0 convert --mappings "$source_folder/mappings" --mappings "$work/site" -o "$work/icpc.json" "$fixtures/condition-list-degenerate.json"
grep -q '"system":"http://hl7.org/fhir/sid/icd-10","code":"R05"' "$work/icpc.json" || complain "the site's row is not used"
run 0 convert -o "$work/icpc.json" "$fixtures/condition-list-degenerate.json"
grep -q '"system":"http://hl7.org/fhir/sid/icd-10"' "$work/icpc.json" && complain "ICPC-2 R05 became ICD-10 without a row"
err_has "map-code-unmapped: the table dk/sks-icd10 has no row for this code of urn:oid:1.2.208.176.2.31: the source code is kept, found 'R05'"

finish
