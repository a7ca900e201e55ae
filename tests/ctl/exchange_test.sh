#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Terminology of others: what a table or a set can say of it, what is left out and listed, and back again. Relations: HL7 FHIR R4 4.0.1,
# ConceptMapEquivalence; SVS: IHE ITI TF-2, 3.48.
. "${top_srcdir:-.}/tests/ctl/common.sh"

it "a ConceptMap becomes a table of decisions, and what is none is listed"
run 0 import --name xx/colours -o "$work/colours.yaml" terminology/map.xml
sed "s/SHA-256: SHA/SHA-256: $(sha256sum terminology/map.xml | cut -d ' ' -f 1)/" terminology/map.yaml >"$work/expected.yaml"
diff "$work/expected.yaml" "$work/colours.yaml" >"$work/out" || complain "the table is another one"
err "terminology/map.xml:13: information: import-relation: the relation is called 'equivalent' in a table, found 'equal'"
err "terminology/map.xml:15: information: import-relation: the relation is called 'wider' in a table, found 'subsumes'"
err "terminology/map.xml:16: information: import-relation: the relation is called 'narrower' in a table, found 'specializes'"
err "terminology/map.xml:21: warning: import-left-out: a target that is 'relatedto': no relation of a table, found 'X'"
err "terminology/map.xml:22: warning: import-left-out: a target that is 'disjoint': no relation of a table, found 'D'"
err "terminology/map.xml:23: warning: import-left-out: a source code with several targets: a row is one decision, found 'T'"
err "terminology/map.xml:24: warning: import-left-out: a source code with several targets: a row is one decision, found 'E'"
err "terminology/map.xml:25: warning: import-left-out: a target that depends on other elements: a table looks at one code, found 'P'"
err "terminology/map.xml:26: warning: import-left-out: a source code without a target, found 'Z'"
err "terminology/map.xml:27: warning: import-left-out: what becomes of codes without a row: the table keeps the source's, found 'fixed'"

it "a table that goes out and comes back is the same table"
for form in fhir-json fhir-xml; do
	run 0 export --as $form -o "$work/map.out" "$work/colours.yaml"
	run 0 import --name xx/colours "$work/map.out"
	grep -v '^#\|^why' "$work/colours.yaml" >"$work/one"
	grep -v '^#\|^why' "$work/out" >"$work/two"
	same "$work/one" "$work/two"
done

it "rows can be laid over another table"
run 0 import --name xx/colours --extends xx/colours terminology/map.xml
out 'extends: "xx/colours"'
grep -q '^source\|^otherwise' "$work/out" && complain "the table over another says its systems anew"

it "what comes back is a resource of FHIR"
run 0 validate --level error "$work/map.out"

it "an SVS response becomes a set, with URIs where the naming knows them"
run 0 import --mappings "$top_srcdir/mappings" --name xx/jdv --licence "example licence" -o "$work/jdv.yaml" terminology/svs.xml
grep -qx '  - { code: "A1", display: "Première valeur" }' "$work/jdv.yaml" || complain "a code is missing"
grep -qx '  - { code: "2823-3", system: "http://loinc.org", display: "Potassium" }' "$work/jdv.yaml" || complain "LOINC is missing"
grep -qx 'url: "urn:oid:1.2.3.4.5"' "$work/jdv.yaml" || complain "the URL is missing"
grep -qx 'licence: "example licence"' "$work/jdv.yaml" || complain "the licence is missing"
err "terminology/svs.xml:6: warning: import-left-out: an attribute of codes that IHE SVS does not have: what it says is not carried, found 'dateFin'"
err "terminology/svs.xml:7: warning: import-left-out: an entry without a code, or with white space around it"

it "a set goes out as SVS and comes back"
run 0 export --as svs -o "$work/svs.out" "$work/jdv.yaml"
err "$work/jdv.yaml: warning: export-left-out: the system of codes is no OID, and IHE SVS has no other name for one, found 'http://loinc.org'"
run 0 import --name xx/jdv "$work/svs.out"
out '  - { code: "A1", display: "Première valeur" }'
out 'version: "20260101"'

it "a ValueSet of lists becomes a set without what it excludes; what is described is listed"
run 0 import --name xx/v -o "$work/v.yaml" terminology/valueset.json
grep -c 'code:' "$work/v.yaml" >"$work/out"
out 3
grep -qx '  - { code: "1E5", system: "http://example.org/other" }' "$work/v.yaml" || complain "the second system is missing"
grep -q old "$work/v.yaml" && complain "an excluded code is there"
err_has "import-left-out: codes that are described and not listed"
run 0 export -o "$work/v.json" "$work/v.yaml"
run 0 import --name xx/v "$work/v.json"
grep -v '^#\|^why\|^licence' "$work/v.yaml" >"$work/one"
grep -v '^#\|^why\|^licence' "$work/out" >"$work/two"
same "$work/one" "$work/two"

it "a CodeSystem becomes the set of its codes, at every level"
run 0 import --name xx/shade terminology/codesystem.json
out '  - { code: "pink" }'
out 'system: "http://example.org/shade"'

it "what was imported is taken by lint"
cp -r mappings "$work/mappings"
mkdir -p "$work/mappings/xx/tables" "$work/mappings/xx/sets"
cp "$work/colours.yaml" "$work/mappings/xx/tables/"
cp "$work/jdv.yaml" "$work/v.yaml" "$work/mappings/xx/sets/"
EHDS_MAPPINGS=$work/mappings "$ehdsctl" lint >"$work/out" 2>"$work/err"
grep 'error' "$work/err" >"$work/errors" && complain "lint finds errors"

it "what is no such resource is refused with its place"
run 1 import --name xx/a documents/note.xml
err_has 'documents/note.xml:2: error: import-resource: this is no ConceptMap, ValueSet or CodeSystem of FHIR and no RetrieveValueSetResponse'
printf '{"resourceType": "Patient"}' >"$work/patient.json"
run 1 import --name xx/a "$work/patient.json"
err_has "$work/patient.json:1: error: import-resource:"
printf '{"resourceType": "ConceptMap", "status": "active"}' >"$work/empty.json"
run 1 import --name xx/a "$work/empty.json"
err_has "error: import-empty: there is nothing in this ConceptMap that a table or a set can hold"
printf 'PK' >"$work/zip"
run 1 import --name xx/a "$work/zip"
silent out

it "wrong words are wrong usage"
run 2 import terminology/map.xml
err_has 'how is it to be called? --name FOLDER/NAME'
run 2 import --name ../evil terminology/map.xml
run 2 import --name xx/../../evil terminology/map.xml
run 2 import --name xx/a terminology/map.xml terminology/svs.xml
run 2 export --as svs "$work/colours.yaml"
err_has 'a table is no value set: IHE SVS cannot hold it'
run 2 export terminology/map.xml
run 2 export "$work/nowhere.yaml"

finish
