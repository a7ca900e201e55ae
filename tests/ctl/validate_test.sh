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

it "wrong words are wrong usage"
run 2 validate
err 'ehdsctl validate: no FILE given'
run 2 validate --format pdf "$work/good.json"
err "ehdsctl validate: --format 'pdf' is unknown, expected one of text, json, junit"
run 2 validate "$work/nowhere.json"
err_has 'error: file-read: cannot open: No such file or directory'

finish
