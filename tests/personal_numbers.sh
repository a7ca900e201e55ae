#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# See personal_numbers.py.
command -v python3 >/dev/null || exit 77
source_folder=$(cd "${top_srcdir:-.}" && pwd)
exec python3 "$source_folder/tests/personal_numbers.py" "${top_builddir:-.}/ehdsctl" "$source_folder/mappings" \
	"$source_folder/tests/fixtures/dk/xrpt01-corrected.xml"
