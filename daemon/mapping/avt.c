/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Attribute value templates, XSLT 1.0 (W3C, 1999), section 7.6.2. Most are constants, and known to
 * be.
 */
#include "mapping/expression.h"

#include "base/buffer.h"
#include "mapping/run.h"

#include <stdio.h>
#include <string.h>

#define VALUE_MAX ((size_t)1 << 20)

struct avt_part {
	const char *text;			/* NULL: an expression */
	const struct expression *expression;
	const struct avt_part *next;
};

struct avt {
	const char *constant;
	const struct avt_part *parts;
};

const char *
avt_expression_end(const char *text)
{
	char quote = '\0';

	for (; *text != '\0'; text++) {
		if (quote != '\0')
			quote = *text == quote ? '\0' : quote;
		else if (*text == '\'' || *text == '"')
			quote = *text;
		else if (*text == '}')
			return text;
	}
	return NULL;
}

/*
 * Literal text up to a single '{'; doubled braces become one. Returns what follows, NULL for a
 * single '}'.
 */
static const char *
read_literal(const char *at, char *out)
{
	while (*at != '\0') {
		if (*at == '{' && at[1] != '{')
			break;
		if (*at == '}' && at[1] != '}')
			return NULL;
		if (*at == '{' || *at == '}')
			at++;
		*out++ = *at++;
	}
	*out = '\0';
	return at;
}

static const struct avt *
avt_fail(struct expression_error *error, size_t offset, const char *text)
{
	error->offset = offset;
	snprintf(error->text, sizeof(error->text), "%s", text);
	return NULL;
}

/* "{...}" at `at`; returns what follows. */
static const char *
read_expression(struct expressions *expressions, struct avt_part *part, const char *text, const char *at,
    const xmlNode *scope, struct expression_error *error)
{
	const char *end = avt_expression_end(at + 1);
	const char *inner;

	if (end == NULL) {
		avt_fail(error, (size_t)(at - text), "a '{' has no '}'");
		return NULL;
	}
	inner = arena_strndup(expressions->arena, at + 1, (size_t)(end - at - 1));
	part->expression = expression_compile(expressions, inner, scope, error);
	if (part->expression == NULL) {
		error->offset += (size_t)(at + 1 - text);
		return NULL;
	}
	return end + 1;
}

const struct avt *
avt_compile(struct expressions *expressions, const char *text, const xmlNode *scope,
    struct expression_error *error)
{
	struct avt *avt = expressions_keep(expressions, sizeof(*avt));
	const struct avt_part **tail = &avt->parts;
	const char *at = text;

	memset(error, 0, sizeof(*error));
	do {
		struct avt_part *part = expressions_keep(expressions, sizeof(*part));
		char *literal = expressions_keep(expressions, strlen(at) + 1);
		const char *next = read_literal(at, literal);

		if (next == NULL)
			return avt_fail(error, (size_t)(at - text), "a '}' has no '{'");
		part->text = literal;
		if (*next == '{' && next == at) {
			part->text = NULL;
			next = read_expression(expressions, part, text, at, scope, error);
			if (next == NULL)
				return NULL;
		}
		*tail = part;
		tail = (const struct avt_part **)&part->next;
		at = next;
	} while (*at != '\0');
	if (avt->parts->text != NULL && avt->parts->next == NULL)
		avt->constant = avt->parts->text;
	return avt;
}

const char *
avt_constant(const struct avt *avt)
{
	return avt == NULL ? NULL : avt->constant;
}

const char *
avt_value(struct run *run, const struct avt *avt, const xmlNode *context)
{
	struct buffer joined = { .limit = VALUE_MAX };
	const struct avt_part *part;
	const char *text;

	if (avt == NULL || avt->constant != NULL)
		return avt_constant(avt);
	for (part = avt->parts; part != NULL; part = part->next) {
		text = part->text != NULL ? part->text :
		    expression_string(run, part->expression, context);
		if (text != NULL)
			buffer_puts(&joined, text);
	}
	text = run->failed ? NULL : run_strdup(run, joined.data == NULL ? "" : joined.data);
	buffer_free(&joined);
	return text;
}
