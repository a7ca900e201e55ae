/* SPDX-License-Identifier: EUPL-1.2 */
/* The shapes of URI, OID and UUID. Declared in schema.h; naming asks the same questions of documents. */
#include "mapping/schema.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

bool
is_oid(const char *text)
{
	size_t arcs = 0;

	if (text[0] < '0' || text[0] > '2' || text[1] != '.')
		return false;
	for (;;) {
		size_t digits = strspn(text, "0123456789");

		if (digits == 0 || (digits > 1 && text[0] == '0'))
			return false;
		arcs++;
		text += digits;
		if (*text == '\0')
			return arcs >= 2;
		if (*text++ != '.')
			return false;
	}
}

bool
is_uuid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	if (strlen(text) != sizeof(shape) - 1)
		return false;
	for (i = 0; shape[i] != '\0'; i++)
		if (shape[i] == '-' ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

bool
is_uri(const char *text)
{
	const char *at = text;

	if (text_starts_with(text, "urn:oid:"))
		return is_oid(text + strlen("urn:oid:"));
	if (text_starts_with(text, "urn:uuid:"))
		return is_uuid(text + strlen("urn:uuid:"));
	if (!isalpha((unsigned char)*at))
		return false;
	while (isalnum((unsigned char)*at) || *at == '+' || *at == '-' || *at == '.')
		at++;
	if (*at++ != ':' || *at == '\0')
		return false;
	for (; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || strchr("<>\"{}|\\^`", *at) != NULL)
			return false;
	return true;
}
