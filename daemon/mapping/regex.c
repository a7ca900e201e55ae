/* SPDX-License-Identifier: EUPL-1.2 */
/* See regex.h. The limits are PCRE2's own, set low: a rule looks at a short text of a hostile document. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "mapping/regex.h"

#include "base/alloc.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#define MATCH_LIMIT 100000
#define HEAP_LIMIT 1024		/* KiB */

struct regex {
	pcre2_code *code;
	pcre2_match_context *context;
};

struct regex *
regex_new(const char *pattern, char *problem, size_t size)
{
	const uint32_t options = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C;
	struct regex *regex;
	PCRE2_SIZE at;
	pcre2_code *code;
	int number;

	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &number, &at, NULL);
	if (code == NULL) {
		PCRE2_UCHAR text[200];

		pcre2_get_error_message(number, text, sizeof(text));
		snprintf(problem, size, "%s, at character %zu", (const char *)text, (size_t)at + 1);
		return NULL;
	}
	regex = must_alloc(sizeof(*regex));
	regex->code = code;
	regex->context = pcre2_match_context_create(NULL);
	must(regex->context != NULL);
	pcre2_set_match_limit(regex->context, MATCH_LIMIT);
	pcre2_set_heap_limit(regex->context, HEAP_LIMIT);
	return regex;
}

void
regex_free(struct regex **regex)
{
	if (*regex == NULL)
		return;
	pcre2_match_context_free((*regex)->context);
	pcre2_code_free((*regex)->code);
	free(*regex);
	*regex = NULL;
}

int
regex_matches(const struct regex *regex, const char *text)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int result;

	must(data != NULL);
	result = pcre2_match(regex->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, data,
	    regex->context);
	pcre2_match_data_free(data);
	if (result == PCRE2_ERROR_NOMATCH)
		return 0;
	return result >= 0 ? 1 : -1;
}
