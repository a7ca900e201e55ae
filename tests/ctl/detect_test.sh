#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl detect: which pack, and why not the others.
. "${top_srcdir:-.}/tests/ctl/common.sh"

it "names the pack, and for the others the rule that failed"
run 0 detect documents/note.xml
out 'documents/note.xml: xx/note: Note'
out_has '  not xx/letter: '

it "is quiet when asked"
run 0 detect -q documents/note.xml
out 'documents/note.xml: xx/note: Note'
[ "$(wc -l <"$work/out")" -eq 1 ] || complain "more than one line"

it "says that a pack refuses"
run 1 detect documents/letter.xml
out 'documents/letter.xml: xx/letter: refused: letters are for people'

it "says what a document is that no pack takes"
run 1 detect documents/unknown.xml
err_has 'documents/unknown.xml:1: error: detect-unknown: '

it "goes on after a document that is broken"
run 1 detect documents/broken.xml documents/note.xml
err_has 'documents/broken.xml:1'
out 'documents/note.xml: xx/note: Note'

it "wants a file that is there"
run 2 detect
err 'ehdsctl detect: no FILE given'
run 2 detect documents/nowhere.xml
err 'documents/nowhere.xml: error: file-read: cannot open: No such file or directory'

finish
