#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The bash completion offers what ehdsctl knows: verbs, options, packs, and the words of options.
. "${top_srcdir:-.}/tests/ctl/common.sh"
command -v bash >/dev/null || { echo "no bash"; exit 77; }

cat >"$work/complete.bash" <<'END'
compopt() { :; }
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_ehdsctl
printf '%s\n' "${COMPREPLY[@]}"
END

# complete WORDS...: what is offered for the last one.
complete() {
	bash "$work/complete.bash" "$top_srcdir/autotools/ehdsctl.bash" "$ehdsctl" "$@" >"$work/out" 2>"$work/err" ||
		complain "bash failed"
	silent err
}

it "the first word is a verb"
complete ''
out convert
out status
out --version
complete conv
out convert
[ "$(wc -l <"$work/out")" -eq 1 ] || complain "more than one"

it "help takes a verb"
complete help val
out validate

it "a verb has its options"
complete convert --
out --outcome
out --mappings
complete status --
out --control

it "packs come from the mappings folders"
complete convert --from ''
out xx/note
out xx/letter

it "options that know their words offer them"
complete convert --as ''
out fhir-xml
complete validate --format j
out junit
complete convert --level ''
out warning
complete queue -s h
out held

it "everything else is a file"
complete convert documents/n
out documents/note.xml

finish
