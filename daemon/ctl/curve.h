/* SPDX-License-Identifier: EUPL-1.2 */
/* What `send' and `receive' share: CURVE on their command line. */
#ifndef EHDS_CTL_CURVE_H
#define EHDS_CTL_CURVE_H

#include "ctl/command.h"
#include "wire/keys.h"

#define CURVE_ALLOWED 16	/* keys of others on one command line */

enum { OPTION_KEY = 1300, OPTION_OTHER };

/* --key FILE, and the other side's public key under the name that the verb gives it. */
#define CURVE_OPTIONS(other, help)                                                                     \
	{ OPTION_KEY, "key", "FILE", "own keys, made by 'ehdsctl keygen': speak CURVE" },              \
	{ OPTION_OTHER, other, "KEY|FILE", help }

struct curve_options {
	struct curve_keys own;
	bool has_own;
	char others[CURVE_ALLOWED][KEY_TEXT];
	const char *allowed[CURVE_ALLOWED];	/* the same, as a list */
	size_t other_count;
};

/* Takes one of the two options. Returns 0, or -1 when it was wrong and said so. */
int
curve_option(struct curve_options *options, const struct command *command, int letter, const char *value);

/*
 * Whether what was given makes sense for the endpoint: both or none, and both where other machines can
 * reach it. other: the name of that option. Returns CTL_DONE, or CTL_USAGE and said so.
 */
int
curve_check(const struct curve_options *options, const struct command *command, const char *endpoint,
    const char *other);

#endif
