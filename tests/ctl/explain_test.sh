#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl explain: where each element comes from, and what became of each statement.
. "${top_srcdir:-.}/tests/ctl/common.sh"

# Line 4 of the document is the first fact, line 39 of the stylesheet its ehds:concept, line 8 of the table the row of A1.
it "an element has its source line, stylesheet line and table row"
run 0 explain documents/note.xml
out_has '.code.coding[0].code = a-one <- documents/note.xml:4, xx/note/note.xsl:39 concept, xx/tables/kind.yaml:8'

it "one element can be asked for"
run 0 explain documents/note.xml 'Bundle.type'
out_has 'Bundle.type = document <- '
[ "$(wc -l <"$work/out")" -eq 1 ] || complain "more than one line"

it "so can all that is below one"
run 0 explain documents/note.xml 'Bundle.identifier'
out_has 'Bundle.identifier.system = urn:ietf:rfc:3986'
out_has 'Bundle.identifier.value = urn:uuid:'

it "an element that is not there says where the way ends"
run 1 explain documents/note.xml 'Bundle.identifier.period'
err "ehdsctl explain: the result of documents/note.xml has no element Bundle.identifier.period; the way there ends at Bundle.identifier"

it "a FHIRPATH may look for elements"
run 0 explain documents/note.xml 'Bundle.entry.resource.ofType(Patient).name'
out_has '.name[0].family = Example <- documents/note.xml:3, '
[ "$(wc -l <"$work/out")" -eq 1 ] || complain "more than one line"
run 0 explain documents/note.xml 'Bundle.entry[0].resource.subject.resolve()' 'Bundle.entry.count()'
out 'Bundle.entry.count() = 5'

it "a FHIRPATH that is none is wrong usage"
run 2 explain documents/note.xml 'Bundle..entry'
err_has 'error: fhirpath-syntax: '

it "the ledger lists each statement, its fate, and the codes by table"
run 0 explain --ledger documents/note.xml
out 'documents/note.xml: xx/note'
out_has 'mapped'
out_has 'statements: 2 found, 2 mapped, 0 as text, 0 dropped'
out_has 'codes by table'

it "several documents have totals"
run 0 explain --ledger documents/note.xml documents/incomplete.xml
out 'all 2 documents'
out_has 'statements: 4 found, 4 mapped, 0 as text, 0 dropped'

it "a refused document has nothing to explain"
run 1 explain documents/letter.xml
err 'documents/letter.xml: error: detect-refused: Letter: letters are for people'
silent out

it "wrong words are wrong usage"
run 2 explain
err 'ehdsctl explain: no FILE given'
run 2 explain --date today documents/note.xml
err "ehdsctl explain: --date 'today' is no instant, expected like 2026-11-22T10:00:00+01:00"
run 2 explain --from xx/noet documents/note.xml
err "ehdsctl explain: there is no pack 'xx/noet', did you mean 'xx/note'?"

finish
