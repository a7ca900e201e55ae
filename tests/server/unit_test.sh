#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# The systemd unit is as tight as it says: an exposure below 2.0 by systemd's own measure, without a running systemd.

set -eu
command -v systemd-analyze >/dev/null 2>&1 || { echo "no systemd-analyze here"; exit 77; }
unit=$(mktemp -d)/ehdsd.service
trap 'rm -r "$(dirname "$unit")"' EXIT
sed -e 's|@sbindir[@]|/bin|g' -e 's|@sysconfdir[@]|/etc|g' "$top_srcdir/autotools/ehdsd.service.in" >"$unit"
# The threshold is in tenths; older versions know no --offline.
systemd-analyze security --help 2>/dev/null | grep -q offline || { echo "systemd-analyze is too old"; exit 77; }
systemd-analyze security --offline=true --threshold=19 "$unit" >"$unit.out" 2>&1 || { cat "$unit.out"; exit 1; }
tail -1 "$unit.out"
