#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# The instructions of each step, counted by callgrind, and their ratio to those of libxml2's parse and free of the same file.
# The counts are repeatable where times are not; they leave out what waiting for memory costs.
#
#	bench/count.sh BENCH MAPPINGS CONFORMANCE FILE...

set -eu
command -v valgrind >/dev/null || { echo "bench: no valgrind here, so no instructions are counted"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bench=$1
shift
valgrind -q --tool=callgrind --callgrind-out-file="$dir/out" --zero-before=counted --dump-after=counted \
	"$bench" --count "$@" >"$dir/steps"
# Each call leaves one numbered dump; the second call of each step counts.
at=0
while IFS='	' read -r file step; do
	at=$((at + 2))
	printf '%s\t%s\t%s\n' "${file##*/}" "$step" "$(sed -n 's/^totals: //p' "$dir/out.$at")"
done <"$dir/steps" | awk -F '\t' '
	$1 != last { printf "\n%s\n  %-26s %14s %8s\n", $1, "step", "instructions", "ratio"; bare = $3; last = $1 }
	{ printf "  %-26s %14d %8.2f\n", $2, $3, $3 / bare }'
[ -z "${BENCH_KEEP:-}" ] || cp "$dir"/out.* "$BENCH_KEEP"
