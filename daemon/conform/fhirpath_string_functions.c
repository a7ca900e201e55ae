/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath functions on strings (HL7 FHIRPath 2.0.0, section 5.6). Positions and lengths count characters, not bytes.
 * Regular expressions are PCRE2's with '.' matching newlines, as the specification asks for single-line mode.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "conform/fhirpath_ast.h"

#include "base/buffer.h"

#include <pcre2.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define MATCH_LIMIT 1000000

/* The single input string: 1, 0 empty, -1 error. */
static int
input_string(const struct invocation *invocation, const char **out)
{
	struct fhirpath_item item;
	int found = single(invocation->evaluation, invocation->ast, invocation->input, &item);

	if (found <= 0)
		return found;
	if (item.kind != FHIRPATH_STRING)
		return evaluation_error(invocation->evaluation, invocation->ast, "%s() works on a string, not on a %s",
		    invocation->ast->name, item_type_name(&item));
	*out = item.text;
	return 1;
}

static int
emit_text(const struct invocation *invocation, struct fhirpath_collection *out, const char *text)
{
	struct fhirpath_item item = item_string(text);

	if (text == NULL)
		return evaluation_error(invocation->evaluation, invocation->ast, "%s(): the text is too large",
		    invocation->ast->name);
	return emit(invocation->evaluation, out, &item);
}

static int
emit_count(const struct invocation *invocation, struct fhirpath_collection *out, int64_t value)
{
	struct fhirpath_item item = item_integer(value);

	return emit(invocation->evaluation, out, &item);
}

static bool
is_continuation(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

static int64_t
count_characters(const char *text, size_t bytes)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < bytes; i++)
		count += !is_continuation(text[i]);
	return count;
}

/* The place of character n, or of the end. */
static const char *
skip_characters(const char *text, int64_t n)
{
	while (n > 0 && *text != '\0') {
		text++;
		while (is_continuation(*text))
			text++;
		n--;
	}
	return text;
}

/* Input and first argument: 1 when both are there. */
static int
two_strings(const struct invocation *invocation, const char **text, const char **other)
{
	int found = input_string(invocation, text);

	return found <= 0 ? found : argument_string(invocation, 0, other);
}

static int
call_index_of(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *part, *at;
	int found = two_strings(invocation, &text, &part);

	if (found <= 0)
		return found;
	at = strstr(text, part);
	return emit_count(invocation, out, at == NULL ? -1 : count_characters(text, (size_t)(at - text)));
}

static int
call_last_index_of(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *part, *at, *last = NULL;
	int found = two_strings(invocation, &text, &part);

	if (found <= 0)
		return found;
	for (at = strstr(text, part); at != NULL && *at != '\0'; at = strstr(at + 1, part))
		last = at;
	if (*part == '\0')
		last = text + strlen(text);
	return emit_count(invocation, out, last == NULL ? -1 : count_characters(text, (size_t)(last - text)));
}

static int
call_substring(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *from, *to;
	int64_t start, length = INT64_MAX;
	int found = input_string(invocation, &text);

	if (found <= 0 || (found = argument_integer(invocation, 0, &start)) <= 0)
		return found;
	if (invocation->ast->argument_count == 2 && argument_integer(invocation, 1, &length) < 0)
		return -1;
	if (start < 0 || start >= count_characters(text, strlen(text)))
		return 0;
	from = skip_characters(text, start);
	to = length == INT64_MAX ? from + strlen(from) : skip_characters(from, length > 0 ? length : 0);
	return emit_text(invocation, out, arena_strndup(invocation->evaluation->arena, from, (size_t)(to - from)));
}

static int
call_starts_with(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *part;
	int found = two_strings(invocation, &text, &part);

	return found <= 0 ? found : emit_boolean(invocation, out, strncmp(text, part, strlen(part)) == 0);
}

static int
call_ends_with(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *part;
	int found = two_strings(invocation, &text, &part);
	size_t length, tail;

	if (found <= 0)
		return found;
	length = strlen(text);
	tail = strlen(part);
	return emit_boolean(invocation, out, length >= tail && strcmp(text + length - tail, part) == 0);
}

static int
call_contains(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *part;
	int found = two_strings(invocation, &text, &part);

	return found <= 0 ? found : emit_boolean(invocation, out, strstr(text, part) != NULL);
}

/* ASCII letters; others stay, as no locale is part of an expression. */
static int
change_case(const struct invocation *invocation, struct fhirpath_collection *out, char from, char to)
{
	const char *text;
	char *copy, *at;
	int found = input_string(invocation, &text);

	if (found <= 0)
		return found;
	copy = arena_strdup(invocation->evaluation->arena, text);
	for (at = copy; at != NULL && *at != '\0'; at++)
		if (*at >= from && *at <= from + 25)
			*at = (char)(*at - from + to);
	return emit_text(invocation, out, copy);
}

static int
call_upper(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return change_case(invocation, out, 'a', 'A');
}

static int
call_lower(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return change_case(invocation, out, 'A', 'a');
}

/* Buffers are bounded, so that replacing cannot grow without end. */
#define TEXT_LIMIT ((size_t)16 * 1024 * 1024)

static int
emit_buffer(const struct invocation *invocation, struct fhirpath_collection *out, struct buffer *buffer)
{
	const char *text = NULL;
	int result;

	if (!buffer->failed)
		text = arena_strndup(invocation->evaluation->arena, buffer->data != NULL ? buffer->data : "", buffer->length);
	buffer_free(buffer);
	result = emit_text(invocation, out, text);
	return result;
}

/* An empty pattern stands before, between and behind all characters. */
static int
call_replace(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *part, *by, *next;
	struct buffer buffer = { .limit = TEXT_LIMIT };
	int found = two_strings(invocation, &text, &part);

	if (found <= 0 || (found = argument_string(invocation, 1, &by)) <= 0)
		return found;
	if (*part == '\0') {
		for (; *text != '\0'; text = next) {
			next = skip_characters(text, 1);
			buffer_puts(&buffer, by);
			buffer_append(&buffer, text, (size_t)(next - text));
		}
		buffer_puts(&buffer, by);
		return emit_buffer(invocation, out, &buffer);
	}
	while ((next = strstr(text, part)) != NULL && !buffer.failed) {
		buffer_append(&buffer, text, (size_t)(next - text));
		buffer_puts(&buffer, by);
		text = next + strlen(part);
	}
	buffer_puts(&buffer, text);
	return emit_buffer(invocation, out, &buffer);
}

static pcre2_code *
compile_pattern(const struct invocation *invocation, const char *pattern)
{
	int number;
	PCRE2_SIZE place;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_DOTALL, &number, &place,
	    NULL);

	if (code == NULL)
		evaluation_error(invocation->evaluation, invocation->ast, "'%s' is no regular expression", pattern);
	return code;
}

/* 1 matches, 0 does not, -1 error (the pattern needs too many steps). */
static int
match_pattern(const struct invocation *invocation, const char *text, const char *pattern, bool whole)
{
	pcre2_code *code = compile_pattern(invocation, pattern);
	pcre2_match_context *bounds;
	pcre2_match_data *data;
	int result;

	if (code == NULL)
		return -1;
	bounds = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(bounds, MATCH_LIMIT);
	data = pcre2_match_data_create_from_pattern(code, NULL);
	result = pcre2_match(code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0,
	    whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0, data, bounds);
	pcre2_match_data_free(data);
	pcre2_match_context_free(bounds);
	pcre2_code_free(code);
	if (result < 0 && result != PCRE2_ERROR_NOMATCH)
		return evaluation_error(invocation->evaluation, invocation->ast, "matching '%s' costs too much", pattern);
	return result >= 0;
}

static int
match(const struct invocation *invocation, struct fhirpath_collection *out, bool whole)
{
	const char *text, *pattern;
	int found = two_strings(invocation, &text, &pattern), matched;

	if (found <= 0)
		return found;
	matched = match_pattern(invocation, text, pattern, whole);
	return matched < 0 ? -1 : emit_boolean(invocation, out, matched == 1);
}

static int
call_matches(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return match(invocation, out, false);
}

static int
call_matches_full(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return match(invocation, out, true);
}

static int
call_replace_matches(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *pattern, *by;
	PCRE2_SIZE length;
	pcre2_code *code;
	char *result;
	int found = two_strings(invocation, &text, &pattern), done;

	if (found <= 0 || (found = argument_string(invocation, 1, &by)) <= 0)
		return found;
	if (*pattern == '\0')
		return emit_text(invocation, out, text);
	code = compile_pattern(invocation, pattern);
	if (code == NULL)
		return -1;
	length = 4096 + 4 * (strlen(text) + strlen(by));
	result = arena_alloc(invocation->evaluation->arena, length);
	done = result == NULL ? -1 : pcre2_substitute(code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0,
	    PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_EXTENDED, NULL, NULL, (PCRE2_SPTR)by, PCRE2_ZERO_TERMINATED,
	    (PCRE2_UCHAR *)result, &length);
	pcre2_code_free(code);
	if (done < 0)
		return evaluation_error(invocation->evaluation, invocation->ast, "replacing by '%s' failed", by);
	return emit_text(invocation, out, result);
}

static int
call_length(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text;
	int found = input_string(invocation, &text);

	return found <= 0 ? found : emit_count(invocation, out, count_characters(text, strlen(text)));
}

static int
call_to_chars(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *next;
	int found = input_string(invocation, &text);

	if (found <= 0)
		return found;
	for (; *text != '\0'; text = next) {
		next = skip_characters(text, 1);
		if (emit_text(invocation, out, arena_strndup(invocation->evaluation->arena, text, (size_t)(next - text))) != 0)
			return -1;
	}
	return 0;
}

static int
call_trim(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text;
	size_t length;
	int found = input_string(invocation, &text);

	if (found <= 0)
		return found;
	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	return emit_text(invocation, out, arena_strndup(invocation->evaluation->arena, text, length));
}

static int
call_split(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct arena *arena = invocation->evaluation->arena;
	const char *text, *by, *next;
	int found = two_strings(invocation, &text, &by);

	if (found <= 0)
		return found;
	while (*by != '\0' && (next = strstr(text, by)) != NULL) {
		if (emit_text(invocation, out, arena_strndup(arena, text, (size_t)(next - text))) != 0)
			return -1;
		text = next + strlen(by);
	}
	return emit_text(invocation, out, text);
}

static int
call_join(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct buffer buffer = { .limit = TEXT_LIMIT };
	const char *by = "";
	size_t i;

	if (invocation->ast->argument_count == 1 && argument_string(invocation, 0, &by) < 0)
		return -1;
	if (invocation->input->count == 0)
		return 0;
	for (i = 0; i < invocation->input->count; i++) {
		struct fhirpath_item item = item_system(&invocation->input->items[i], invocation->evaluation->arena);

		if (item.kind != FHIRPATH_STRING) {
			buffer_free(&buffer);
			return evaluation_error(invocation->evaluation, invocation->ast, "join() takes strings");
		}
		if (i > 0)
			buffer_puts(&buffer, by);
		buffer_puts(&buffer, item.text);
	}
	return emit_buffer(invocation, out, &buffer);
}

static int
base64_variant(const char *format)
{
	if (strcmp(format, "base64") == 0)
		return sodium_base64_VARIANT_ORIGINAL;
	return strcmp(format, "urlbase64") == 0 ? sodium_base64_VARIANT_URLSAFE : 0;
}

static int
call_encode(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct arena *arena = invocation->evaluation->arena;
	const char *text, *format;
	char *result;
	size_t size;
	int found = two_strings(invocation, &text, &format), variant;

	if (found <= 0)
		return found;
	variant = base64_variant(format);
	if (variant == 0 && strcmp(format, "hex") != 0)
		return evaluation_error(invocation->evaluation, invocation->ast, "unknown encoding '%s'", format);
	size = variant == 0 ? 2 * strlen(text) + 1 : sodium_base64_encoded_len(strlen(text), variant);
	result = arena_alloc(arena, size);
	if (result != NULL && variant == 0)
		sodium_bin2hex(result, size, (const unsigned char *)text, strlen(text));
	else if (result != NULL)
		sodium_bin2base64(result, size, (const unsigned char *)text, strlen(text), variant);
	return emit_text(invocation, out, result);
}

static int
call_decode(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *text, *format;
	unsigned char *result;
	size_t length = 0;
	int found = two_strings(invocation, &text, &format), variant, done;

	if (found <= 0)
		return found;
	variant = base64_variant(format);
	if (variant == 0 && strcmp(format, "hex") != 0)
		return evaluation_error(invocation->evaluation, invocation->ast, "unknown encoding '%s'", format);
	result = arena_alloc(invocation->evaluation->arena, strlen(text) + 1);
	if (result == NULL)
		return emit_text(invocation, out, NULL);
	done = variant == 0 ? sodium_hex2bin(result, strlen(text), text, strlen(text), NULL, &length, NULL) :
	    sodium_base642bin(result, strlen(text), text, strlen(text), NULL, &length, NULL, variant);
	if (done != 0)
		return evaluation_error(invocation->evaluation, invocation->ast, "the text is not %s", format);
	result[length] = '\0';
	return emit_text(invocation, out, (const char *)result);
}

/* What must be written otherwise inside HTML and JSON. */
static const struct {
	const char *target;
	char character;
	const char *escape;
} escapes[] = {
	{ "html", '&', "&amp;" }, { "html", '<', "&lt;" }, { "html", '>', "&gt;" }, { "html", '"', "&quot;" },
	{ "html", '\'', "&#39;" }, { "json", '"', "\\\"" }, { "json", '\\', "\\\\" }, { "json", '\n', "\\n" },
	{ "json", '\r', "\\r" }, { "json", '\t', "\\t" },
};

#define ESCAPES (sizeof(escapes) / sizeof(escapes[0]))

static size_t
escape_of(const char *target, const char *text, bool undo)
{
	size_t i;

	for (i = 0; i < ESCAPES; i++)
		if (strcmp(escapes[i].target, target) == 0 &&
		    (undo ? strncmp(text, escapes[i].escape, strlen(escapes[i].escape)) == 0 : *text == escapes[i].character))
			return i;
	return ESCAPES;
}

static int
escape(const struct invocation *invocation, struct fhirpath_collection *out, bool undo)
{
	struct buffer buffer = { .limit = TEXT_LIMIT };
	const char *text, *target;
	int found = two_strings(invocation, &text, &target);

	if (found <= 0)
		return found;
	if (strcmp(target, "html") != 0 && strcmp(target, "json") != 0)
		return evaluation_error(invocation->evaluation, invocation->ast, "unknown target '%s'", target);
	while (*text != '\0') {
		size_t i = escape_of(target, text, undo);

		if (i == ESCAPES)
			buffer_putc(&buffer, *text++);
		else if (undo) {
			buffer_putc(&buffer, escapes[i].character);
			text += strlen(escapes[i].escape);
		} else {
			buffer_puts(&buffer, escapes[i].escape);
			text++;
		}
	}
	return emit_buffer(invocation, out, &buffer);
}

static int
call_escape(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return escape(invocation, out, false);
}

static int
call_unescape(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return escape(invocation, out, true);
}

const struct function string_functions[] = {
	{ "indexOf", 1, 1, call_index_of, NULL },
	{ "lastIndexOf", 1, 1, call_last_index_of, NULL },
	{ "substring", 1, 2, call_substring, NULL },
	{ "startsWith", 1, 1, call_starts_with, NULL },
	{ "endsWith", 1, 1, call_ends_with, NULL },
	{ "contains", 1, 1, call_contains, NULL },
	{ "upper", 0, 0, call_upper, NULL },
	{ "lower", 0, 0, call_lower, NULL },
	{ "replace", 2, 2, call_replace, NULL },
	{ "matches", 1, 1, call_matches, NULL },
	{ "matchesFull", 1, 1, call_matches_full, NULL },
	{ "replaceMatches", 2, 2, call_replace_matches, NULL },
	{ "length", 0, 0, call_length, NULL },
	{ "toChars", 0, 0, call_to_chars, NULL },
	{ "trim", 0, 0, call_trim, NULL },
	{ "split", 1, 1, call_split, NULL },
	{ "join", 0, 1, call_join, NULL },
	{ "encode", 1, 1, call_encode, NULL },
	{ "decode", 1, 1, call_decode, NULL },
	{ "escape", 1, 1, call_escape, NULL },
	{ "unescape", 1, 1, call_unescape, NULL },
	{ NULL, 0, 0, NULL, NULL },
};
