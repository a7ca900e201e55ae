#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Mutants of our own patient summary. With EHDS_SAMPLES (a folder with eps-valid/ and ig-examples/GUIDE/ of the European guides) also of
# those, at least 200 for each guide; that takes a minute and needs tests/turn (make tests/turn).
top=${top_srcdir:-.}
command -v python3 >/dev/null || exit 77
set -e
mutants() { python3 "$top/tests/conform/mutants.py" ./ehdsctl "$top/conformance" "$@"; }

mutants "eps=$top/conformance/cases/patient-summary.xml" --each 8 --least 100
[ -n "$EHDS_SAMPLES" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Samples with an error of their own are no originals; the largest are over the limit of a message in XML.
good() { ./ehdsctl validate --conformance "$top/conformance" --level error "$1" 2>/dev/null; }
set --
for guide in eps lab ips hdr img mpd; do
	files=
	for file in "$EHDS_SAMPLES/$guide"-valid/*.xml "$EHDS_SAMPLES/ig-examples/$guide"/*.json; do
		copy=$work/$guide-$(basename "${file%.*}").xml
		case $file in
		*.json) ./tests/turn xml "$file" >"$copy" 2>/dev/null || continue ;;
		*) cp "$file" "$copy" 2>/dev/null || continue ;;
		esac
		good "$copy" && files=$files,$copy
	done
	set -- "$@" "$guide=${files#,}"
done
mutants "$@" --each 30 --least 200
