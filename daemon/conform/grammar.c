/* SPDX-License-Identifier: EUPL-1.2 */
#include "conform/grammar.h"

#include "fhir/ucum.h"

#include <ctype.h>
#include <string.h>

#define NAME_MOST 127		/* of one half of a media type: RFC 6838, 4.2 */

static enum membership
ucum_member(const char *code)
{
	return ucum_is_valid(code) ? MEMBER_YES : MEMBER_NO;
}

/* restricted-name: RFC 6838, 4.2. How long it is; 0 when there is none. */
static size_t
name_length(const char *text)
{
	size_t length = 0;

	if (!isalnum((unsigned char)*text))
		return 0;
	while (isalnum((unsigned char)text[length]) || (text[length] != '\0' && strchr("!#$&-^_.+", text[length]) != NULL))
		length++;
	return length <= NAME_MOST ? length : 0;
}

static enum membership
media_member(const char *code)
{
	size_t length = name_length(code);

	if (strcmp(code, "xml") == 0 || strcmp(code, "json") == 0 || strcmp(code, "ttl") == 0)
		return MEMBER_UNDECIDED;
	if (length == 0 || code[length] != '/')
		return MEMBER_NO;
	code += length + 1;
	length = name_length(code);
	if (length == 0)
		return MEMBER_NO;
	code += length;
	code += strspn(code, " ");
	/* Parameters: a name, an equals sign, and a token or a quoted text. */
	return *code == '\0' || (*code == ';' && strchr(code, '=') != NULL) ? MEMBER_YES : MEMBER_NO;
}

/* langtag, privateuse and the older forms of RFC 5646, 2.1, as far as their shape goes: subtags of 1 to 8. */
static enum membership
language_member(const char *code)
{
	size_t length = strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (length == 0 || length > 8 || (length == 1 && strchr("xXiI", *code) == NULL))
		return MEMBER_NO;
	while (code[length] == '-') {
		code += length + 1;
		for (length = 0; isalnum((unsigned char)code[length]); length++)
			continue;
		if (length == 0 || length > 8)
			return MEMBER_NO;
	}
	return code[length] == '\0' ? MEMBER_UNDECIDED : MEMBER_NO;
}

static const struct grammar {
	const char *system;
	enum membership (*member)(const char *code);
	const char *expected;
} grammars[] = {
	{ "http://unitsofmeasure.org", ucum_member, "a unit of UCUM, as mg/dL" },
	{ "urn:ietf:bcp:13", media_member, "a media type, as application/pdf" },
	{ "urn:ietf:bcp:47", language_member, "a language of BCP 47, as da or fr-BE" },
};

static const struct grammar *
grammar_of(const char *system)
{
	for (size_t i = 0; i < sizeof(grammars) / sizeof(grammars[0]); i++)
		if (strcmp(grammars[i].system, system) == 0)
			return &grammars[i];
	return NULL;
}

enum membership
grammar_member(const char *system, const char *code)
{
	const struct grammar *grammar = grammar_of(system);

	return grammar != NULL ? grammar->member(code) : MEMBER_UNDECIDED;
}

const char *
grammar_expected(const char *system)
{
	const struct grammar *grammar = grammar_of(system);

	return grammar != NULL ? grammar->expected : NULL;
}
