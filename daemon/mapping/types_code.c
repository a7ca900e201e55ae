/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Coded values: CD, CE, CV, CO, CS (HL7 V3 data types R1), those of FHIR and plain strings become
 * CodeableConcept, Coding and code.
 *
 * A national code is never thrown away because a European one exists: the target of the table
 * stands first, the source coding and its translations stand behind it, the label of the source is
 * the text. Displays of the source are kept as they are, but the display of the target comes from
 * the table, because labels lie (letter case, accents, two drugs with one label). What the table
 * calls `unmatched` ("other", free-text placeholders) has no meaning as a code and becomes text.
 */
#include "mapping/concept.h"

#include "base/text.h"
#include "mapping/types.h"
#include "mapping/wording.h"

#include <string.h>

static const struct {
	const char *rule;
	enum ehds_severity severity;
	const char *text;
} relations[] = {
	[RELATION_WIDER] = { "map-relation-wider", EHDS_SEVERITY_INFORMATION,
	    "the target code is wider than the source code" },
	[RELATION_NARROWER] = { "map-relation-narrower", EHDS_SEVERITY_WARNING,
	    "the target code is narrower than the source code" },
	[RELATION_INEXACT] = { "map-relation-inexact", EHDS_SEVERITY_WARNING,
	    "the target code is only near to the source code" },
	[RELATION_UNMATCHED] = { "map-relation-unmatched", EHDS_SEVERITY_INFORMATION,
	    "the source code has no target and is carried as text" },
};

static struct item
place(const struct concept *concept, const struct coded *coded)
{
	return coded->node != NULL ? item_of(coded->node) : *concept->item;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void
find_relation(struct call *call, const struct concept *concept, const struct coded *coded,
    const struct table_row *row)
{
	struct item at = place(concept, coded);

	call->row = row;
	if (row->relation == RELATION_EQUIVALENT)
		return;
	call_finding(call, &at, relations[row->relation].severity, relations[row->relation].rule,
	    "informational", coded->code, row->to, "%s%s%s", relations[row->relation].text,
	    row->why != NULL ? ": " : "", row->why != NULL ? row->why : "");
}

/* The first code with a row that has a target; placeholders on the way become text. */
static bool
find_target(struct call *call, struct concept *concept)
{
	const struct table_row *row;

	for (size_t i = 0; i < concept->count; i++) {
		struct coded *coded = &concept->codes[i];

		if (coded->nobodys || !table_takes(call->table, coded->system))
			continue;
		row = table_find(call->table, coded->code, NULL);
		if (row == NULL)
			continue;
		find_relation(call, concept, coded, row);
		coded->text_only = row->relation == RELATION_UNMATCHED;
		if (row->to == NULL)
			continue;
		concept->target =
		    (struct coding){ .system = row->system, .code = row->to, .display = row->display };
		return true;
	}
	return false;
}

/*
 * A code that is the target's already; a table that takes codes of that system decides about them
 * itself.
 */
static const char *
native_code(const struct call *call, const struct concept *concept)
{
	const char *target = table_target(call->table);

	if (target == NULL || table_takes(call->table, target))
		return NULL;
	for (size_t i = 0; i < concept->count; i++)
		if (concept->codes[i].system != NULL && strcmp(concept->codes[i].system, target) == 0)
			return concept->codes[i].code;
	return NULL;
}

static bool
has_text_only(const struct concept *concept)
{
	for (size_t i = 0; i < concept->count; i++)
		if (concept->codes[i].text_only)
			return true;
	return false;
}

static void
find_unmapped(struct call *call, const struct concept *concept, const char *fate)
{
	const struct coded *coded = &concept->codes[0];
	struct item at = place(concept, coded);

	call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-code-unmapped", "code-invalid", coded->code,
	    NULL, "the table %s has no row for this code%s%s: %s", table_name(call->table),
	    coded->system != NULL ? " of " : "", coded->system != NULL ? coded->system : "", fate);
}

static enum written
take_otherwise(struct call *call, struct concept *concept)
{
	struct coded *coded = &concept->codes[0];
	bool taken = !coded->nobodys && table_takes(call->table, coded->system);

	switch (table_otherwise(call->table)) {
	case OTHERWISE_REFUSE:
		return call_refuse(call, concept->item, "map-code-refused",
		    "the code %s of %s is not in the table %s, "
		    "which allows no other",
		    coded->code, coded->system != NULL ? coded->system : "no system",
		    table_name(call->table));
	case OTHERWISE_SAME_CODE:
		if (taken) {
			concept->target =
			    (struct coding){ .system = table_target(call->table), .code = coded->code };
			return WRITTEN_DONE;
		}
		break;
	case OTHERWISE_TEXT_ONLY:
		if (taken) {
			find_unmapped(call, concept, "carried as text");
			coded->text_only = true;
			return WRITTEN_DONE;
		}
		break;
	case OTHERWISE_KEEP_SOURCE:
		break;
	}
	find_unmapped(call, concept, "the source code is kept");
	return WRITTEN_DONE;
}

static enum written
translate(struct call *call, struct concept *concept)
{
	if (call->table == NULL || concept->count == 0)
		return WRITTEN_DONE;
	if (find_target(call, concept) || has_text_only(concept) || native_code(call, concept) != NULL)
		return WRITTEN_DONE;
	return take_otherwise(call, concept);
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool
same(const char *left, const char *right)
{
	return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static size_t
add_coding(struct coding *codings, size_t count, const struct coding *coding)
{
	for (size_t i = 0; i < count; i++) {
		if (!same(codings[i].code, coding->code) || !same(codings[i].system, coding->system))
			continue;
		if (codings[i].display == NULL)
			codings[i].display = coding->display;
		if (codings[i].version == NULL)
			codings[i].version = coding->version;
		return count;
	}
	codings[count] = *coding;
	return count + 1;
}

/* Target first, then what the source says; each once. A code without a system is nobody's code. */
static size_t
collect_codings(struct call *call, const struct concept *concept, struct coding codings[CODES + 1])
{
	size_t count = concept->target.code != NULL ? add_coding(codings, 0, &concept->target) : 0;

	for (size_t i = 0; i < concept->count; i++) {
		const struct coded *coded = &concept->codes[i];
		struct item at = place(concept, coded);

		if (coded->text_only || coded->bare)
			continue;
		if (coded->system == NULL && node_filled(coded->node, "codeSystem") == NULL
		    && node_value(coded->node, "system") == NULL)
			call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-code-system-missing",
			    "code-invalid", coded->code, "a codeSystem", "a code without its code system");
		count = add_coding(codings, count, &(struct coding){ .system = coded->system,
		    .version = coded->version, .code = coded->code, .display = coded->display });
	}
	return count;
}

static void
count_code(struct call *call, const struct concept *concept, size_t codings)
{
	enum code_fate fate = codings > 0 ? CODE_KEPT : CODE_TEXT_ONLY;

	if (call->table == NULL || concept->count == 0)
		return;
	call_count_code(call, concept->target.code != NULL ? CODE_TRANSLATED : fate);
}

static void
out_coding(xmlNode *parent, const char *name, const struct coding *coding)
{
	xmlNode *node = out_element(parent, name);

	out_value(node, "system", coding->system);
	out_value(node, "version", coding->version);
	out_value(node, "code", coding->code);
	out_value(node, "display", coding->display);
}

/* What people read: the words, the label, and for a code that stays text the code itself. */
static const char *
readable(const struct concept *concept)
{
	if (concept->text != NULL)
		return concept->text;
	for (size_t i = 0; i < concept->count; i++)
		if (concept->codes[i].text_only || concept->codes[i].bare)
			return concept->codes[i].code;
	return NULL;
}

/*
 * HL7 V3 CD: code, displayName and originalText speak of one thing. What is coded stands. A code that is
 * text only says nothing that words could contradict.
 */
static void
check_wording(struct call *call, const struct concept *concept)
{
	const struct coded *coded = &concept->codes[0];
	struct item at = item_of(coded->node);

	if (concept->count == 0 || coded->text_only || coded->display == NULL || coded->node == NULL
	    || node_child(coded->node, "originalText") == NULL || concept->text == NULL)
		return;
	if (!wording_agrees(coded->display, concept->text))
		call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-code-words", "business-rule",
		    coded->display, concept->text,
		    "the name of the code and the author's words have no word in common: kept as coded");
}

enum written
write_concept(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct concept concept;
	struct coding codings[CODES + 1];
	const char *text;
	xmlNode *node;
	size_t count;

	concept_read(call, &concept, item);
	if (translate(call, &concept) == WRITTEN_FAILED)
		return WRITTEN_FAILED;
	check_wording(call, &concept);
	count = collect_codings(call, &concept, codings);
	text = text_line(call, call_attribute(call, "text"));
	if (text == NULL)
		text = readable(&concept);
	count_code(call, &concept, count);
	if (count == 0 && text == NULL)
		return call_finish(call, WRITTEN_NOTHING);
	node = out_element(parent, name);
	for (size_t i = 0; i < count; i++)
		out_coding(node, "coding", &codings[i]);
	out_value(node, "text", text);
	return call_finish(call, WRITTEN_DONE);
}

/* A Coding has no text: what is only words becomes its display. */
enum written
write_coding(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct concept concept;
	struct coding codings[CODES + 1];
	size_t count;

	concept_read(call, &concept, item);
	if (translate(call, &concept) == WRITTEN_FAILED)
		return WRITTEN_FAILED;
	count = collect_codings(call, &concept, codings);
	count_code(call, &concept, count);
	if (count == 0) {
		codings[0] = (struct coding){ .display = readable(&concept) };
		if (codings[0].display == NULL)
			return call_finish(call, WRITTEN_NOTHING);
	}
	out_coding(parent, name, &codings[0]);
	return call_finish(call, WRITTEN_DONE);
}

/*
 * A primitive code comes from a closed list of FHIR, so a national code is no answer: with a table,
 * what has no row is absent (or `default`), whatever the table's `otherwise` says, but for
 * same-code and refuse.
 */
enum written
write_code(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item);
	struct concept concept;
	const char *code = NULL;

	concept_read(call, &concept, item);
	if (translate(call, &concept) == WRITTEN_FAILED)
		return WRITTEN_FAILED;
	if (call->table != NULL)
		code = concept.target.code != NULL ? concept.target.code : native_code(call, &concept);
	else if (concept.count > 0)
		code = concept.codes[0].code;
	else if (element == NULL || concept_is_plain(element))
		code = concept.text;
	count_code(call, &concept, 0);
	if (code == NULL)
		code = text_line(call, call_attribute(call, "default"));
	return call_finish(call, out_value(parent, name, code) != NULL ? WRITTEN_DONE : WRITTEN_NOTHING);
}
