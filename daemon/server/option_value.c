/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading of one value of ehdsd.yaml by the type that its option has. */
#include "server/options.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	long long factor;
};

static const struct unit size_units[] = {
	{ "KiB", 1LL << 10 }, { "MiB", 1LL << 20 }, { "GiB", 1LL << 30 }, { "B", 1 }, { NULL, 0 },
};

static const struct unit duration_units[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }, { NULL, 0 },
};

static const struct unit count_units[] = { { "", 1 }, { NULL, 0 } };

/* The units of a number, and how one would write such a value. */
static const struct unit *
units_of(enum option_type type, const char **example)
{
	switch (type) {
	case OPTION_SIZE:
		*example = "a size such as 512KiB, 32MiB or 1GiB";
		return size_units;
	case OPTION_DURATION:
		*example = "a time such as 500ms, 10s, 15m, 2h or 7d";
		return duration_units;
	case OPTION_COUNT:
		*example = "a whole number";
		return count_units;
	case OPTION_TEXT:
	case OPTION_TEXTS:
	case OPTION_PATH:
	case OPTION_PATHS:
	case OPTION_CHOICE:
	case OPTION_GROUP:
	case OPTION_LIST:
	case OPTION_NAMED:
		break;
	}
	return NULL;
}

/* The largest unit that divides the value, so that a range reads as it was meant. */
static void
write_number(char *out, size_t size, long long value, const struct unit *units)
{
	const struct unit *best = NULL;

	for (const struct unit *unit = units; unit->name != NULL; unit++)
		if (value % unit->factor == 0 && (best == NULL || unit->factor > best->factor))
			best = unit;
	must(best != NULL);
	snprintf(out, size, "%lld%s", value / best->factor, best->name);
}

static int
read_number(long long *out, const struct option *option, const struct yaml_node *node, const char *file,
    struct ehds_error *error)
{
	const char *example, *rest;
	const struct unit *units = units_of(option->type, &example), *unit = units;
	size_t digits = strspn(node->text, "0123456789");
	char least[32], most[32];

	rest = node->text + digits;
	while (unit->name != NULL && strcmp(unit->name, rest) != 0)
		unit++;
	if (digits == 0 || digits > 12 || unit->name == NULL)
		return error_set(error, EHDS_ERROR_CONFIG, "config-value", file, node->line, node->column,
		    "%s: '%s' is not %s", option->path, node->text, example);
	*out = strtoll(node->text, NULL, 10);
	if (*out <= option->most / unit->factor && *out * unit->factor >= option->least) {
		*out *= unit->factor;
		return 0;
	}
	write_number(least, sizeof(least), option->least, units);
	write_number(most, sizeof(most), option->most, units);
	return error_set(error, EHDS_ERROR_CONFIG, "config-value", file, node->line, node->column,
	    "%s: '%s' is out of range, expected %s to %s", option->path, node->text, least, most);
}

static int
read_choice(long long *out, const struct option *option, const struct yaml_node *node, const char *file,
    struct ehds_error *error)
{
	size_t count = 0;
	const char *near;
	char words[160];

	for (; option->choices[count] != NULL; count++) {
		if (strcmp(option->choices[count], node->text) != 0)
			continue;
		*out = (long long)count;
		return 0;
	}
	near = text_nearest(node->text, option->choices, count);
	if (near != NULL)
		return error_set(error, EHDS_ERROR_CONFIG, "config-value", file, node->line, node->column,
		    "%s: '%s' is no choice, did you mean '%s'?", option->path, node->text, near);
	option_describe(option, words);
	return error_set(error, EHDS_ERROR_CONFIG, "config-value", file, node->line, node->column,
	    "%s: '%s' is no choice, expected %s", option->path, node->text, words);
}

static int
expect_scalar(const struct option *option, const struct yaml_node *node, const char *file,
    struct ehds_error *error)
{
	const char *trap;

	if (node->kind != YAML_SCALAR)
		return error_set(error, EHDS_ERROR_CONFIG, "config-type", file, node->line, node->column,
		    "%s takes one value, not a %s", option->path, node->kind == YAML_MAPPING
		    ? "group" : "list");
	trap = yaml_trap(node);
	if (trap != NULL)
		return error_set(error, EHDS_ERROR_CONFIG, "config-value", file, node->line, node->column,
		    "%s: '%s' without quotes reads as %s in YAML: put it in quotes", option->path,
		    node->text, trap);
	if (text_is_blank(node->text))
		return error_set(error, EHDS_ERROR_CONFIG, "config-value", file, node->line, node->column,
		    "%s is empty", option->path);
	return 0;
}

static char *
place_path(const struct option *option, const char *text, const char *folder)
{
	bool path = option->type == OPTION_PATH || option->type == OPTION_PATHS;

	return path ? path_join(folder, text) : must_strdup(text);
}

static void
texts_free(struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->items[i]);
	free(texts->items);
	memset(texts, 0, sizeof(*texts));
}

static int
read_texts(struct texts *out, const struct option *option, const struct yaml_node *node, const char *file,
    const char *folder, struct ehds_error *error)
{
	const struct yaml_node *item = node->kind == YAML_SEQUENCE ? node->children : node;
	size_t count = node->kind == YAML_SEQUENCE ? node->count : 1;

	texts_free(out);
	if (count == 0)
		return error_set(error, EHDS_ERROR_CONFIG, "config-value", file, node->line, node->column,
		    "%s is an empty list", option->path);
	out->items = must_alloc(count * sizeof(*out->items));
	for (; out->count < count; item = item->next) {
		if (expect_scalar(option, item, file, error) != 0)
			return -1;
		out->items[out->count++] = place_path(option, item->text, folder);
	}
	return 0;
}

int
option_read(void *base, const struct option *option, const struct yaml_node *node, const char *file,
    const char *folder, struct ehds_error *error)
{
	void *place = (char *)base + option->offset;

	if (option->type == OPTION_TEXTS || option->type == OPTION_PATHS)
		return read_texts(place, option, node, file, folder, error);
	if (expect_scalar(option, node, file, error) != 0)
		return -1;
	if (option->type == OPTION_CHOICE)
		return read_choice(place, option, node, file, error);
	if (option->type != OPTION_TEXT && option->type != OPTION_PATH)
		return read_number(place, option, node, file, error);
	free(*(char **)place);
	*(char **)place = place_path(option, node->text, folder);
	return 0;
}

void
option_default(void *base, const struct option *option)
{
	const struct yaml_node node = { .kind = YAML_SCALAR, .quoted = true, .text = option->fallback };
	struct ehds_error error = { 0 };

	switch (option->type) {
	case OPTION_TEXT:
	case OPTION_PATH:
		*(char **)((char *)base + option->offset) = must_strdup(option->fallback);
		return;
	case OPTION_GROUP:
	case OPTION_LIST:
	case OPTION_NAMED:
		return;
	case OPTION_TEXTS:
	case OPTION_PATHS:
		if (option->fallback[0] == '\0')
			return;
		break;
	case OPTION_COUNT:
	case OPTION_SIZE:
	case OPTION_DURATION:
	case OPTION_CHOICE:
		break;
	}
	must(option_read(base, option, &node, NULL, "/", &error) == 0);
}

void
option_release(void *base, const struct option *option)
{
	void *place = (char *)base + option->offset;

	if (option->type == OPTION_TEXT || option->type == OPTION_PATH)
		free(*(char **)place);
	else if (option->type == OPTION_TEXTS || option->type == OPTION_PATHS)
		texts_free(place);
}
