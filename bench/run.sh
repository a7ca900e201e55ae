#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# `make bench`: the converter against bare libxml2, step by step on the largest documents and in a line for each document
# type; validation of FHIR documents, and the same by a validator in JavaScript where there is one; then all documents through
# the daemon. Documents: BENCH_FILES if set, else the samples beside the source tree where they are there, else the project's
# fixtures. BENCH_SAMPLES: their folder. BENCH_DOCUMENTS: how many go through the daemon. `make bench-count`: the steps in
# instructions, which a busy machine does not change (valgrind).

set -eu
mappings=$top_srcdir/mappings
conformance=-
[ -d "$top_srcdir/conformance" ] && conformance=$top_srcdir/conformance
shared=${BENCH_SAMPLES:-$top_srcdir/../shared/samples}
judge=$shared/../tools/judge/judge.sh
fixtures=$(find "$top_srcdir"/tests/fixtures/[a-z][a-z] -name '*.xml' 2>/dev/null | sort)
summaries=$(find "$shared/fr/ps" -name '*.xml' 2>/dev/null | sort)
files=${BENCH_FILES:-$fixtures}
[ -n "$files" ] || { echo "bench: no documents" >&2; exit 1; }
# shellcheck disable=SC2086 # lists of names
largest=${BENCH_FILES:-$summaries $(ls -S $fixtures | head -n 3)}

if [ "${1:-}" = count ]; then
	# shellcheck disable=SC2086
	exec sh "$top_srcdir/bench/count.sh" "$top_builddir/bench/bench" "$mappings" "$conformance" $largest
fi

# Milliseconds of one command, to a tenth.
milliseconds() {
	from=$(date +%s%N)
	"$@" >/dev/null 2>&1 || :
	echo "$((($(date +%s%N) - from) / 100000))" | sed 's/.$/.&/'
}

# The same files in the same run. Inside the process: the best of several times over, so that both are warm.
peer() {
	command -v node >/dev/null && [ -x "$judge" ] && [ "$conformance" != - ] || return 0
	printf '\n%-46s %10s %10s %8s %12s %12s\n' 'against JavaScript, ms' 'ehdsd' 'JavaScript' 'times' 'process' 'process'
	for file in "$@"; do
		ours=$("$top_builddir/bench/validate" --ms "$conformance" "$file")
		theirs=$("$judge" --tools medplum,walk,refs --jobs 1 --json "$file" "$file" "$file" "$file" "$file" "$file" "$file" "$file" |
			sed -n 's/^ *"ms": \([0-9]*\).*/\1/p' | sort -n | head -n 1)
		printf '%-46.46s %10s %10s %8s %12s %12s\n' "${file##*/}" "$ours" "$theirs" \
			"$(awk "BEGIN { printf \"%.1f\", $theirs / $ours }")" \
			"$(milliseconds "$top_builddir/ehdsctl" validate --conformance "$conformance" "$file")" \
			"$(milliseconds "$judge" --tools medplum,walk,refs --jobs 1 "$file")"
	done
	echo 'ehdsd, JavaScript: inside one warm process; process: a whole run with the load of all facts'
}

# Patient summaries of the guide's size, 150 to 200 KB.
guides=$(find "$shared/eu/eps-valid" -name '*.xml' -size +150k -size -200k 2>/dev/null | sort | head -n 4)
types=$files
[ -n "${BENCH_FILES:-}" ] || [ ! -d "$shared/fr" ] || types=$(find "$shared/fr" "$shared/dk" -type f -name '*.xml' | sort)
# shellcheck disable=SC2086 # lists of names
{
	"$top_builddir/bench/bench" "$mappings" "$conformance" $largest
	"$top_builddir/bench/bench" --types "$mappings" "$conformance" $types
	[ "$conformance" = - ] || "$top_builddir/bench/validate" "$conformance" "$conformance/cases/patient-summary.xml" $guides
	[ -z "$guides" ] || peer $guides
	"$top_builddir/bench/daemon" "$top_builddir/ehdsd" "$mappings" "$conformance" "${BENCH_DOCUMENTS:-20000}" $files
}
