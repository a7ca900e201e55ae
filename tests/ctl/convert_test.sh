#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl convert: where results go, what is said, and with which exit status.
. "${top_srcdir:-.}/tests/ctl/common.sh"

it "a converted document goes to standard output as one line of JSON"
run 0 convert documents/note.xml
[ "$(wc -l <"$work/out")" -eq 1 ] || complain "not one line"
out_has '{"resourceType":"Bundle"'
err_has 'documents/note.xml:5: warning: map-code-unmapped: '
cp "$work/out" "$work/note.json"

it "the same bytes give the same bytes"
run 0 convert documents/note.xml
same "$work/out" "$work/note.json"

it "standard input is a document too"
"$ehdsctl" convert - <documents/note.xml >"$work/stdin.json" 2>/dev/null || complain "exit status $?"
same "$work/stdin.json" "$work/note.json"

it "XML is written when asked for"
run 0 convert --as fhir-xml documents/note.xml
out_has '<Bundle xmlns="http://hl7.org/fhir">'

it "--pretty indents"
run 0 convert --pretty documents/note.xml
out '  "resourceType": "Bundle",'

it "findings under the level are not shown"
run 0 convert --level error documents/note.xml
silent err

it "a file is written, and the outcome beside it"
run 0 convert -o "$work/one.json" --outcome "$work/one.outcome" documents/note.xml
silent out
printf '%s\n' "$(cat "$work/one.json")" >"$work/one"
same "$work/one" "$work/note.json"
grep -q '"resourceType": "OperationOutcome"' "$work/one.outcome" || complain "no OperationOutcome"

it "a refused document leaves no file, not even an old one"
run 1 convert -o "$work/one.json" documents/letter.xml
err 'documents/letter.xml: error: detect-refused: Letter: letters are for people'
gone "$work/one.json"

it "a document that no pack takes is refused"
run 1 convert documents/unknown.xml
err_has 'documents/unknown.xml:1: error: detect-unknown: '
silent out

it "broken XML is refused with its place"
run 1 convert documents/broken.xml
err_has 'documents/broken.xml:1:'
silent out

it "a document that does not conform is held: written, and exit status 1"
run 1 convert -o "$work/held.json" documents/incomplete.xml
there "$work/held.json"
err_has 'error: '

it "several documents go to a folder, with a summary"
run 1 convert -o "$work/folder" -O "$work/outcomes" documents/*.xml
there "$work/folder/note.json"
there "$work/folder/incomplete.json"
gone "$work/folder/letter.json"
there "$work/outcomes/letter.outcome.json"
err '1 converted, 3 refused, 1 held'

it "several documents on standard output are a JSON document a line"
run 0 convert documents/note.xml documents/note.xml
[ "$(wc -l <"$work/out")" -eq 2 ] || complain "not two lines"
err '2 converted, 0 refused, 0 held'
run 2 convert --as fhir-xml documents/note.xml documents/letter.xml
err 'ehdsctl convert: several documents as XML need a folder: -o DIR'
run 2 convert --pretty documents/note.xml documents/letter.xml
err 'ehdsctl convert: several documents with --pretty need a folder: -o DIR'

it "a document is never replaced by its own result"
cp documents/note.xml "$work/own.xml"
run 2 convert -o "$work/own.xml" "$work/own.xml"
err "ehdsctl convert: $work/own.xml would be replaced by its own result"
same documents/note.xml "$work/own.xml"

it "a pack can be named"
run 0 convert --from xx/note --level error documents/note.xml
run 2 convert --from xx/noet documents/note.xml
err "ehdsctl convert: there is no pack 'xx/noet', did you mean 'xx/note'?"
run 2 convert --from elephant documents/note.xml
err "ehdsctl convert: there is no pack 'elephant'"

it "the date is an instant"
run 0 convert --date 2026-11-22T10:00:00.5+01:00 --level error documents/note.xml
run 2 convert --date 2026-11-22 documents/note.xml
err "ehdsctl convert: --date '2026-11-22' is no instant, expected like 2026-11-22T10:00:00+01:00"

it "wrong words are wrong usage"
run 2 convert
err 'ehdsctl convert: no FILE given'
run 2 convert --as fhir-jsn documents/note.xml
err "ehdsctl convert: --as 'fhir-jsn' is unknown, did you mean 'fhir-json'?"

it "a file that is not there has exit status 2, and the others are converted all the same"
run 2 convert --level error documents/nowhere.xml documents/note.xml
err 'documents/nowhere.xml: error: file-read: cannot open: No such file or directory'
err '1 converted, 0 refused, 0 held, 1 not read'

it "mappings that are not there are exit status 2"
run 2 convert --mappings "$work/nowhere" documents/note.xml
err "ehdsctl: there is no folder of mappings $work/nowhere; name it with --mappings or EHDS_MAPPINGS"

it "a conformance folder that is not there is exit status 2"
run 2 convert --conformance "$work/nowhere" documents/note.xml
err_has "$work/nowhere"

it "a result that cannot be written is exit status 2"
run 2 convert --level error -o "$work/no/such/folder.json" documents/note.xml
err_has 'error: file-write: cannot write: No such file or directory'

finish
