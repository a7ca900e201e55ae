#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl validate: FHIR documents as they are.
. "${top_srcdir:-.}/tests/ctl/common.sh"

"$ehdsctl" convert -o "$work/good.json" documents/note.xml 2>/dev/null
"$ehdsctl" convert -o "$work/good.xml" --as fhir-xml documents/note.xml 2>/dev/null
"$ehdsctl" convert -o "$work/bad.json" documents/incomplete.xml 2>/dev/null
printf '{"resourceType":' >"$work/broken.json"

it "a good document is exit status 0, in either form"
run 0 validate --level error "$work/good.json" "$work/good.xml"
err '2 conformant, 0 not conformant'

it "a document that does not conform is exit status 1, with the line and the path"
run 1 validate "$work/bad.json"
err_has "$work/bad.json:1"
err_has ' (at Bundle.entry[0].resource'

it "JSON that cannot be read is exit status 1"
run 1 validate "$work/broken.json"
err_has "$work/broken.json:1"

it "--format json is an OperationOutcome, and a list for several files"
run 1 validate --format json "$work/bad.json"
out_has '"resourceType": "OperationOutcome"'
silent err
run 1 validate --format json "$work/bad.json" "$work/good.json"
python3 -c 'import json, sys; assert [sorted(x) for x in json.load(sys.stdin)] == [["file", "outcome"]] * 2' <"$work/out" ||
	complain "not a list of two"

it "--format junit counts the failures"
run 1 validate --format junit "$work/bad.json" "$work/good.json"
out '<testsuite name="ehdsctl validate" tests="2" failures="1">'
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.stdin)' <"$work/out" || complain "no XML"

# A package of our own: one profile that wants a Bundle to have a total.
mkdir -p "$work/package"
cat >"$work/package/package.json" <<'END'
{ "name": "example.total", "version": "1.0.0", "license": "EUPL-1.2", "fhirVersions": ["4.0.1"] }
END
cat >"$work/package/StructureDefinition-total.json" <<'END'
{ "resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/total", "version": "1.0.0",
  "name": "Total", "status": "active", "kind": "resource", "abstract": false, "type": "Bundle", "derivation": "constraint",
  "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Bundle",
  "snapshot": { "element": [ { "id": "Bundle", "path": "Bundle", "min": 0, "max": "*" },
    { "id": "Bundle.total", "path": "Bundle.total", "min": 1, "max": "1", "type": [ { "code": "unsignedInt" } ] } ] } }
END
it "a package of the command line serves for this run"
run 1 validate --package "$work/package" --profile http://example.org/StructureDefinition/total "$work/good.json"
err_has 'Bundle.total'
run 2 validate --package "$work/good.json" "$work/good.json"
err_has 'package-read'
[ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'ehdsctl-*' -newer "$work/package" 2>/dev/null)" ] || complain "a folder is left behind"

it "wrong words are wrong usage"
run 2 validate
err 'ehdsctl validate: no FILE given'
run 2 validate --format pdf "$work/good.json"
err "ehdsctl validate: --format 'pdf' is unknown, expected one of text, json, junit"
run 2 validate "$work/nowhere.json"
err_has 'error: file-read: cannot open: No such file or directory'

finish
