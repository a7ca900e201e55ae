#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# `make bench`: the converter against bare libxml2, step by step, on the largest documents; then all of them through the
# daemon. Documents: BENCH_FILES if set, else the project's fixtures and, where they are there, samples beside the source
# tree. BENCH_DOCUMENTS: how many go through the daemon.

set -eu
mappings=$top_srcdir/mappings
conformance=-
[ -d "$top_srcdir/conformance" ] && conformance=$top_srcdir/conformance
fixtures=$(find "$top_srcdir"/tests/fixtures/[a-z][a-z] -name '*.xml' 2>/dev/null | sort)
samples=$(find "$top_srcdir/../shared/samples/fr/ps" -name '*.xml' 2>/dev/null | sort)
files=${BENCH_FILES:-$fixtures}
[ -n "$files" ] || { echo "bench: no documents" >&2; exit 1; }
# shellcheck disable=SC2086 # lists of names
{
	"$top_builddir/bench/bench" "$mappings" "$conformance" ${BENCH_FILES:-$samples $(ls -S $fixtures | head -n 3)}
	"$top_builddir/bench/daemon" "$top_builddir/ehdsd" "$mappings" "$conformance" "${BENCH_DOCUMENTS:-20000}" $files
}
