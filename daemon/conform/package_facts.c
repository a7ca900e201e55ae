/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The facts of a package as lines of text: profiles with their elements, invariants, value sets. Facts only: names, numbers,
 * codes, expressions; no sentence of a standard. The form is in conformance/README.md; profile_load.c and profile_element.c read it back.
 */
#include "conform/package.h"
#include "conform/snapshot.h"
#include "conform/valueset_expand.h"

#include <stdlib.h>
#include <string.h>

struct writing {
	struct buffer *out;
	const struct package *package;
	const struct package_set *set;
	struct arena *arena;
	struct ehds_error *error;
	/* Invariants are written once and named by key; a second expression under one key gets key~2. */
	struct invariant {
		const char *key, *name, *expression;
		struct invariant *next;
	} *invariants;
	struct bound {
		const char *url;
		struct bound *next;
	} *bound;
};

/* Tabs and newlines separate; inside a value they are escaped. */
static void
write_value(struct buffer *out, const char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '\t')
			buffer_puts(out, "\\t");
		else if (*text == '\n')
			buffer_puts(out, "\\n");
		else if (*text == '\\')
			buffer_puts(out, "\\\\");
		else if (*text != '\r')
			buffer_putc(out, *text);
	}
}

static void
write_line(struct buffer *out, const char *keyword, const char *const *values, size_t count)
{
	size_t i;

	buffer_puts(out, keyword);
	for (i = 0; i < count; i++) {
		buffer_putc(out, '\t');
		write_value(out, values[i]);
	}
	buffer_putc(out, '\n');
}

#define LINE(out, keyword, ...)                                                                \
	write_line(out, keyword, (const char *const[]){ __VA_ARGS__ },                         \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void
write_json(struct buffer *out, const struct json *value)
{
	const struct json *child;

	switch (value->kind) {
	case JSON_NULL:
		buffer_puts(out, "null");
		return;
	case JSON_TRUE:
		buffer_puts(out, "true");
		return;
	case JSON_FALSE:
		buffer_puts(out, "false");
		return;
	case JSON_NUMBER:
		buffer_puts(out, value->text);
		return;
	case JSON_STRING:
		json_write_string(out, value->text, value->length);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	buffer_putc(out, value->kind == JSON_ARRAY ? '[' : '{');
	for (child = value->children; child != NULL; child = child->next) {
		if (child != value->children)
			buffer_putc(out, ',');
		if (value->kind == JSON_OBJECT) {
			json_write_string(out, child->key, strlen(child->key));
			buffer_putc(out, ':');
		}
		write_json(out, child);
	}
	buffer_putc(out, value->kind == JSON_ARRAY ? ']' : '}');
}

static const struct json *
first_of(const struct json *parent, const char *key)
{
	const struct json *list = json_get(parent, key);

	return list != NULL && list->kind == JSON_ARRAY ? list->children : NULL;
}

/* ---- Elements --------------------------------------------------------------------------------------------------- */

/* ele-1 and ext-1 stand on every element; the engine knows them by itself. */
static bool
is_everywhere(const char *key)
{
	return strcmp(key, "ele-1") == 0 || strcmp(key, "ext-1") == 0;
}

/* A rule that the standard itself calls best practice is told, but warns of nothing (R4: elementdefinition-bestpractice). */
static bool
is_best_practice(const struct json *constraint)
{
	const struct json *extension, *value;

	for (extension = first_of(constraint, "extension"); extension != NULL; extension = extension->next) {
		const char *url = json_text(extension, "url");

		value = json_get(extension, "valueBoolean");
		if (url != NULL && value != NULL && value->kind == JSON_TRUE &&
		    strcmp(url, "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice") == 0)
			return true;
	}
	return false;
}

static const char *
invariant_name(struct writing *writing, const struct json *constraint)
{
	const char *key = json_text(constraint, "key"), *expression = json_text(constraint, "expression");
	const char *severity = json_text(constraint, "severity");
	struct invariant *known;
	unsigned same = 1;

	for (known = writing->invariants; known != NULL; known = known->next) {
		if (strcmp(known->key, key) != 0)
			continue;
		if (strcmp(known->expression, expression) == 0)
			return known->name;
		same++;
	}
	known = arena_alloc(writing->arena, sizeof(*known));
	if (known == NULL)
		return key;
	known->key = key;
	known->expression = expression;
	known->name = same == 1 ? key : arena_printf(writing->arena, "%s~%u", key, same);
	known->next = writing->invariants;
	writing->invariants = known;
	if (is_best_practice(constraint))
		severity = "information";
	LINE(writing->out, "invariant", known->name, severity != NULL ? severity : "error", expression);
	return known->name;
}

/* Invariants come before the profile that names them, so that the file reads from top to bottom. */
static void
write_invariants(struct writing *writing, const struct json *elements)
{
	const struct json *element, *constraint;

	for (element = elements; element != NULL; element = element->next)
		for (constraint = first_of(element, "constraint"); constraint != NULL; constraint = constraint->next)
			if (json_text(constraint, "key") != NULL && json_text(constraint, "expression") != NULL &&
			    !is_everywhere(json_text(constraint, "key")))
				invariant_name(writing, constraint);
}

/* "http://hl7.org/fhirpath/System.String" carries the FHIR type in an extension. */
static const char *
type_code(const struct json *type)
{
	const char *code = json_text(type, "code");
	const struct json *extension;

	if (code == NULL || strncmp(code, "http://hl7.org/fhirpath/", 24) != 0)
		return code;
	for (extension = first_of(type, "extension"); extension != NULL; extension = extension->next) {
		const char *value = json_text(extension, "valueUrl");

		if (value == NULL)
			value = json_text(extension, "valueUri");
		if (value != NULL)
			return value;
	}
	return "string";
}

/* "Reference|PROFILE,PROFILE>TARGET,TARGET Extension|...": types separated by blanks. */
static void
write_types(struct buffer *out, const struct json *element)
{
	const struct json *type, *item;

	for (type = first_of(element, "type"); type != NULL; type = type->next) {
		const char *separator = "|";

		if (type != first_of(element, "type"))
			buffer_putc(out, ' ');
		write_value(out, type_code(type));
		for (item = first_of(type, "profile"); item != NULL; item = item->next, separator = ",") {
			buffer_puts(out, separator);
			write_value(out, item->text);
		}
		separator = ">";
		for (item = first_of(type, "targetProfile"); item != NULL; item = item->next, separator = ",") {
			buffer_puts(out, separator);
			write_value(out, item->text);
		}
	}
}

static void
write_slicing(struct buffer *out, const struct json *slicing)
{
	const struct json *discriminator, *ordered = json_get(slicing, "ordered");

	buffer_printf(out, "s\t%s\t%s", json_text(slicing, "rules") != NULL ? json_text(slicing, "rules") : "open",
	    ordered != NULL && ordered->kind == JSON_TRUE ? "ordered" : "any");
	for (discriminator = first_of(slicing, "discriminator"); discriminator != NULL; discriminator = discriminator->next) {
		buffer_printf(out, "\t%s:", json_text(discriminator, "type"));
		write_value(out, json_text(discriminator, "path"));
	}
	buffer_putc(out, '\n');
}

static void
note_bound(struct writing *writing, const char *url)
{
	struct bound *bound;

	for (bound = writing->bound; bound != NULL; bound = bound->next)
		if (strcmp(bound->url, url) == 0)
			return;
	bound = arena_alloc(writing->arena, sizeof(*bound));
	if (bound == NULL)
		return;
	bound->url = url;
	bound->next = writing->bound;
	writing->bound = bound;
}

static void
write_binding(struct writing *writing, const struct json *binding)
{
	const char *strength = json_text(binding, "strength"), *set = json_text(binding, "valueSet");
	const struct json *extension;

	if (strength == NULL || set == NULL || strcmp(strength, "example") == 0)
		return;
	LINE(writing->out, "b", strength, set);
	note_bound(writing, set);
	for (extension = first_of(binding, "extension"); extension != NULL; extension = extension->next)
		if (json_text(extension, "url") != NULL && json_text(extension, "valueCanonical") != NULL &&
		    strcmp(json_text(extension, "url"), "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet") == 0) {
			LINE(writing->out, "b", "max", json_text(extension, "valueCanonical"));
			note_bound(writing, json_text(extension, "valueCanonical"));
		}
}

static void
write_values(struct buffer *out, const struct json *element)
{
	const struct json *member;

	for (member = element->children; member != NULL; member = member->next) {
		bool fixed = strncmp(member->key, "fixed", 5) == 0, pattern = strncmp(member->key, "pattern", 7) == 0;

		if (!fixed && !pattern)
			continue;
		buffer_puts(out, fixed ? "f\t" : "p\t");
		{
			struct buffer json = { 0 };

			write_json(&json, member);
			write_value(out, json.data);
			buffer_free(&json);
		}
		buffer_putc(out, '\n');
	}
}

static void
write_constraints(struct writing *writing, const struct json *element)
{
	const struct json *constraint;
	bool any = false;

	for (constraint = first_of(element, "constraint"); constraint != NULL; constraint = constraint->next) {
		const char *key = json_text(constraint, "key");

		if (key == NULL || json_text(constraint, "expression") == NULL || is_everywhere(key))
			continue;
		buffer_puts(writing->out, any ? "\t" : "c\t");
		write_value(writing->out, invariant_name(writing, constraint));
		any = true;
	}
	if (any)
		buffer_putc(writing->out, '\n');
}

static void
write_element(struct writing *writing, const struct json *element)
{
	struct buffer *out = writing->out;
	const struct json *min = json_get(element, "min"), *modifier = json_get(element, "isModifier");
	const struct json *length = json_get(element, "maxLength");
	const char *max = json_text(element, "max"), *reference = json_text(element, "contentReference");

	buffer_puts(out, "e\t");
	write_value(out, json_text(element, "id"));
	buffer_printf(out, "\t%s\t%s\t", min != NULL && min->text != NULL ? min->text : "0", max != NULL ? max : "*");
	write_types(out, element);
	buffer_putc(out, '\n');
	if (json_get(element, "slicing") != NULL)
		write_slicing(out, json_get(element, "slicing"));
	if (json_get(element, "binding") != NULL)
		write_binding(writing, json_get(element, "binding"));
	write_values(out, element);
	write_constraints(writing, element);
	if (reference != NULL && strchr(reference, '#') != NULL)
		LINE(out, "r", strchr(reference, '#') + 1);
	if (modifier != NULL && modifier->kind == JSON_TRUE)
		buffer_puts(out, "m\n");
	if (length != NULL && length->text != NULL)
		LINE(out, "l", length->text);
}

/* ---- Profiles --------------------------------------------------------------------------------------------------- */

static int
compare_elements(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* imposeProfile may stand on the definition (any number). */
static void
write_imposed(struct buffer *out, const struct json *definition)
{
	const struct json *extension;

	for (extension = first_of(definition, "extension"); extension != NULL; extension = extension->next) {
		const char *url = json_text(extension, "url"), *imposed = json_text(extension, "valueCanonical");

		if (url != NULL && imposed != NULL &&
		    strcmp(url, "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile") == 0)
			LINE(out, "i", imposed);
	}
}

static int
write_profile(struct writing *writing, const struct json *definition)
{
	const struct json *element, *context, *abstract = json_get(definition, "abstract");
	const char *url = json_text(definition, "url"), *version = json_text(definition, "version");
	const char *kind = json_text(definition, "kind"), *base = json_text(definition, "baseDefinition");
	const char *derivation = json_text(definition, "derivation"), *type = json_text(definition, "type");
	const struct json *elements;

	if (url == NULL || kind == NULL || type == NULL || strcmp(kind, "logical") == 0)
		return 0;
	elements = snapshot_elements(definition, writing->set, writing->arena);
	if (elements == NULL)
		return error_set(writing->error, EHDS_ERROR_CONFIG, "package-no-snapshot", writing->package->name, 0, 0,
		    "%s has no snapshot and none can be made: its base or a type is in no package of this call", url);
	write_invariants(writing, elements);
	LINE(writing->out, "profile", url, version != NULL ? version : writing->package->version, type, kind,
	    derivation != NULL ? derivation : "", abstract != NULL && abstract->kind == JSON_TRUE ? "abstract" : "", base);
	write_imposed(writing->out, definition);
	for (context = first_of(definition, "context"); context != NULL; context = context->next)
		LINE(writing->out, "x", json_text(context, "type"), json_text(context, "expression"));
	for (element = elements; element != NULL; element = element->next)
		write_element(writing, element);
	return 0;
}

/* ---- Value sets --------------------------------------------------------------------------------------------------- */

static void
write_value_set(struct writing *writing, const char *url)
{
	struct expansion *expansion = valueset_expand(url, writing->set, writing->arena);
	const struct expansion_system *system;
	size_t i;

	if (expansion == NULL)
		return;
	LINE(writing->out, "valueset", arena_strndup(writing->arena, url, strcspn(url, "|")),
	    expansion->open ? "open" : "closed");
	for (system = expansion->systems; system != NULL; system = system->next) {
		buffer_puts(writing->out, system->open ? "o\t" : system->all ? "a\t" : "v\t");
		write_value(writing->out, system->system);
		for (i = 0; i < system->count; i++) {
			buffer_putc(writing->out, '\t');
			write_value(writing->out, system->codes[i]);
		}
		buffer_putc(writing->out, '\n');
	}
}

/* Value sets that this package's profiles bind, wherever they are defined, and its own that others may bind. */
static void
write_value_sets(struct writing *writing)
{
	const struct package_resource *resource;
	const struct bound *bound;
	const char **urls;
	size_t count = 0, i;

	for (bound = writing->bound; bound != NULL; bound = bound->next)
		count++;
	for (resource = writing->package->resources; resource != NULL; resource = resource->next)
		count++;
	urls = arena_alloc(writing->arena, (count + 1) * sizeof(*urls));
	count = 0;
	for (bound = writing->bound; urls != NULL && bound != NULL; bound = bound->next)
		if (package_find(writing->package, "ValueSet", bound->url) != NULL || strcmp(writing->package->name, "hl7.fhir.r4.core") != 0)
			urls[count++] = arena_strndup(writing->arena, bound->url, strcspn(bound->url, "|"));
	if (urls == NULL)
		return;
	qsort(urls, count, sizeof(*urls), compare_elements);
	for (i = 0; i < count; i++)
		if (i == 0 || strcmp(urls[i], urls[i - 1]) != 0)
			write_value_set(writing, urls[i]);
}

static void
write_search_parameters(struct writing *writing)
{
	const struct package_resource *resource;

	for (resource = writing->package->resources; resource != NULL; resource = resource->next) {
		const char *url = json_text(resource->json, "url"), *type = json_text(resource->json, "type");

		if (strcmp(json_text(resource->json, "resourceType"), "SearchParameter") == 0 && url != NULL && type != NULL)
			LINE(writing->out, "q", url, type);
	}
}

int
package_write_facts(struct buffer *out, const struct package *package, const struct package_set *set,
    struct arena *arena, struct ehds_error *error)
{
	struct writing writing = { .out = out, .package = package, .set = set, .arena = arena, .error = error };
	const struct package_resource *resource;
	const struct json *needed = json_get(package->manifest, "dependencies"), *at;

	LINE(out, "ehds-facts", "1");
	LINE(out, "package", package->name, package->version, package->licence != NULL ? package->licence : "not stated",
	    package->canonical);
	for (at = needed != NULL ? needed->children : NULL; at != NULL; at = at->next)
		LINE(out, "needs", at->key, at->text);
	for (resource = package->resources; resource != NULL; resource = resource->next)
		if (strcmp(json_text(resource->json, "resourceType"), "StructureDefinition") == 0 &&
		    write_profile(&writing, resource->json) != 0)
			return -1;
	write_value_sets(&writing);
	write_search_parameters(&writing);
	if (out->failed)
		return error_set(error, EHDS_ERROR_CONFIG, "package-limits", package->name, 0, 0, "the facts are too large");
	return 0;
}
