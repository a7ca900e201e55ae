#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# The layers of the house are rules about #include; this enforces them, and says file:line for each breach.
# Dependence goes downwards only; siblings do not see each other; one folder each for libzmq, libxslt and SQLite;
# one file through which XML bytes enter; and no country in C.

set -u
cd "${top_srcdir:-.}" || exit 2
broken=0

# report RULE: file:line:text lines on standard input are breaches of it.
report() {
	while IFS= read -r line; do
		printf '%s\n\t%s\n' "$line" "$1"
		broken=1
	done
	return $broken
}

sources() {
	find "$@" -name '*.[ch]' -o -name '*.inc'
}

# may_include FOLDER LAYER...: the project's headers that the files of daemon/FOLDER may include.
may_include() {
	folder=$1
	shift
	[ -d "daemon/$folder" ] || return 0
	allowed=$(printf '%s\n' "$@" | paste -sd '|' -)
	grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]*/' $(sources "daemon/$folder") /dev/null |
		grep -vE "include[[:space:]]+\"($allowed)/" |
		report "daemon/$folder may include $* only" || broken=1
}

# only_in WHAT PATTERN EXCEPT: lines that match the pattern in files whose names do not match EXCEPT.
only_in() {
	grep -nE "$2" $(sources daemon include 2>/dev/null) /dev/null | grep -vE "^($3)" |
		report "$1 only in $3" || broken=1
}

library='base format fhir mapping conform convert'

may_include base base
may_include format base format
may_include fhir base format fhir
may_include mapping base format fhir mapping
may_include conform base format fhir conform
may_include convert $library ehds
may_include journal base journal
may_include wire base format wire
may_include server $library journal wire server
may_include ctl $library journal wire ctl

only_in '<zmq.h>' 'include[[:space:]]*<zmq' 'daemon/(wire|server)/'
only_in '<libxslt/>' 'include[[:space:]]*<lib(e?xslt)/' 'daemon/mapping/'
only_in '<sqlite3.h>' 'include[[:space:]]*<sqlite3' 'daemon/journal/'
only_in 'xmlRead*, xmlCtxtRead*, xmlParse*' '(^|[^A-Za-z_])xml(Read|CtxtRead|Parse|CreatePushParser|TextReader)[A-Za-z]* *\(' \
	'daemon/format/xml[a-z_]*\.c'

# A country is a folder of mappings: its names and its arcs of object identifiers stand there, not in C.
countries='ci-?sis|medcom|oioxml|vansenvelope|\bfmk\b|\bddv\b|\bcpr\b|\bsks\b|\bnpu\b|\bfrench\b|\bfrance\b|\bdanish\b|\bdenmark\b|\bdansk|\besante\b|sundhed'
grep -niE "$countries|\b1\.2\.250\.|\b1\.2\.208\.|\"(fr|dk)/" $(sources daemon) /dev/null |
	grep -vE '^daemon/fhir/r4_table\.inc:' | report 'no country in C: say it in mappings/' || broken=1

grep -nE '\bINS\b' $(sources daemon) /dev/null | report 'no country in C: say it in mappings/' || broken=1

[ $broken -eq 0 ] && echo "layers: all rules hold"
exit $broken
