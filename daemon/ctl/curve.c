/* SPDX-License-Identifier: EUPL-1.2 */
/* See curve.h. */
#include "ctl/curve.h"

#include "ctl/console.h"
#include "ctl/verbs.h"
#include "wire/endpoint.h"

int
curve_option(struct curve_options *options, const struct command *command, int letter, const char *value)
{
	struct ehds_error error = { 0 };
	int result;

	if (letter == OPTION_OTHER && options->other_count == CURVE_ALLOWED) {
		command_wrong(command, "at most %d keys of others", CURVE_ALLOWED);
		return -1;
	}
	if (letter == OPTION_KEY) {
		result = keys_load(&options->own, value, &error);
		options->has_own = result == 0;
	} else {
		result = keys_public(options->others[options->other_count], value, &error);
		options->allowed[options->other_count] = options->others[options->other_count];
		options->other_count += result == 0;
	}
	if (result != 0)
		console_error(&error);
	return result;
}

int
curve_check(const struct curve_options *options, const struct command *command, const char *endpoint,
    const char *other)
{
	if (options->has_own != (options->other_count > 0))
		return command_wrong(command, options->has_own ? "whom to trust? --key needs --%s"
		    : "--%s needs --key: own keys, made by 'ehdsctl keygen'", other);
	if (!options->has_own && !endpoint_is_local(endpoint))
		return command_wrong(command,
		    "'%s' can be reached from other machines: give --key and --%s", endpoint, other);
	return CTL_DONE;
}
