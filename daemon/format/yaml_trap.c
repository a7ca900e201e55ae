/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * yaml_trap(): what other readers would make of a plain scalar. A code table that says NO or 0645
 * or 1.10 works here, where all scalars are text, and is damaged by the first spreadsheet or script
 * that reads and rewrites it.
 *
 * Wider than the type repository of YAML 1.1 in two places, where readers are: 1e5 (a float to YAML
 * 1.2 readers and to most 1.1 readers), and 1.10, which comes back as 1.1.
 */
#include "format/yaml.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define DIGITS "0123456789"

static const struct {
	const char *word, *meaning;
} words[] = {
	{ "y", "boolean" }, { "n", "boolean" }, { "yes", "boolean" }, { "no", "boolean" },
	{ "on", "boolean" }, { "off", "boolean" }, { "true", "boolean" }, { "false", "boolean" },
	{ "", "null" }, { "~", "null" }, { "null", "null" },
	{ ".inf", "infinity" }, { "+.inf", "infinity" }, { "-.inf", "infinity" }, { ".nan", "not-a-number" },
	{ "<<", "merge key" }, { "=", "default value" },
};

/* Digits (and '_' after the first), then ":" and one or two digits, at least once; perhaps a fraction. */
static bool
is_sexagesimal(const char *text)
{
	size_t groups = 0;

	if (*text < '1' || *text > '9')
		return false;
	text += strspn(text, DIGITS "_");
	while (*text == ':') {
		size_t digits = strspn(text + 1, DIGITS);

		if (digits < 1 || digits > 2 || (digits == 2 && text[1] > '5'))
			return false;
		text += 1 + digits;
		groups++;
	}
	if (*text == '.')
		text += 1 + strspn(text + 1, DIGITS "_");
	return groups > 0 && *text == '\0';
}

/* 0b..., 0x..., 0o..., and digits behind a zero. */
static const char *
leading_zero(const char *text)
{
	size_t length = strlen(text);

	if (text[0] != '0' || length < 2)
		return NULL;
	if (text[1] == 'b' && length > 2 && strspn(text + 2, "01_") == length - 2)
		return "binary number";
	if (text[1] == 'o' && length > 2 && strspn(text + 2, "01234567") == length - 2)
		return "octal number";
	if (text[1] == 'x' && length > 2 && strspn(text + 2, "0123456789abcdefABCDEF_") == length - 2)
		return "hexadecimal number";
	if (strspn(text, "01234567_") == length)
		return "octal number";
	if (strspn(text, DIGITS "_") == length)
		return "number with a leading zero";
	return NULL;
}

/* [0-9_]* [.[0-9_]*] [e[-+][0-9]+], with a digit in front: what of it makes it come back in other letters? */
static const char *
decimal(const char *text, bool sign)
{
	size_t whole = strspn(text, DIGITS "_"), fraction = 0;
	const char *rest = text + whole;
	bool dot = *rest == '.';

	if (dot) {
		fraction = strspn(rest + 1, DIGITS "_");
		rest += 1 + fraction;
	}
	if (whole + fraction == 0 || text[0] == '_')
		return NULL;
	if (*rest == 'e' || *rest == 'E') {
		rest++;
		rest += *rest == '-' || *rest == '+';
		return *rest != '\0' && rest[strspn(rest, DIGITS)] == '\0' ? "number with an exponent" : NULL;
	}
	if (*rest != '\0')
		return NULL;
	if (strchr(text, '_') != NULL)
		return "number with '_'";
	if (dot && (fraction == 0 || whole == 0 || rest[-1] == '0'))
		return "decimal number";
	return sign ? "number with a sign" : NULL;
}

const char *
yaml_trap(const struct yaml_node *scalar)
{
	const char *text, *meaning;
	bool plus;
	size_t i;

	if (scalar == NULL || scalar->kind != YAML_SCALAR || scalar->quoted)
		return NULL;
	text = scalar->text;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i].word) == 0)
			return words[i].meaning;
	plus = *text == '+';
	text += plus || *text == '-';
	meaning = leading_zero(text);
	if (meaning == NULL && is_sexagesimal(text))
		meaning = "sexagesimal number";
	return meaning != NULL ? meaning : decimal(text, plus);
}
