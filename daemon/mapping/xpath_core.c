/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The core function library (XPath 1.0, section 4) and current() (XSLT 1.0, section 12.4), as far
 * as mappings need it.
 */
#include "mapping/xpath_tree.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* A call at work. */
struct call_frame {
	struct xpath_environment *environment;
	const struct xpath_tree *call;
	const struct xpath_context *context;
};

struct core_function {
	const char *name;
	size_t least, most;
	enum value_kind type;
	struct value (*run)(const struct call_frame *frame);
};

/* ---- Arguments ------------------------------------------------------------------------------- */

static const char *
text_at(const struct call_frame *frame, size_t i)
{
	return xpath_text(frame->environment, frame->call->arguments[i], frame->context);
}

static double
number_at(const struct call_frame *frame, size_t i)
{
	return xpath_number(frame->environment, frame->call->arguments[i], frame->context);
}

/* The argument, or the context node when it is not given. */
static const char *
text_or_context(const struct call_frame *frame)
{
	const char *text;

	if (frame->call->argument_count > 0)
		return text_at(frame, 0);
	text = node_text(&frame->environment->scratch, frame->context->node);
	if (text == NULL)
		xpath_fail(frame->environment, XPATH_NO_MEMORY);
	return text == NULL ? "" : text;
}

static char *
new_text(const struct call_frame *frame, size_t length)
{
	char *text = scratch_alloc(&frame->environment->scratch, length + 1);

	if (text == NULL)
		xpath_fail(frame->environment, XPATH_NO_MEMORY);
	return text;
}

static struct value
part_of(const struct call_frame *frame, const char *start, size_t length)
{
	char *part = new_text(frame, length);

	if (part == NULL)
		return value_of_text("");
	memcpy(part, start, length);
	part[length] = '\0';
	return value_of_text(part);
}

static struct value
node_set_at(const struct call_frame *frame, size_t i)
{
	struct value value = xpath_value(frame->environment, frame->call->arguments[i], frame->context);

	if (value.kind == VALUE_NODES)
		return value;
	xpath_fail(frame->environment, "an argument is no node set");
	return value_of_nodes(NULL, 0);
}

/* ---- Characters ------------------------------------------------------------------------------ */

static size_t
character_length(const char *at)
{
	size_t length = *at != '\0';

	while (length > 0 && ((unsigned char)at[length] & 0xC0) == 0x80)
		length++;
	return length;
}

static size_t
character_count(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

/* ---- Node sets ------------------------------------------------------------------------------- */

static struct value
run_count(const struct call_frame *frame)
{
	return value_of_number((double)node_set_at(frame, 0).count);
}

static struct value
run_current(const struct call_frame *frame)
{
	const xmlNode **node = scratch_alloc(&frame->environment->scratch, sizeof(*node));

	if (node == NULL) {
		xpath_fail(frame->environment, XPATH_NO_MEMORY);
		return value_of_nodes(NULL, 0);
	}
	*node = frame->environment->current;
	return value_of_nodes(node, 1);
}

static struct value
run_last(const struct call_frame *frame)
{
	return value_of_number((double)frame->context->size);
}

static struct value
run_position(const struct call_frame *frame)
{
	return value_of_number((double)frame->context->position);
}

/* The node whose name is asked for; NULL when there is none or it has no name. */
static const xmlNode *
named_node(const struct call_frame *frame)
{
	const xmlNode *node = frame->context->node;
	struct value set;

	if (frame->call->argument_count > 0) {
		set = node_set_at(frame, 0);
		node = set.count == 0 ? NULL : set.nodes[0];
	}
	if (node == NULL || node->type == XML_ELEMENT_NODE || node->type == XML_ATTRIBUTE_NODE)
		return node;
	return node->type == XML_PI_NODE ? node : NULL;
}

static struct value
run_local_name(const struct call_frame *frame)
{
	const xmlNode *node = named_node(frame);

	return value_of_text(node == NULL ? "" : (const char *)node->name);
}

static struct value
run_namespace_uri(const struct call_frame *frame)
{
	const xmlNode *node = named_node(frame);

	return value_of_text(node == NULL || node->ns == NULL ? "" : (const char *)node->ns->href);
}

static struct value
run_sum(const struct call_frame *frame)
{
	struct value set = node_set_at(frame, 0);
	double sum = 0;
	size_t i;

	for (i = 0; i < set.count && xpath_tick(frame->environment); i++) {
		const char *text = node_text(&frame->environment->scratch, set.nodes[i]);

		sum += text == NULL ? 0 : text_number(text);
	}
	return value_of_number(sum);
}

/* ---- Strings --------------------------------------------------------------------------------- */

static struct value
run_string(const struct call_frame *frame)
{
	return value_of_text(text_or_context(frame));
}

static struct value
run_concat(const struct call_frame *frame)
{
	const char *parts[16];
	size_t count = frame->call->argument_count, length = 0, i;
	char *text, *end;

	for (i = 0; i < count; i++) {
		parts[i] = text_at(frame, i);
		length += strlen(parts[i]);
	}
	text = end = new_text(frame, length);
	for (i = 0; text != NULL && i < count; i++)
		end = stpcpy(end, parts[i]);
	return value_of_text(text == NULL ? "" : text);
}

static struct value
run_contains(const struct call_frame *frame)
{
	const char *text = text_at(frame, 0);

	return value_of_truth(strstr(text, text_at(frame, 1)) != NULL);
}

static struct value
run_starts_with(const struct call_frame *frame)
{
	const char *text = text_at(frame, 0);

	return value_of_truth(text_starts_with(text, text_at(frame, 1)));
}

static struct value
run_substring_before(const struct call_frame *frame)
{
	const char *text = text_at(frame, 0), *found = strstr(text, text_at(frame, 1));

	return found == NULL ? value_of_text("") : part_of(frame, text, (size_t)(found - text));
}

static struct value
run_substring_after(const struct call_frame *frame)
{
	const char *text = text_at(frame, 0), *separator = text_at(frame, 1),
	    *found = strstr(text, separator);

	return value_of_text(found == NULL ? "" : found + strlen(separator));
}

/*
 * round(): the integer nearest to it, of two the one closer to positive infinity (XPath 1.0,
 * section 4.4).
 */
static double
rounded(double number)
{
	return floor(number + 0.5);
}

/*
 * Characters at positions p with round(from) <= p < round(from) + round(length) (XPath 1.0, section
 * 4.2); NaN compares false.
 */
static struct value
run_substring(const struct call_frame *frame)
{
	const char *text = text_at(frame, 0), *start = NULL;
	double from = rounded(number_at(frame, 1)), end = INFINITY;
	double position = 1;
	size_t length = 0, step;

	if (frame->call->argument_count > 2)
		end = from + rounded(number_at(frame, 2));
	for (; *text != '\0'; text += step, position++) {
		step = character_length(text);
		if (!(position >= from) || !(position < end))
			continue;
		if (start == NULL)
			start = text;
		length += step;
	}
	return start == NULL ? value_of_text("") : part_of(frame, start, length);
}

static struct value
run_string_length(const struct call_frame *frame)
{
	return value_of_number((double)character_count(text_or_context(frame)));
}

static struct value
run_normalize_space(const struct call_frame *frame)
{
	const char *text = text_or_context(frame);
	char *out = new_text(frame, strlen(text)), *end = out;

	if (out == NULL)
		return value_of_text("");
	for (; *text != '\0'; text++) {
		if (!text_is_space(*text))
			*end++ = *text;
		else if (end > out && end[-1] != ' ')
			*end++ = ' ';
	}
	if (end > out && end[-1] == ' ')
		end--;
	*end = '\0';
	return value_of_text(out);
}

/* What translate() puts in the place of a character; length 0: it goes. */
struct replacement {
	const char *from, *to;
	size_t from_length, to_length;
};

/* Pairs of translate(); ASCII is looked up by its code, as most text is. */
struct translation {
	short by_code[128];		/* position in list and 1; 0: it stays */
	struct replacement list[128];
	size_t count;
};

/*
 * False when there are too many pairs for us. The first pair of a character counts (XPath 1.0,
 * section 4.2).
 */
static bool
read_pairs(struct translation *translation, const char *from, const char *to)
{
	memset(translation->by_code, 0, sizeof(translation->by_code));
	translation->count = 0;
	while (*from != '\0') {
		struct replacement *pair = &translation->list[translation->count];

		if (translation->count == sizeof(translation->list) / sizeof(*pair))
			return false;
		*pair = (struct replacement){ from, to, character_length(from), character_length(to) };
		translation->count++;
		if (pair->from_length == 1 && translation->by_code[(unsigned char)*from & 127] == 0)
			translation->by_code[(unsigned char)*from & 127] = (short)translation->count;
		from += pair->from_length;
		to += pair->to_length;
	}
	return true;
}

static const struct replacement *
replacement_of(const struct translation *translation, const char *character, size_t length)
{
	size_t i;

	if (length == 1) {
		i = (size_t)translation->by_code[(unsigned char)*character & 127];
		return i == 0 ? NULL : &translation->list[i - 1];
	}
	for (i = 0; i < translation->count; i++)
		if (translation->list[i].from_length == length &&
		    memcmp(translation->list[i].from, character, length) == 0)
			return &translation->list[i];
	return NULL;
}

static struct value
run_translate(const struct call_frame *frame)
{
	const char *text = text_at(frame, 0), *from = text_at(frame, 1), *to = text_at(frame, 2);
	const struct replacement *pair;
	struct translation translation;
	char *out, *end;
	size_t length;

	if (*text == '\0')
		return value_of_text("");
	out = end = new_text(frame, 4 * strlen(text));
	if (out == NULL)
		return value_of_text("");
	if (!read_pairs(&translation, from, to)) {
		xpath_fail(frame->environment, "translate() of more than 128 characters");
		return value_of_text("");
	}
	for (; *text != '\0'; text += length) {
		length = character_length(text);
		pair = replacement_of(&translation, text, length);
		memcpy(end, pair == NULL ? text : pair->to, pair == NULL ? length : pair->to_length);
		end += pair == NULL ? length : pair->to_length;
	}
	*end = '\0';
	return value_of_text(out);
}

/* ---- Truth and numbers ----------------------------------------------------------------------- */

static struct value
run_boolean(const struct call_frame *frame)
{
	return value_of_truth(xpath_truth(frame->environment, frame->call->arguments[0], frame->context));
}

static struct value
run_not(const struct call_frame *frame)
{
	return value_of_truth(!xpath_truth(frame->environment, frame->call->arguments[0],
	    frame->context));
}

static struct value
run_true(const struct call_frame *frame)
{
	(void)frame;
	return value_of_truth(true);
}

static struct value
run_false(const struct call_frame *frame)
{
	(void)frame;
	return value_of_truth(false);
}

static struct value
run_number(const struct call_frame *frame)
{
	if (frame->call->argument_count == 0)
		return value_of_number(text_number(text_or_context(frame)));
	return value_of_number(number_at(frame, 0));
}

static struct value
run_floor(const struct call_frame *frame)
{
	return value_of_number(floor(number_at(frame, 0)));
}

static struct value
run_ceiling(const struct call_frame *frame)
{
	return value_of_number(ceil(number_at(frame, 0)));
}

static struct value
run_round(const struct call_frame *frame)
{
	return value_of_number(rounded(number_at(frame, 0)));
}

/* ---- The table ------------------------------------------------------------------------------- */

static const struct core_function functions[] = {
	{ "boolean", 1, 1, VALUE_BOOLEAN, run_boolean },
	{ "ceiling", 1, 1, VALUE_NUMBER, run_ceiling },
	{ "concat", 2, 16, VALUE_STRING, run_concat },
	{ "contains", 2, 2, VALUE_BOOLEAN, run_contains },
	{ "count", 1, 1, VALUE_NUMBER, run_count },
	{ "current", 0, 0, VALUE_NODES, run_current },
	{ "false", 0, 0, VALUE_BOOLEAN, run_false },
	{ "floor", 1, 1, VALUE_NUMBER, run_floor },
	{ "last", 0, 0, VALUE_NUMBER, run_last },
	{ "local-name", 0, 1, VALUE_STRING, run_local_name },
	{ "namespace-uri", 0, 1, VALUE_STRING, run_namespace_uri },
	{ "normalize-space", 0, 1, VALUE_STRING, run_normalize_space },
	{ "not", 1, 1, VALUE_BOOLEAN, run_not },
	{ "number", 0, 1, VALUE_NUMBER, run_number },
	{ "position", 0, 0, VALUE_NUMBER, run_position },
	{ "round", 1, 1, VALUE_NUMBER, run_round },
	{ "starts-with", 2, 2, VALUE_BOOLEAN, run_starts_with },
	{ "string", 0, 1, VALUE_STRING, run_string },
	{ "string-length", 0, 1, VALUE_NUMBER, run_string_length },
	{ "substring", 2, 3, VALUE_STRING, run_substring },
	{ "substring-after", 2, 2, VALUE_STRING, run_substring_after },
	{ "substring-before", 2, 2, VALUE_STRING, run_substring_before },
	{ "sum", 1, 1, VALUE_NUMBER, run_sum },
	{ "translate", 3, 3, VALUE_STRING, run_translate },
	{ "true", 0, 0, VALUE_BOOLEAN, run_true },
};

const struct core_function *
core_function_find(const char *name, size_t arguments)
{
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i].name, name) == 0)
			return arguments >= functions[i].least && arguments <= functions[i].most ?
			    &functions[i] : NULL;
	return NULL;
}

enum value_kind
core_function_type(const struct core_function *function)
{
	return function->type;
}

void
core_function_uses(const struct core_function *function, bool *position, bool *last)
{
	*position |= function->run == run_position;
	*last |= function->run == run_last;
}

struct value
core_function_call(struct xpath_environment *environment, const struct xpath_tree *call,
    const struct xpath_context *context)
{
	return call->core->run(&(struct call_frame){ environment, call, context });
}
