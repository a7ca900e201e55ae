/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See xpath_names.h. A scanner and a stack of open parentheses: what a name is depends on the token
 * in front of it (behind an operand it is an operator) and on the one behind it.
 */
#include "mapping/xpath_names.h"

#include "base/text.h"

#include <string.h>

#define DEPTH_MAX 64

/* An open '(' or '['. */
struct bracket {
	bool function;
	struct xpath_name name;
	bool empty;			/* no argument has begun */
};

struct scanner {
	const char *text, *at;
	bool after_operand;		/* a name here is an operator */
	bool attribute;			/* behind '@' or attribute:: */
	struct bracket brackets[DEPTH_MAX];
	size_t depth;
	void (*name)(void *, const struct xpath_name *);
	void *user;
};

static bool
starts_name(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
	    character == '_' || (unsigned char)character >= 0x80;
}

static size_t
name_length(const char *at)
{
	size_t length = 0;

	if (!starts_name(*at))
		return 0;
	while (starts_name(at[length]) || (at[length] >= '0' && at[length] <= '9') || at[length] == '-' ||
	    at[length] == '.')
		length++;
	return length;
}

static void
copy_part(char out[XPATH_NAME_MAX], const char *start, size_t length)
{
	if (length >= XPATH_NAME_MAX)
		length = XPATH_NAME_MAX - 1;
	memcpy(out, start, length);
	out[length] = '\0';
}

static const char *
skip_space(const char *at)
{
	while (text_is_space(*at))
		at++;
	return at;
}

/* A QName or prefix:*; the scanner moves behind it. */
static void
read_qname(struct scanner *scanner, struct xpath_name *name)
{
	size_t length = name_length(scanner->at);

	name->offset = (size_t)(scanner->at - scanner->text);
	copy_part(name->local, scanner->at, length);
	scanner->at += length;
	if (scanner->at[0] != ':' || scanner->at[1] == ':')
		return;
	memcpy(name->prefix, name->local, sizeof(name->prefix));
	scanner->at++;
	length = *scanner->at == '*' ? 1 : name_length(scanner->at);
	copy_part(name->local, scanner->at, length);
	scanner->at += length;
}

static void
tell(struct scanner *scanner, const struct xpath_name *name)
{
	scanner->name(scanner->user, name);
}

/* Something of an argument was met. */
static void
fill_argument(struct scanner *scanner)
{
	if (scanner->depth > 0)
		scanner->brackets[scanner->depth - 1].empty = false;
}

static void
open_bracket(struct scanner *scanner, const struct xpath_name *function)
{
	struct bracket *bracket;

	fill_argument(scanner);
	if (scanner->depth == DEPTH_MAX)
		return;
	bracket = &scanner->brackets[scanner->depth++];
	memset(bracket, 0, sizeof(*bracket));
	bracket->empty = true;
	if (function != NULL) {
		bracket->function = true;
		bracket->name = *function;
	}
	scanner->after_operand = false;
}

static void
close_bracket(struct scanner *scanner)
{
	struct bracket *bracket;

	scanner->after_operand = true;
	if (scanner->depth == 0)
		return;
	bracket = &scanner->brackets[--scanner->depth];
	if (!bracket->function)
		return;
	if (!bracket->empty)
		bracket->name.arguments++;
	tell(scanner, &bracket->name);
}

static void
read_literal(struct scanner *scanner)
{
	const char *start = scanner->at + 1, *end = strchr(start, *scanner->at);
	struct bracket *bracket = scanner->depth == 0 ? NULL : &scanner->brackets[scanner->depth - 1];
	const char *behind;

	if (end == NULL)
		end = start + strlen(start);
	behind = *end == '\0' ? end : skip_space(end + 1);
	if (bracket != NULL && bracket->function && bracket->empty && bracket->name.arguments == 0 &&
	    (*behind == ',' || *behind == ')'))
		copy_part(bracket->name.literal, start, (size_t)(end - start));
	fill_argument(scanner);
	scanner->at = *end == '\0' ? end : end + 1;
	scanner->after_operand = true;
}

static bool
is_node_type(const struct xpath_name *name)
{
	static const char *const types[] = { "node", "text", "comment", "processing-instruction" };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (name->prefix[0] == '\0' && strcmp(types[i], name->local) == 0)
			return true;
	return false;
}

static void
read_name(struct scanner *scanner)
{
	struct xpath_name name = { .kind = XPATH_NAME_ELEMENT };
	const char *behind;

	read_qname(scanner, &name);
	if (scanner->after_operand && name.prefix[0] == '\0') {
		scanner->after_operand = false;
		return;
	}
	fill_argument(scanner);
	behind = skip_space(scanner->at);
	if (behind[0] == ':' && behind[1] == ':') {
		scanner->attribute = strcmp(name.local, "attribute") == 0;
		scanner->at = behind + 2;
		return;
	}
	if (behind[0] == '(') {
		name.kind = XPATH_NAME_FUNCTION;
		scanner->at = behind + 1;
		open_bracket(scanner, is_node_type(&name) ? NULL : &name);
	} else {
		if (scanner->attribute)
			name.kind = XPATH_NAME_ATTRIBUTE;
		tell(scanner, &name);
		scanner->after_operand = true;
	}
	scanner->attribute = false;
}

static void
read_variable(struct scanner *scanner)
{
	struct xpath_name name = { .kind = XPATH_NAME_VARIABLE };
	size_t dollar = (size_t)(scanner->at - scanner->text);

	scanner->at = skip_space(scanner->at + 1);
	fill_argument(scanner);
	read_qname(scanner, &name);
	name.offset = dollar;
	tell(scanner, &name);
	scanner->after_operand = true;
}

static void
next_argument(struct scanner *scanner)
{
	if (scanner->depth > 0) {
		scanner->brackets[scanner->depth - 1].name.arguments++;
		scanner->brackets[scanner->depth - 1].empty = true;
	}
	scanner->after_operand = false;
}

/* One character that is no name, number or literal. */
static void
read_mark(struct scanner *scanner)
{
	switch (*scanner->at) {
	case '(':
	case '[':
		open_bracket(scanner, NULL);
		break;
	case ')':
	case ']':
		close_bracket(scanner);
		break;
	case ',':
		next_argument(scanner);
		break;
	case '@':
		scanner->attribute = true;
		scanner->after_operand = false;
		break;
	case '*':
		fill_argument(scanner);
		scanner->after_operand = !scanner->after_operand;
		scanner->attribute = false;
		break;
	case '.':
		fill_argument(scanner);
		scanner->after_operand = true;
		break;
	default:
		scanner->after_operand = false;
		break;
	}
	scanner->at++;
}

void
xpath_names(const char *text, void (*name)(void *user, const struct xpath_name *), void *user)
{
	struct scanner scanner = { .text = text, .at = text, .name = name, .user = user };

	while (*(scanner.at = skip_space(scanner.at)) != '\0') {
		if (*scanner.at == '"' || *scanner.at == '\'')
			read_literal(&scanner);
		else if (*scanner.at == '$')
			read_variable(&scanner);
		else if (starts_name(*scanner.at))
			read_name(&scanner);
		else if (*scanner.at >= '0' && *scanner.at <= '9') {
			scanner.at += strspn(scanner.at, "0123456789.");
			fill_argument(&scanner);
			scanner.after_operand = true;
		} else
			read_mark(&scanner);
	}
}
