/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The grammar of UCUM 2.1, section 2.2 (Backus-Naur form in appendix A), as a descent over the
 * text:
 *
 *     main-term   = [ "/" ] term
 *     term        = component { ( "." | "/" ) component }
 *     component   = "(" term ")" | annotatable [ annotation ] | annotation | factor
 *     annotatable = simple-unit [ exponent ]
 *     simple-unit = [ prefix ] atom
 *     exponent    = [ "+" | "-" ] digits
 *
 * A factor may carry an annotation as well ("100{WBC}"): the text of the code allows it, the form
 * in the appendix forgets it.
 */
#include "fhir/ucum.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 8			/* nested parentheses; real units have one */
#define LENGTH 128		/* of a whole unit */

static const char *const prefixes[] = {
	"da",
	"Ki",
	"Mi",
	"Gi",
	"Ti",
	"Y",
	"Z",
	"E",
	"P",
	"T",
	"G",
	"M",
	"k",
	"h",
	"d",
	"c",
	"m",
	"u",
	"n",
	"p",
	"f",
	"a",
	"z",
	"y",
};

struct reader {
	const char *at;
	unsigned depth;
	bool atom;		/* an atom or an annotation was read: the unit is more than a number */
};

struct key {
	const char *text;
	size_t length;
};

static int
compare(const void *left, const void *right)
{
	const struct key *key = left;
	const struct ucum_atom *atom = right;
	int order = strncmp(key->text, atom->code, key->length);

	return order != 0 ? order : atom->code[key->length] != '\0' ? -1 : 0;
}

static const struct ucum_atom *
find_atom(const char *text, size_t length)
{
	struct key key = { text, length };

	return bsearch(&key, ucum_atoms, ucum_atom_count, sizeof(ucum_atoms[0]), compare);
}

/* An atom, or a prefix and a metric atom, of exactly that length. */
static bool
is_simple_unit(const char *text, size_t length)
{
	const struct ucum_atom *atom = find_atom(text, length);

	if (atom != NULL)
		return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t prefix = strlen(prefixes[i]);

		if (length <= prefix || strncmp(text, prefixes[i], prefix) != 0)
			continue;
		atom = find_atom(text + prefix, length - prefix);
		if (atom != NULL && atom->metric)
			return true;
	}
	return false;
}

/*
 * How far an atom can reach: to the next sign of the grammar outside of square brackets. "10*" and
 * "10^" are atoms that begin with digits; "[m/s2/Hz^0.5]" has signs inside its brackets.
 */
static size_t
unit_reach(const char *text)
{
	bool inside = false;
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] == '[' || text[i] == ']')
			inside = text[i] == '[';
		else if (!inside && strchr("./(){}", text[i]) != NULL)
			break;
	}
	return i;
}

static size_t
exponent_length(const char *text, size_t length)
{
	size_t digits = 0;

	while (digits < length && isdigit((unsigned char)text[length - 1 - digits]))
		digits++;
	if (digits == 0)
		return 0;
	if (digits < length && (text[length - 1 - digits] == '+' || text[length - 1 - digits] == '-'))
		return digits + 1;
	return digits;
}

/* The longest atom wins, so "m[H2O]" is not m and "10*-3" is 10* with an exponent. */
static bool
read_unit(struct reader *reader)
{
	size_t reach = unit_reach(reader->at), exponent = exponent_length(reader->at, reach);

	if (reach == 0)
		return false;
	if (!is_simple_unit(reader->at, reach) && (exponent == 0 || exponent == reach
	    || !is_simple_unit(reader->at, reach - exponent)))
		return false;
	reader->at += reach;
	reader->atom = true;
	return true;
}

static bool
read_factor(struct reader *reader)
{
	size_t digits = strspn(reader->at, "0123456789");

	if (digits == 0 || digits != unit_reach(reader->at) || reader->at[0] == '0')
		return false;
	reader->at += digits;
	return true;
}

/* Any printable ASCII but braces (2.1, 6): other characters would not survive all systems. */
static bool
read_annotation(struct reader *reader)
{
	const char *at = reader->at + 1;

	while (*at >= ' ' && *at <= '~' && *at != '{' && *at != '}')
		at++;
	if (*at != '}' || at == reader->at + 1)
		return false;
	reader->at = at + 1;
	reader->atom = true;
	return true;
}

static bool
read_term(struct reader *reader);

static bool
read_component(struct reader *reader)
{
	if (*reader->at == '(') {
		reader->at++;
		if (++reader->depth > DEPTH || !read_term(reader) || *reader->at != ')')
			return false;
		reader->at++;
		reader->depth--;
	} else if (*reader->at != '{' && !read_factor(reader) && !read_unit(reader)) {
		return false;
	}
	return *reader->at != '{' || read_annotation(reader);
}

static bool
read_term(struct reader *reader)
{
	if (!read_component(reader))
		return false;
	while (*reader->at == '.' || *reader->at == '/') {
		reader->at++;
		if (!read_component(reader))
			return false;
	}
	return true;
}

static bool
read_main_term(struct reader *reader)
{
	if (strlen(reader->at) > LENGTH)
		return false;
	if (*reader->at == '/')
		reader->at++;
	return read_term(reader) && *reader->at == '\0';
}

bool
ucum_is_valid(const char *text)
{
	struct reader reader = { .at = text };

	return read_main_term(&reader);
}

bool
ucum_is_unit(const char *text)
{
	struct reader reader = { .at = text };

	return read_main_term(&reader) && (reader.atom || strcmp(text, "1") == 0 || strchr(text, '/') != NULL);
}

bool
ucum_is_annotation(const char *text)
{
	struct reader reader = { .at = text };

	return *text == '{' && read_annotation(&reader) && *reader.at == '\0';
}
