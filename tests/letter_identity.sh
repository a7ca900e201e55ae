#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Which letters are the same. MedCom: the number of a letter is unique for its sender; some senders write "???" where their
# location number stands.
set -u
source_folder=$(cd "${top_srcdir:-.}" && pwd)
ehdsctl=$(cd "${top_builddir:-.}" && pwd)/ehdsctl
export EHDS_MAPPINGS="$source_folder/mappings"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
letter=$source_folder/tests/fixtures/dk/xrpt01-corrected.xml

# identity SED-PROGRAM...: the identifier of the document that the letter becomes when it is edited so.
identity() {
	sed "$@" "$letter" >"$work/letter.xml"
	"$ehdsctl" convert --level error "$work/letter.xml" 2>/dev/null |
		sed 's/^{"resourceType":"Bundle","meta":{[^}]*},"identifier":{[^}]*"value":"\([^"]*\)".*/\1/'
}

expect() { # WHAT = OR != ONE OTHER
	case $3 in urn:uuid:*) ;; *) echo "FAIL $1: no identifier"; failed=1 ;; esac
	if [ "$3" = "$4" ]; then found="="; else found="!="; fi
	[ "$found" = "$2" ] || { echo "FAIL $1"; failed=1; }
}

sender='/<Sender>/,/<\/Sender>/'
as_it_is=$(identity -e '')
expect "the same letter twice is one" = "$as_it_is" "$(identity -e '')"
expect "the same number of another sender is another letter" != "$as_it_is" \
	"$(identity -e "$sender"'s/<EANIdentifier>[0-9]*/<EANIdentifier>5799999999999/')"
expect "another number of the sender is another letter" != "$as_it_is" "$(identity -e 's/<Identifier>9000/<Identifier>8000/')"
nobody=$(identity -e "$sender"'s/<EANIdentifier>[0-9]*/<EANIdentifier>???/')
expect "without a location number the sender's own number tells senders apart" != "$nobody" \
	"$(identity -e "$sender"'s/<EANIdentifier>[0-9]*/<EANIdentifier>???/' -e "$sender"'s/<Identifier>[0-9]*/<Identifier>7654321/')"
[ $failed -eq 0 ] && echo "letters: all hold"
exit $failed
