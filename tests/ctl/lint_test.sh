#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl lint: what the daemon would say at its start.
. "${top_srcdir:-.}/tests/ctl/common.sh"

it "good mappings are exit status 0 with a summary"
run 0 lint mappings
out_has '0 errors, '
out_has '; 2 packs, generation '

it "a folder may come from the option or the environment too"
run 0 lint --mappings mappings
run 0 lint

it "is quiet when asked"
run 0 lint -q
silent out

it "a mistake has its file, line and column, and exit status 2"
cp -R mappings "$work/bad"
sed 's/otherwise: keep-source/otherwise: keep-sauce/' mappings/xx/tables/kind.yaml >"$work/bad/xx/tables/kind.yaml"
run 2 lint "$work/bad"
err_has 'xx/tables/kind.yaml:5:12: error: '
out_has ' errors, '

it "a folder that is not there is exit status 2"
run 2 lint "$work/nowhere"
err "ehdsctl: there is no folder of mappings $work/nowhere; name it with --mappings or EHDS_MAPPINGS"

it "so many folders are a mistake"
run 2 lint a b c d e f g h i j k l m n o p q
err 'ehdsctl lint: more than 16 folders of mappings'

finish
