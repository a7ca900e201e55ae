/* SPDX-License-Identifier: EUPL-1.2 */
/* The public face of the library (include/ehds/ehds.h): thin over convert.h and validate.h. */
#include "ehds/ehds.h"

#include "base/alloc.h"
#include "convert/convert.h"
#include "convert/validate.h"
#include "mapping/stylesheet.h"

#include <stdlib.h>
#include <string.h>

struct ehds {
	struct mappings *mappings;		/* owns; NULL: none */
	struct conformance *conformance;	/* owns */
	struct converter converter;		/* borrows both */
};

struct ehds_result {
	enum ehds_state state;
	char *pack;			/* owns; NULL */
	struct buffer document, outcome;	/* own */
};

const char *
ehds_version(void)
{
	return PACKAGE_VERSION;
}

static int
load(struct ehds *ehds, const char *const *mappings, size_t count, const char *conformance,
    struct ehds_error *error)
{
	struct arena *arena;
	struct ehds_findings lint;
	int result;

	if (conformance_load(&ehds->conformance, conformance, error) != 0)
		return -1;
	if (count == 0)
		return 0;
	arena = arena_new(0);
	lint = findings_new(arena);
	result = mappings_load(&ehds->mappings, mappings, count, &lint, error);
	arena_free(&arena);
	return result;
}

struct ehds *
ehds_open(const char *const *mappings, size_t count, const char *conformance, char *message, size_t size)
{
	struct ehds *ehds = must_alloc(sizeof(*ehds));
	struct ehds_error error = { 0 };

	xml_open();
	stylesheet_open();
	if (load(ehds, mappings, count, conformance, &error) != 0) {
		if (size > 0)
			error_format(&error, message, size);
		ehds_close(&ehds);
		return NULL;
	}
	ehds->converter = (struct converter){ ehds->mappings, ehds->conformance, xml_limits_default };
	return ehds;
}

void
ehds_close(struct ehds **ehds)
{
	if (*ehds == NULL)
		return;
	mappings_free(&(*ehds)->mappings);
	conformance_free(&(*ehds)->conformance);
	free(*ehds);
	*ehds = NULL;
}

/* The buffer moves from one owner to the other. */
static struct buffer
take(struct buffer *from)
{
	struct buffer taken = *from;

	memset(from, 0, sizeof(*from));
	return taken;
}

static enum ehds_state
public_state(enum convert_state state)
{
	switch (state) {
	case CONVERT_CONVERTED:
		return EHDS_CONVERTED;
	case CONVERT_HELD:
		return EHDS_HELD;
	case CONVERT_REFUSED:
		return EHDS_REFUSED;
	}
	return EHDS_HELD;
}

struct ehds_result *
ehds_convert(const struct ehds *ehds, const char *name, const void *bytes, size_t length, enum ehds_format format,
    const char *date)
{
	struct ehds_result *result = must_alloc(sizeof(*result));
	struct conversion conversion = { 0 };
	struct convert_job job = {
		.name = name != NULL ? name : "-",
		.date = date,
		.as = format == EHDS_FHIR_XML ? CONVERT_FHIR_XML : CONVERT_FHIR_JSON,
	};

	convert_document(&conversion, &ehds->converter, &job, bytes, length);
	result->state = public_state(conversion.state);
	result->pack = conversion.pack != NULL ? must_strdup(pack_name(conversion.pack)) : NULL;
	result->document = take(&conversion.result);
	result->outcome = take(&conversion.outcome);
	conversion_free(&conversion);
	return result;
}

struct ehds_result *
ehds_validate(const struct ehds *ehds, const char *name, const void *bytes, size_t length, const char *profile)
{
	struct ehds_result *result = must_alloc(sizeof(*result));
	struct validation validation = { 0 };

	validate_document(&validation, &ehds->converter, name != NULL ? name : "-", profile, bytes,
	    length);
	result->state = validation.conformant ? EHDS_CONVERTED : EHDS_HELD;
	if (validation.error.kind != EHDS_ERROR_NONE)
		result->state = EHDS_REFUSED;
	result->outcome = take(&validation.outcome);
	validation_free(&validation);
	return result;
}

enum ehds_state
ehds_result_state(const struct ehds_result *result)
{
	return result->state;
}

const char *
ehds_result_pack(const struct ehds_result *result)
{
	return result->pack;
}

const char *
ehds_result_document(const struct ehds_result *result, size_t *length)
{
	*length = result->document.length;
	return result->document.length > 0 ? result->document.data : NULL;
}

const char *
ehds_result_outcome(const struct ehds_result *result, size_t *length)
{
	*length = result->outcome.length;
	return result->outcome.data;
}

/* Patient data: wiped in a way that the compiler may not leave out. */
static void
wipe(struct buffer *buffer)
{
	if (buffer->data != NULL)
		explicit_bzero(buffer->data, buffer->capacity);
	buffer_free(buffer);
}

void
ehds_result_free(struct ehds_result **result)
{
	if (*result == NULL)
		return;
	wipe(&(*result)->document);
	wipe(&(*result)->outcome);
	free((*result)->pack);
	free(*result);
	*result = NULL;
}
