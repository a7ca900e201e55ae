#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl itself: help, versions, unknown words; and that manual and completion know every verb and option.
. "${top_srcdir:-.}/tests/ctl/common.sh"

it "no verb is wrong usage and shows the verbs"
run 2
err_has 'Usage: ehdsctl VERB'

it "help goes to standard output"
for word in help --help -h; do
	run 0 $word
	out_has 'Usage: ehdsctl VERB'
	silent err
done

it "the version is that of the package"
run 0 --version
out_has 'ehdsd '

it "an unknown verb names the nearest"
run 2 convrt
err "ehdsctl: 'convrt' is not a verb, did you mean 'convert'?"
run 2 elephant
err "ehdsctl: 'elephant' is not a verb"

it "an unknown verb has no help"
run 2 help elephant
err "ehdsctl: 'elephant' is not a verb"

run 0 help
verbs=$(sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' "$work/out")
it "there are verbs"
[ -n "$verbs" ] || complain "no verbs listed"

for verb in $verbs; do
	it "'help $verb' is '$verb --help'"
	run 0 help "$verb"
	cp "$work/out" "$work/help"
	run 0 "$verb" --help
	same "$work/out" "$work/help"
	out_has "Usage: ehdsctl $verb"

	it "the manual knows $verb and its options"
	grep -qE "^\.It Cm $verb( |\$)" "$top_srcdir/daemon/ctl/ehdsctl.1" || complain "ehdsctl.1 has no verb $verb"
	for option in $(sed -n 's/^\(  -[A-Za-z0-9], \|      \)--\([a-z-]*\).*/\2/p' "$work/help"); do
		[ "$option" = help ] ||
			grep -qE "Fl -$option( |\$)" "$top_srcdir/daemon/ctl/ehdsctl.1" ||
			complain "ehdsctl.1 does not know --$option of $verb"
	done

	it "$verb refuses an unknown option"
	run 2 "$verb" --no-such-option
	err "ehdsctl $verb: unknown option '--no-such-option'"
done

finish
