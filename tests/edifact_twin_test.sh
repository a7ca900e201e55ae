#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# tests/edifact_twin.py finds what a narrative lacks of an EDIFACT letter. The message: a word behind a release
# character (O?'Brien), a line that goes on, an empty line (a full stop alone), a colon that is text (?:).
set -u
command -v python3 >/dev/null || exit 77
here=${srcdir:-.}/tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

cat >"$work/message.edi" <<'EDI'
UNA:+.? '
UNH+1+MEDDIS'
CIN+DM+DE11:SKS:SST:Diabetes'
FTX+NC+P00++.:O?'Brien har \:to sting:Plan?: se igen.'
UNT+3+1'
EDI

document() { # NARRATIVE
	printf '{"resourceType": "Bundle", "entry": [{"resource": {"title": "igen.", "section": [{"text": {"div": "%s"}}]}}]}' "$1" >"$work/result.json"
}

expect() { # STATUS WHAT-IS-SAID ARGUMENT...
	status=$1 said=$2
	shift 2
	found=$(python3 "$here/edifact_twin.py" "$@" "$work/message.edi" "$work/result.json")
	if [ $? -ne "$status" ] || [ "$(echo "$found" | sed 's/.*result.json: //')" != "$said" ]; then
		echo "FAIL: $* said: $found"
		failed=1
	fi
}

document "<div><p>O'Brien har to<br/>sting</p>Plan: se igen.</div>"
expect 0 ""
# A word of the title is no word of the narrative.
document "<div><p>O'Brien har to<br/>sting</p>Plan: se</div>"
expect 1 "igen.: 1 times less than in $work/message.edi"
document "<div>O'Brien har to sting Plan: se igen. DE11 SKS SST Diabetes</div>"
expect 0 "" --segments FTX,CIN
document "<div>O'Brien har to sting Plan: se igen. DE11 SKS SST</div>"
expect 1 "Diabetes: 1 times less than in $work/message.edi" --segments CIN
found=$(python3 "$here/edifact_twin.py" --segments RFF "$work/message.edi" "$work/result.json")
[ $? -eq 1 ] && [ "$found" = "$work/message.edi: no free text in RFF" ] || { echo "FAIL: $found"; failed=1; }
exit $failed
