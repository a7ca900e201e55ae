#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl test: the cases beside the packs.
. "${top_srcdir:-.}/tests/ctl/common.sh"

it "cases that hold are exit status 0 with a count"
run 0 test
out_has '1 passed, 0 failed'

it "a case that does not hold names its file and line, what was found and what was expected"
cp -R mappings documents "$work/"
sed 's/equals: a-one/equals: a-two/' mappings/xx/note/cases/note.yaml >"$work/mappings/xx/note/cases/note.yaml"
run 1 test "$work/mappings"
err_has "xx/note/cases/note.yaml:7"
err_has "found 'a-one', expected 'a-two'"
out_has '0 passed, 1 failed'

finish
