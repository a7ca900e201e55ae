/* SPDX-License-Identifier: EUPL-1.2 */
/* JSON. Promises: a refusal says why and where; what is taken and written again is read as the same tree. */
#include "base/alloc.h"
#include "base/text.h"
#include "format/json.h"

#include "target.h"

#include <string.h>

static const struct json_limits limits = { .bytes = 1 << 20, .depth = 20, .values = 5000 };

/* No deeper than the reader lets it be. */
static void
write_value(struct json_writer *writer, const struct json *value)
{
	static const char *const literals[] = { "null", "true", "false" };
	char open = value->kind == JSON_OBJECT ? '{' : '[', close = value->kind == JSON_OBJECT ? '}' : ']';

	if (value->key != NULL)
		json_key(writer, value->key);
	if (value->kind == JSON_STRING) {
		json_string(writer, value->text);
	} else if (value->kind == JSON_NUMBER) {
		json_raw(writer, value->text);
	} else if (value->kind < JSON_NUMBER) {
		json_raw(writer, literals[value->kind]);
	} else {
		json_open(writer, open);
		for (const struct json *child = value->children; child != NULL; child = child->next)
			write_value(writer, child);
		json_close(writer, close);
	}
}

static void
must_be_same(const struct json *one, const struct json *other)
{
	must(one->kind == other->kind && one->count == other->count && one->length == other->length);
	must(one->line > 0 && one->column > 0);
	must((one->key == NULL) == (other->key == NULL));
	if (one->key != NULL)
		must(strcmp(one->key, other->key) == 0);
	if (one->text != NULL)
		must(strlen(one->text) == one->length && strcmp(one->text, other->text) == 0);
	one = one->children;
	other = other->children;
	for (; one != NULL; one = one->next, other = other->next)
		must_be_same(one, other);
}

static void
write_and_read(const struct json *root, struct arena *arena, bool pretty)
{
	struct buffer out = { .limit = 0 };
	struct json_writer writer = json_writer_new(&out, pretty);
	const struct json *again;
	struct json_limits wide = limits;

	wide.bytes *= 64;
	write_value(&writer, root);
	must(json_parse(&again, out.data, out.length, "again.json", &wide, arena, NULL) == 0);
	must_be_same(root, again);
	buffer_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(0);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	const struct json *root;

	if (json_parse(&root, (const char *)bytes, length, "fuzz.json", &limits, arena, &error) == 0) {
		write_and_read(root, arena, false);
		write_and_read(root, arena, true);
	} else {
		must(root == NULL && error.kind == EHDS_ERROR_DOCUMENT);
		must(error.text[0] != '\0' && text_starts_with(error.rule, "json-"));
	}
	arena_free(&arena);
	return 0;
}
