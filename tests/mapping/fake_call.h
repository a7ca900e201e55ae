/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A run without a stylesheet: what typed writers get from it (mapping/element.h), with the findings
 * recorded and the result as text.
 */
#ifndef EHDS_TESTS_FAKE_CALL_H
#define EHDS_TESTS_FAKE_CALL_H

#include "format/xml.h"
#include "mapping/element.h"

#define FAKE_ATTRIBUTES 8

struct fake {
	struct arena *arena;
	struct xml_source *source;
	struct ehds_findings findings;
	struct ehds_error error;
	struct naming *naming;
	struct table *table;
	struct timezone_data *timezone;
	struct pack pack;
	struct call call;
	xmlDoc *result;
	struct { const char *name, *value; } attributes[FAKE_ATTRIBUTES];
	int codes[3];			/* counted, by enum code_fate */
};

/*
 * Parses xml, wrapped in <root> with the name space urn:hl7-org:v3 (prefix xsi is there too), with
 * a naming of some rows (fake_call.c) and no time zone.
 */
void
fake_open(struct fake *fake, const char *xml);

/* An attribute of the extension element. */
void
fake_attribute(struct fake *fake, const char *name, const char *value);

/* The table of tests/mapping/types/NAME.yaml as the `table` of the call. */
void
fake_table(struct fake *fake, const char *name);

void
fake_zone(struct fake *fake, const char *name);

/* The first element of that local name in the document. */
const xmlNode *
fake_element(const struct fake *fake, const char *name);

/*
 * What the writer makes of the first element of that local name: XML without name space
 * declarations, "" for nothing.
 */
const char *
fake_write(struct fake *fake, writer write, const char *element, const char *name);

/* The same for a string, and for all elements of that local name at once. */
const char *
fake_write_text(struct fake *fake, writer write, const char *text, const char *name);

const char *
fake_write_set(struct fake *fake, set_writer write, const char *element, const char *name);

/* The rule ids of the findings, with a space between them, in order. */
const char *
fake_findings(struct fake *fake);

/* "severity: text [found] (expected)" of the n-th finding. */
const char *
fake_finding(struct fake *fake, size_t index);

void
fake_close(struct fake *fake);

/* One writer on one element: opens, writes, compares the result and the findings, closes. */
void
fake_check(writer write, const char *element, const char *name, const char *xml, const char *expected,
    const char *findings);

#endif
