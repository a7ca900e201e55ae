#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# `make demo`: a daemon, a peer and a sender on this machine's loopback, and the project's own synthetic documents going
# through them. Everything lies under demo-state/ in the build folder; whatever was started is stopped at the end,
# also when something fails or is interrupted. Run by make, with top_srcdir and top_builddir set.

set -u
cd "$top_builddir" || exit 2
state=demo-state
daemon='' peer=''

PATH=$top_builddir:$PATH
EHDS_MAPPINGS=$top_srcdir/mappings
export PATH EHDS_MAPPINGS
conformance=
if [ -d "$top_srcdir/conformance" ]; then
	EHDS_CONFORMANCE=$top_srcdir/conformance
	export EHDS_CONFORMANCE
	conformance="conformance: $EHDS_CONFORMANCE"
fi

stop() {
	for process in $daemon $peer; do
		kill "$process" 2>/dev/null && wait "$process" 2>/dev/null
	done
	daemon='' peer=''
	[ -n "${sockets:-}" ] && rm -rf "$sockets"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

fail() {
	printf '\ndemo: %s\n' "$*" >&2
	[ -s "$state/ehdsd.log" ] && { echo "The daemon's log ends with:" >&2; tail -n 5 "$state/ehdsd.log" >&2; }
	exit 1
}
head_line() { printf '\n== %s\n' "$*"; }
# Shows a command as one would type it, then runs it; nothing may take longer than a minute.
show() {
	printf '$ %s\n' "$*"
	timeout 60 "$@" 2>&1
}

# The kernel gives a free port; the moment between asking and using it is short.
free_ports() {
	python3 -c '
import socket
sockets = [socket.socket() for _ in range(2)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])'
}

ports=$(free_ports) || fail "python3 is needed to find free ports"
listen=tcp://127.0.0.1:${ports% *}
receive=tcp://127.0.0.1:${ports#* }
rm -rf "$state"
mkdir -p "$state/received" || fail "cannot write to $PWD"
# A socket's path has room for 107 characters only, and a build folder may lie deep.
sockets=$(mktemp -d)
control=ipc://$sockets/control

documents=$(cd "$top_srcdir" && find tests/fixtures/fr ../shared/samples/fr/ps -name '*.xml' 2>/dev/null | sort)
[ -n "$documents" ] || fail "there are no documents to send"

cat >$state/ehdsd.yaml <<END
listen:   $listen
control:  $control
state:    $top_builddir/$state/journal
mappings: $top_srcdir/mappings
$conformance
workers:  2
routes:
  - match: {}
    to: [ neighbour ]
peers:
  neighbour: { connect: "$receive", as: fhir-json }
END

head_line "A daemon, and a peer that takes what it forwards"
printf '$ ehdsctl receive --at %s --into %s/received &\n' "$receive" "$state"
ehdsctl receive --at "$receive" --into "$state/received" >"$state/receive.log" 2>&1 &
peer=$!
printf '$ ehdsd -c %s/ehdsd.yaml &\n' "$state"
ehdsd -c "$state/ehdsd.yaml" 2>"$state/ehdsd.log" &
daemon=$!
tries=0
until timeout 5 ehdsctl status --control "$control" >"$state/status" 2>&1; do
	kill -0 "$daemon" 2>/dev/null || fail "ehdsd did not start"
	tries=$((tries + 1))
	[ $tries -lt 100 ] || fail "ehdsd does not answer"
	sleep 0.2
done
cat "$state/status"

head_line "A sender: receipts come when the document is on disk, outcomes when the peer has the result"
cd "$top_srcdir" || exit 2
# shellcheck disable=SC2086 # a list of names without blanks
show ehdsctl send --to "$listen" --wait $documents
cd "$top_builddir" || exit 2

head_line "Which pack took which document"
cd "$top_srcdir" || exit 2
# shellcheck disable=SC2086
show ehdsctl detect --quiet $documents
cd "$top_builddir" || exit 2

head_line "What the peer has"
ls -l "$state/received" | awk 'NR > 1 { printf "%9d bytes  '"$state"'/received/%s\n", $5, $9 }'
count=$(find "$state/received" -name '*.json' | wc -l)
[ "$count" -gt 0 ] || fail "the peer got nothing"

head_line "Do the results conform?"
show ehdsctl validate --level error "$state"/received/*.json

head_line "What became of each clinical statement: nothing is lost without a word"
cd "$top_srcdir" || exit 2
first=$(printf '%s\n' "$documents" | head -n 1)
# shellcheck disable=SC2086
timeout 60 ehdsctl explain --ledger $documents >"$top_builddir/$state/ledger" 2>/dev/null
printf '$ ehdsctl explain --ledger FILES\n'
awk '/^all [0-9]+ documents/ { found = 1 } found' "$top_builddir/$state/ledger"

head_line "And where each element comes from: source line, stylesheet line, table row"
printf '$ ehdsctl explain %s\n' "$first"
timeout 60 ehdsctl explain "$first" 2>/dev/null >"$top_builddir/$state/explain"
grep -E '\.(birthDate|family|code\.coding(\[0\])?\.code) = ' "$top_builddir/$state/explain" | head -n 6
printf '  ... %s lines in all\n' "$(wc -l <"$top_builddir/$state/explain")"
cd "$top_builddir" || exit 2

stop
head_line "Stopped"
echo "$count converted documents lie in $state/received, the journal in $state/journal, the daemon's log is $state/ehdsd.log."
