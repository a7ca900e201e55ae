#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# A document gives the same bytes in whatever encoding it comes: each one is written again in UTF-8, UTF-16, windows-1252
# and ISO-8859-1, with a declaration that says so, and in three ways that senders get it wrong; those are read too, and told.
#
#	encodings.sh [FOLDER...]	documents below these folders; default: the project's fixtures

set -u
command -v python3 >/dev/null || exit 77
source_folder=$(cd "${top_srcdir:-.}" && pwd)
ehdsctl=$(cd "${top_builddir:-.}" && pwd)/ehdsctl
export EHDS_MAPPINGS="$source_folder/mappings"
[ -d "$source_folder/conformance" ] && export EHDS_CONFORMANCE="$source_folder/conformance"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

complain() {
	failed=$((failed + 1))
	echo "FAIL $*"
}

[ $# -gt 0 ] || set -- "$source_folder"/tests/fixtures/[a-z][a-z]
find "$@" -name '*.xml' | sort >"$work/names"
count=$(wc -l <"$work/names")
[ "$count" -gt 0 ] || { echo "no documents"; exit 1; }
tr '\n' '\0' <"$work/names" | xargs -0 python3 "$source_folder/tests/reencode.py" "$work/in" || exit 1

for folder in "$work"/in/*; do
	variant=$(basename "$folder")
	"$ehdsctl" convert --level warning -o "$work/out/$variant" -O "$work/outcome/$variant" "$folder"/*.xml \
		>/dev/null 2>"$work/err.$variant"
	[ $? -lt 2 ] || complain "$variant: some cannot be converted at all"
done

for folder in "$work"/in/*; do
	variant=$(basename "$folder")
	for file in "$folder"/*.xml; do
		name=$(basename "$file" .xml).json
		one=$work/out/utf-8/$name other=$work/out/$variant/$name
		if [ -e "$one" ]; then
			cmp -s "$one" "$other" || complain "$variant: $name differs"
		elif [ -e "$other" ]; then
			complain "$variant: $name is converted, and refused as UTF-8"
		fi
		case $variant in
		wrong-undeclared) rule=xml-encoding-undeclared ;;
		wrong-*) rule=xml-encoding-declared ;;
		*) rule= ;;
		esac
		said=$(grep -F "$file:" "$work/err.$variant" | grep -o 'xml-encoding-[a-z]*' | sort -u)
		[ "$said" = "$rule" ] || complain "$variant: $name: told '$said', expected '$rule'"
	done
done
echo "encodings: $count documents, $(find "$work/in" -type f | wc -l) variants, $failed failed"
[ $failed -eq 0 ]
