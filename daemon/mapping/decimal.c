/* SPDX-License-Identifier: EUPL-1.2 */
/* See decimal.h. No floating point anywhere: it would invent digits and lose others. */
#include "mapping/decimal.h"

#include "base/text.h"
#include "mapping/types.h"

#include <ctype.h>
#include <string.h>

#define LENGTH 64		/* digits of one number */

static size_t
digits(const char *text)
{
	return strspn(text, "0123456789");
}

static size_t
exponent_length(const char *text)
{
	size_t sign = text[0] != '\0' && (text[1] == '+' || text[1] == '-') ? 1 : 0;

	if ((text[0] != 'e' && text[0] != 'E') || digits(text + 1 + sign) == 0)
		return 0;
	return 1 + sign + digits(text + 1 + sign);
}

size_t
decimal_length(const char *text)
{
	const char *at = text;
	size_t whole, part = 0;

	if (*at == '+' || *at == '-')
		at++;
	whole = digits(at);
	at += whole;
	if (*at == '.' || *at == ',') {
		part = digits(at + 1);
		if (whole + part > 0 && (*at == '.' || part > 0))
			at += 1 + part;
	}
	if (whole + part == 0)
		return 0;
	return (size_t)(at + exponent_length(at) - text);
}

/* out holds the text's length and two characters more. */
static void
normalise(char *out, const char *text)
{
	if (*text == '+')
		text++;
	else if (*text == '-')
		*out++ = *text++;
	while (text[0] == '0' && isdigit((unsigned char)text[1]))
		text++;
	if (*text == '.' || *text == ',')
		*out++ = '0';
	for (; *text != '\0' && !text_is_space(*text); text++) {
		if (*text != '.' && *text != ',')
			*out++ = *text;
		else if (isdigit((unsigned char)text[1]))
			*out++ = '.';
	}
}

const char *
decimal_read(struct call *call, const struct item *item, const char *text)
{
	const char *number = text_line(call, text);
	size_t length = number != NULL ? decimal_length(number) : 0;
	char *out;

	if (number == NULL)
		return NULL;
	if (length == 0 || number[length] != '\0' || length > LENGTH) {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-number-invalid", "value", number,
		    "a decimal number", "not a number: it is left out");
		return NULL;
	}
	if (strchr(number, ',') != NULL)
		call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-decimal-comma", "value", number,
		    NULL, "a decimal comma is read as the decimal point");
	out = call_alloc(call, length + 3);
	if (out != NULL)
		normalise(out, number);
	return out;
}

/* The length without zeros at the end of the fraction. */
static size_t
significant(const char *text)
{
	size_t length = strlen(text);

	if (strchr(text, '.') == NULL)
		return length;
	while (text[length - 1] == '0')
		length--;
	return text[length - 1] == '.' ? length - 1 : length;
}

bool
decimal_equal(const char *left, const char *right)
{
	size_t length = significant(left);

	return length == significant(right) && strncmp(left, right, length) == 0;
}
