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
	log=$top_builddir/$state/ehdsd.log
	[ -s "$log" ] && { echo "The daemon's log ends with:" >&2; tail -n 5 "$log" >&2; }
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

documents=$(cd "$top_srcdir" && find tests/fixtures/[a-z][a-z] ../shared/samples/fr/ps -name '*.xml' 2>/dev/null | sort)
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

cd "$top_srcdir" || exit 2
run=$top_builddir/$state

head_line "A peer that will take what is forwarded, and the daemon"
printf '$ ehdsctl receive --at %s --into %s/received &\n' "$receive" "$state"
ehdsctl receive --at "$receive" --into "$run/received" >"$run/receive.log" 2>&1 &
peer=$!
printf '$ ehdsd -c %s/ehdsd.yaml &\n' "$state"
ehdsd -c "$run/ehdsd.yaml" 2>"$run/ehdsd.log" &
daemon=$!
tries=0
# It answers at once and loads its mappings meanwhile: ready is when it has workers.
until timeout 5 ehdsctl status --control "$control" >"$run/status" 2>&1 && ! grep -q 'workers 0' "$run/status"; do
	kill -0 "$daemon" 2>/dev/null || fail "ehdsd did not start"
	tries=$((tries + 1))
	[ $tries -lt 150 ] || fail "ehdsd does not answer"
	sleep 0.2
done
printf '$ ehdsctl status --control %s\n' "$control"
grep -E '^(version|mappings|processes|peer) ' "$run/status"

head_line "A sender: a receipt when the document is on disk, an outcome when the peer has the result"
printf '$ ehdsctl send --wait --to %s FILES\n' "$listen"
# shellcheck disable=SC2086 # a list of names without blanks
timeout 120 ehdsctl send --to "$listen" --wait $documents >"$run/send.log" 2>"$run/send.findings"
printf '%-30s %-36s  %-10s %-24s %9s\n' document receipt outcome pack bytes
awk -v folder="$run/received" '
	{ name = $1; sub(/:$/, "", name); sub(/.*\//, "", name) }
	$2 == "received" { receipt[name] = $3; order[++count] = name; next }
	{ outcome[name] = $2; pack[name] = $4 }
	END {
		for (i = 1; i <= count; i++) {
			name = order[i]
			size = "-"
			command = "wc -c 2>/dev/null <\047" folder "/" receipt[name] ".json\047"
			command | getline size
			close(command)
			printf "%-30s %-36s  %-10s %-24s %9s\n", name, receipt[name],
				outcome[name] == "" ? "none yet" : outcome[name], pack[name], size
		}
	}' "$run/send.log"
if grep -q ': error: ' "$run/send.findings"; then
	echo "and why some are refused (shortened):"
	sed -n 's|^\([^ ]*/\)\{0,1\}\([^/ ]*: error: .*\)|  \2|p' "$run/send.findings" | cut -c 1-150
fi
count=$(find "$run/received" -name '*.json' | wc -l)
[ "$count" -gt 0 ] || { cat "$run/send.log" "$run/send.findings" >&2; fail "the peer got nothing"; }

head_line "A document that nobody can convert gets an answer too"
show ehdsctl send --to "$listen" --wait tests/ctl/documents/unknown.xml

head_line "Do the results conform to R4 and the profiles of HL7 Europe?"
printf '$ ehdsctl validate --level error %s/received/*.json\n' "$state"
timeout 120 ehdsctl validate --level error "$run"/received/*.json || fail "some do not"

# The daemon says to a document without a date of its own when it was received.
today=$(date -u +%Y-%m-%dT%H:%M:%SZ)
head_line "What became of each clinical statement? Nothing is lost without a word"
printf '$ ehdsctl explain --ledger FILES\n'
# shellcheck disable=SC2086
timeout 120 ehdsctl explain --date "$today" --ledger $documents >"$run/ledger" 2>/dev/null
awk '/^all [0-9]+ documents/ { found = 1 }
	!found { next }
	/^codes by table/ { print "codes without an equivalent, which keep their national code or text:"; print; rows = 1; next }
	rows && $3 + $4 == 0 { whole++; next }
	{ print }
	END { printf "  and %d tables that translated every code\n", whole }' "$run/ledger"

head_line "Where does an element come from? Source line, stylesheet line, table row"
example=tests/fixtures/fr/ips-codes.xml
[ -f $example ] || example=${documents%% *}
printf '$ ehdsctl explain %s\n' "$example"
timeout 60 ehdsctl explain --date "$today" "$example" 2>/dev/null >"$run/explain"
grep -E '\.yaml:|\.tsv:' "$run/explain" | grep -E '\.(code|display) = ' | tail -n 5
printf '  ... and %s more\n' "$(($(wc -l <"$run/explain") - 5))"

stop
head_line "Stopped"
echo "$count converted documents lie in $state/received, the journal in $state/journal, the log is $state/ehdsd.log"
echo "(all below $top_builddir)."
