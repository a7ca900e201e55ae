# SPDX-License-Identifier: EUPL-1.2
# The frame of the tests that run ehdsctl: each expectation is a sentence, an exit status and what must be said.
# Mappings and documents are those below tests/ctl, made for these tests.

set -u
ehdsctl=$top_builddir/ehdsctl
here=$(cd "$top_srcdir/tests/ctl" && pwd)
unset EHDS_CONFORMANCE
EHDS_MAPPINGS=$here/mappings
export EHDS_MAPPINGS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here" || exit 2
failed=0 sentence=

# it SENTENCE: what the next expectations prove.
it() { sentence=$1; }

complain() {
	failed=$((failed + 1))
	printf 'FAIL %s: %s\n' "$sentence" "$*"
	# What a run said is shown once, however many expectations it fails.
	[ -e "$work/shown" ] && return
	cut -c 1-300 "$work/out" | head -n 20 | sed 's/^/	out: /'
	cut -c 1-300 "$work/err" | head -n 20 | sed 's/^/	err: /'
	: >"$work/shown"
}

# run STATUS ARGUMENTS...: runs ehdsctl and expects that exit status.
run() {
	wanted=$1
	shift
	rm -f "$work/shown"
	"$ehdsctl" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	[ $status -eq "$wanted" ] || complain "exit status $status, expected $wanted: ehdsctl $*"
}

# out TEXT, err TEXT: a line of standard output or error is exactly this. out_has, err_has: some line has this in it.
out() { grep -qxF -- "$1" "$work/out" || complain "standard output has no line '$1'"; }
err() { grep -qxF -- "$1" "$work/err" || complain "standard error has no line '$1'"; }
out_has() { grep -qF -- "$1" "$work/out" || complain "standard output has no '$1'"; }
err_has() { grep -qF -- "$1" "$work/err" || complain "standard error has no '$1'"; }
silent() { [ ! -s "$work/$1" ] || complain "standard $1 should be empty"; }
there() { [ -f "$1" ] || complain "there is no $1"; }
gone() { [ ! -e "$1" ] || complain "$1 should not be there"; }
same() { cmp -s "$1" "$2" || complain "$1 and $2 differ"; }

finish() {
	[ $failed -eq 0 ] && echo "all expectations hold"
	exit $((failed > 0))
}
