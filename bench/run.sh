#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# `make bench`: the converter against bare libxml2, then documents through the daemon. Documents: BENCH_FILES if set,
# else the project's fixtures and, where they are there, samples beside the source tree.

set -eu
mappings=$top_srcdir/mappings
conformance=-
[ -d "$top_srcdir/conformance" ] && conformance=$top_srcdir/conformance
files=${BENCH_FILES:-$(find "$top_srcdir/tests/fixtures" "$top_srcdir/../shared/samples/fr/ps" -name '*.xml' 2>/dev/null | sort)}
[ -n "$files" ] || { echo "bench: no documents" >&2; exit 1; }
# shellcheck disable=SC2086 # a list of names
"$top_builddir/bench/bench" "$mappings" "$conformance" $files
# shellcheck disable=SC2086
"$top_builddir/bench/daemon" "$top_builddir/ehdsd" "$mappings" "$conformance" "${BENCH_DOCUMENTS:-20000}" $files
