/* SPDX-License-Identifier: EUPL-1.2 */
/* Findings with their FHIRPath. The path is built only for findings that are kept: a bad document has
 * many. */
#include "conform/check.h"
#include "conform/walk.h"

#include "base/buffer.h"

#include <string.h>

#define R4_PACKAGE "hl7.fhir.r4.core#4.0.1"

static void
append_place(struct buffer *out, const struct place *place)
{
	if (place->up != NULL) {
		append_place(out, place->up);		/* bounded by the depth of the walk */
		buffer_putc(out, '.');
	}
	buffer_puts(out, place->name);
	if (place->list)
		buffer_printf(out, "[%zu]", place->index);
}

static bool
is_kept(const struct ehds_findings *findings)
{
	size_t total = 0, i;

	for (i = 0; i < EHDS_SEVERITY_COUNT; i++)
		total += findings->counts[i];
	return total < findings->limit;
}

static void
add(struct check *check, const struct breach *breach, const char *expression)
{
	findings_add(check->findings,
	    &(struct ehds_finding) { .severity = breach->severity,
		.rule = breach->rule,
		.code = breach->code,
		.text = breach->text,
		.found = breach->found,
		.expected = breach->expected,
		.expression = expression,
		.profile = breach->profile != NULL ? breach->profile : R4_PACKAGE });
}

void
check_report(struct check *check, const struct place *place, const char *below, const struct breach *breach)
{
	struct buffer path = { 0 };

	if (is_kept(check->findings)) {
		append_place(&path, place);
		if (below != NULL)
			buffer_printf(&path, ".%s", below);
	}
	/* What the reader could not take is said already. */
	if (path.data == NULL || !places_have(check->read, path.data))
		add(check, breach, path.data);
	buffer_free(&path);
}

void
check_report_entry(struct check *check, size_t index, const char *below, const struct breach *breach)
{
	const struct place bundle = { NULL, "Bundle", false, 0 }, entry = { &bundle, "entry", true, index };

	check_report(check, &entry, below, breach);
}
