/* SPDX-License-Identifier: EUPL-1.2 */
/* The fields of a line, cut in place; see profile_line.h. */
#include "conform/profile_line.h"

#include "base/alloc.h"

#include <string.h>

int
facts_syntax(struct loading *loading, const char *text)
{
	return error_set(loading->error, EHDS_ERROR_CONFIG, "facts-syntax", loading->file, loading->line, 0, "%s", text);
}

void *
facts_keep(struct loading *loading, size_t size)
{
	void *memory = arena_alloc(loading->profiles->arena, size);

	must(memory != NULL);	/* the arena of the facts has no limit: they are ours */
	return memory;
}

/* The next field, unescaped in place; NULL at the end of the line. */
char *
facts_field(char **at)
{
	char *field = *at, *from, *to;

	if (field == NULL)
		return NULL;
	for (from = to = field; *from != '\0' && *from != '\t'; from++) {
		if (*from == '\\' && from[1] != '\0') {
			from++;
			*to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from;
		} else {
			*to++ = *from;
		}
	}
	*at = *from == '\t' ? from + 1 : NULL;
	*to = '\0';
	return field;
}

/* Splits at a separator in place into a NULL-terminated list; an empty text is an empty list. */
const char *const *
facts_list(struct loading *loading, char *text, char separator)
{
	size_t count = 1, i = 0;
	const char **list;
	char *at;

	for (at = text; *at != '\0'; at++)
		count += *at == separator;
	list = facts_keep(loading, (count + 1) * sizeof(*list));
	while (text != NULL && *text != '\0') {
		at = strchr(text, separator);
		list[i++] = text;
		if (at != NULL)
			*at++ = '\0';
		text = at;
	}
	return list;
}
