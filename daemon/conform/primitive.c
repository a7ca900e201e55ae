/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Scanners by hand, because every value of every document passes here: compiled regular expressions took ten
 * times as long, and none of them knows February. Each scanner gives the rest of the text, or NULL.
 */
#include "conform/primitive.h"

#include "base/text.h"
#include "base/timezone.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool
is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static const char *
skip_digits(const char *text)
{
	while (is_digit(*text))
		text++;
	return text;
}

/* Exactly count digits, as a number. */
static const char *
scan_number(const char *text, int count, int *number)
{
	*number = 0;
	if (text == NULL)
		return NULL;
	while (count-- > 0) {
		if (!is_digit(*text))
			return NULL;
		*number = 10 * *number + (*text++ - '0');
	}
	return text;
}

static const char *
scan_character(const char *text, char character)
{
	return text != NULL && *text == character ? text + 1 : NULL;
}

static bool
is_end(const char *text)
{
	return text != NULL && *text == '\0';
}

/* ---- Dates and times ---------------------------------------------------------------------------------------- */

/* YYYY, YYYY-MM or YYYY-MM-DD; *whole: it has a day. */
static const char *
scan_date(const char *text, bool *whole)
{
	int year, month, day;

	*whole = false;
	text = scan_number(text, 4, &year);
	if (text == NULL || year == 0 || *text != '-')
		return year == 0 ? NULL : text;
	text = scan_number(text + 1, 2, &month);
	if (text == NULL || month < 1 || month > 12 || *text != '-')
		return month < 1 || month > 12 ? NULL : text;
	text = scan_number(text + 1, 2, &day);
	*whole = true;
	return day >= 1 && day <= days_in_month(year, month) ? text : NULL;
}

/* hh:mm:ss with any fraction; the second 60 is a leap second. */
static const char *
scan_time(const char *text)
{
	int hour, minute, second;

	text = scan_number(text, 2, &hour);
	text = scan_number(scan_character(text, ':'), 2, &minute);
	text = scan_number(scan_character(text, ':'), 2, &second);
	if (text == NULL || hour > 23 || minute > 59 || second > 60)
		return NULL;
	if (*text != '.')
		return text;
	return is_digit(text[1]) ? skip_digits(text + 1) : NULL;
}

/* Z or an offset of at most 14:00. */
static const char *
scan_offset(const char *text)
{
	int hours, minutes;

	if (text == NULL || *text == 'Z')
		return scan_character(text, 'Z');
	if (*text != '+' && *text != '-')
		return NULL;
	text = scan_number(text + 1, 2, &hours);
	text = scan_number(scan_character(text, ':'), 2, &minutes);
	return hours < 14 ? (minutes < 60 ? text : NULL) : (hours == 14 && minutes == 0 ? text : NULL);
}

static bool
fits_date(const char *value)
{
	bool whole;

	return is_end(scan_date(value, &whole));
}

static bool
fits_instant(const char *value)
{
	bool whole;
	const char *rest = scan_date(value, &whole);

	return whole && is_end(scan_offset(scan_time(scan_character(rest, 'T'))));
}

static bool
fits_date_time(const char *value)
{
	return fits_date(value) || fits_instant(value);
}

static bool
fits_time(const char *value)
{
	return is_end(scan_time(value));
}

/* ---- Numbers ------------------------------------------------------------------------------------------------ */

/* 0, or digits that do not begin with 0. */
static const char *
scan_whole(const char *text)
{
	if (!is_digit(*text))
		return NULL;
	return *text == '0' ? text + 1 : skip_digits(text);
}

/* Integers have 32 bits: -2,147,483,648 to 2,147,483,647. */
static bool
in_32_bits(const char *digits, bool negative)
{
	return strlen(digits) <= 10 && strtoll(digits, NULL, 10) <= INT32_MAX + (negative ? 1LL : 0LL);
}

static bool
fits_integer(const char *value)
{
	bool sign = *value == '-' || *value == '+';

	if (sign && value[1] == '0')
		return false;
	return is_end(scan_whole(value + sign)) && in_32_bits(value + sign, *value == '-');
}

static bool
fits_unsigned(const char *value)
{
	return is_end(scan_whole(value)) && in_32_bits(value, false);
}

static bool
fits_positive(const char *value)
{
	value += *value == '+';
	return *value != '0' && fits_unsigned(value);
}

static bool
fits_decimal(const char *value)
{
	const char *rest = scan_whole(value + (*value == '-'));

	if (rest != NULL && *rest == '.')
		rest = is_digit(rest[1]) ? skip_digits(rest + 1) : NULL;
	if (rest != NULL && (*rest == 'e' || *rest == 'E')) {
		rest++;
		rest += *rest == '+' || *rest == '-';
		rest = is_digit(*rest) ? skip_digits(rest) : NULL;
	}
	return is_end(rest);
}

/* ---- Texts -------------------------------------------------------------------------------------------------- */

static bool
fits_boolean(const char *value)
{
	return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

#define STRING_MAX ((size_t)1024 * 1024)	/* datatypes.html: characters */

/* The R4 form has no empty string; that a value is white space only is a matter of the element's meaning. */
static bool
fits_string(const char *value)
{
	size_t characters = 0;

	if (*value == '\0')
		return false;
	if (strlen(value) <= STRING_MAX)
		return true;
	for (; *value != '\0'; value++)
		characters += ((unsigned char)*value & 0xC0) != 0x80;
	return characters <= STRING_MAX;
}

static bool
fits_uri(const char *value)
{
	return *value != '\0' && value[strcspn(value, " \t\r\n")] == '\0';
}

static bool
fits_code(const char *value)
{
	bool space = true;		/* before: none is allowed at the beginning, at the end, or twice */

	for (; *value != '\0'; value++) {
		if (text_is_space(*value) && space)
			return false;
		space = text_is_space(*value);
	}
	return !space;
}

static bool
fits_id(const char *value)
{
	size_t length = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

	return length >= 1 && length <= 64 && value[length] == '\0';
}

static bool
fits_oid(const char *value)
{
	if (!text_starts_with(value, "urn:oid:") || value[8] < '0' || value[8] > '2' || value[9] != '.')
		return false;
	for (value += 9; value != NULL && *value == '.';)
		value = scan_whole(value + 1);
	return is_end(value);
}

static bool
fits_uuid(const char *value)
{
	static const char form[] = "urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	for (i = 0; i < 9; i++)
		if (value[i] != form[i])
			return false;
	for (; form[i] != '\0'; i++)
		if (form[i] == 'x' ? !is_digit(value[i]) && (value[i] < 'a' || value[i] > 'f')
				   : value[i] != form[i])
			return false;
	return value[i] == '\0';
}

/* What a character is in base64 (RFC 4648, section 4); most of a body is digits, and bodies have megabytes. */
enum { FOREIGN, DIGIT, PADDING, SPACE };

#define R10(c) [c] = DIGIT, [c + 1] = DIGIT, [c + 2] = DIGIT, [c + 3] = DIGIT, [c + 4] = DIGIT, [c + 5] = DIGIT, \
	[c + 6] = DIGIT, [c + 7] = DIGIT, [c + 8] = DIGIT, [c + 9] = DIGIT
static const unsigned char base64_kinds[256] = {
	R10('0'), R10('A'), R10('K'), ['U'] = DIGIT, ['V'] = DIGIT, ['W'] = DIGIT, ['X'] = DIGIT, ['Y'] = DIGIT, ['Z'] = DIGIT,
	R10('a'), R10('k'), ['u'] = DIGIT, ['v'] = DIGIT, ['w'] = DIGIT, ['x'] = DIGIT, ['y'] = DIGIT, ['z'] = DIGIT,
	['+'] = DIGIT, ['/'] = DIGIT, ['='] = PADDING, [' '] = SPACE, ['\t'] = SPACE, ['\n'] = SPACE, ['\r'] = SPACE,
};
#undef R10

bool
base64_count(const char *value, size_t *digits, size_t *padding)
{
	const unsigned char *at = (const unsigned char *)value;
	bool ordered = true;

	*digits = *padding = 0;
	for (;;) {
		const unsigned char *from = at;

		while (base64_kinds[*at] == DIGIT)
			at++;
		*digits += (size_t)(at - from);
		ordered = ordered && (at == from || *padding == 0);
		if (base64_kinds[*at] == FOREIGN)
			return *at == '\0' && ordered;
		*padding += base64_kinds[*at++] == PADDING;
	}
}

static bool
fits_base64(const char *value)
{
	size_t digits, padding;

	return base64_count(value, &digits, &padding) && digits + padding > 0 && (digits + padding) % 4 == 0 && padding <= 2;
}

/* ---- The table ---------------------------------------------------------------------------------------------- */

static const struct form {
	bool (*fits)(const char *value);
	const char *rule, *expected;
} forms[FORMAT_COUNT] = {
	[FORMAT_base64Binary] = { fits_base64, "format-base64Binary",
	    "base64 in groups of four characters" },
	[FORMAT_boolean] = { fits_boolean, "format-boolean", "true or false" },
	[FORMAT_canonical] = { fits_uri, "format-canonical", "a canonical URL without white space" },
	[FORMAT_code] = { fits_code, "format-code",
	    "a code without white space at its ends and with single spaces only" },
	[FORMAT_date] = { fits_date, "format-date",
	    "a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD" },
	[FORMAT_dateTime] = { fits_date_time, "format-dateTime",
	    "a date of the calendar, and with a time its seconds and zone: YYYY-MM-DDThh:mm:ss+zz:zz" },
	[FORMAT_decimal] = { fits_decimal, "format-decimal", "a decimal number such as -12.50" },
	[FORMAT_id] = { fits_id, "format-id", "1 to 64 of A-Z a-z 0-9 - ." },
	[FORMAT_instant] = { fits_instant, "format-instant", "an instant: YYYY-MM-DDThh:mm:ss+zz:zz" },
	[FORMAT_integer] = { fits_integer, "format-integer", "a whole number of 32 bits" },
	[FORMAT_markdown] = { fits_string, "format-markdown", "a text" },
	[FORMAT_oid] = { fits_oid, "format-oid", "urn:oid: and an object identifier" },
	[FORMAT_positiveInt] = { fits_positive, "format-positiveInt",
	    "a whole number from 1 to 2147483647" },
	[FORMAT_string] = { fits_string, "format-string", "a text of at most 1048576 characters" },
	[FORMAT_time] = { fits_time, "format-time", "a time: hh:mm:ss" },
	[FORMAT_unsignedInt] = { fits_unsigned, "format-unsignedInt",
	    "a whole number from 0 to 2147483647" },
	[FORMAT_uri] = { fits_uri, "format-uri", "a URI without white space" },
	[FORMAT_url] = { fits_uri, "format-url", "a URL without white space" },
	[FORMAT_uuid] = { fits_uuid, "format-uuid", "urn:uuid: and a UUID in lower case" },
};

bool
primitive_fits(enum fact_format format, const char *value)
{
	return forms[format].fits == NULL || forms[format].fits(value);
}

const char *
primitive_rule(enum fact_format format)
{
	return forms[format].rule;
}

const char *
primitive_expected(enum fact_format format)
{
	return forms[format].expected;
}
