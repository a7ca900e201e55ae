/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Quantities: PQ, INT, REAL, MO, IVL_PQ -> Quantity, Range; RTO -> Ratio (HL7 V3 data types R1).
 *
 * Numbers stay text. A unit is coded only when it is one: by the table of the stylesheet (package
 * types, spelling variants), else when it is a valid UCUM expression; anything else is a unit for
 * people. "{tablet}" is valid UCUM: an annotation that stands for the unit 1 (UCUM 2.1, 6 and 12),
 * and a PQ's unit is UCUM by definition, so the source does say it in UCUM; it is written with that
 * code, and with "tablet" for people. It is no dose form: only a table can say that.
 *
 * A missing unit stays missing. HL7 V3 makes 1 of it by default, but a system that forgot its unit
 * writes the same, and a coded 1 would state that the value has no dimension.
 */
#include "mapping/quantity.h"

#include "base/text.h"
#include "mapping/decimal.h"
#include "mapping/types.h"
#include "fhir/ucum.h"

#include <string.h>

#define CURRENCY "urn:iso:std:iso:4217"
#define TRANSLATION "http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation"

/* ---- units ----------------------------------------------------------------------------------- */

static void
find_unit_relation(struct call *call, const struct item *item, const struct table_row *row)
{
	call->row = row;
	if (row->relation != RELATION_EQUIVALENT)
		call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-unit-relation", "informational",
		    row->from, row->to, "the unit is %s%s%s", relation_name(row->relation),
		    row->why != NULL ? ": " : "", row->why != NULL ? row->why : "");
}

static void
unit_by_row(struct call *call, const struct item *item, const struct table_row *row, struct amount *amount)
{
	find_unit_relation(call, item, row);
	call_count_code(call, row->to != NULL ? CODE_TRANSLATED : CODE_TEXT_ONLY);
	if (row->to == NULL)
		return;
	amount->code = row->to;
	amount->system = row->system != NULL ? row->system : UCUM;
	if (row->display != NULL)
		amount->unit = row->display;
}

/* The annotation's text without its braces. */
static const char *
annotation_text(struct call *call, const char *text)
{
	return call_printf(call, "%.*s", (int)strlen(text) - 2, text + 1);
}

static enum written
unit_by_policy(struct call *call, const struct item *item, const char *text, struct amount *amount)
{
	bool table = call->table != NULL;

	if (table && table_otherwise(call->table) == OTHERWISE_REFUSE)
		return call_refuse(call, item, "map-code-refused",
		    "the unit %s is not in the table %s, which allows no "
		    "other",
		    text, table_name(call->table));
	if (table && table_otherwise(call->table) == OTHERWISE_SAME_CODE) {
		amount->code = text;
		amount->system = table_target(call->table);
		call_count_code(call, CODE_TRANSLATED);
		return WRITTEN_DONE;
	}
	if (table)
		call_count_code(call, CODE_TEXT_ONLY);
	call_finding(call, item, EHDS_SEVERITY_WARNING, "map-unit-unknown", "code-invalid", text,
	    "a unit of UCUM or of the table", "a unit that is no UCUM unit: it is carried as text");
	return WRITTEN_DONE;
}

enum written
unit_read(struct call *call, const struct item *item, const char *text, struct amount *amount)
{
	const char *unit = text_line(call, text);
	const struct table_row *row = NULL;

	if (unit == NULL)
		return WRITTEN_NOTHING;
	amount->unit = strcmp(unit, "1") != 0 ? unit : NULL;
	if (call->table != NULL)
		row = table_find(call->table, unit, NULL);
	if (row != NULL) {
		unit_by_row(call, item, row, amount);
		return WRITTEN_DONE;
	}
	if (!ucum_is_unit(unit))
		return unit_by_policy(call, item, unit, amount);
	if (call->table != NULL)
		call_count_code(call, CODE_KEPT);
	amount->system = UCUM;
	amount->code = unit;
	if (ucum_is_annotation(unit))
		amount->unit = annotation_text(call, unit);
	return WRITTEN_DONE;
}

/* ---- amounts --------------------------------------------------------------------------------- */

/*
 * The value and unit of one element or string. Without a number there is no amount, and its unit
 * says nothing.
 */
static int
amount_read(struct call *call, const struct item *item, struct amount *amount)
{
	const xmlNode *element = item_element(item);
	const char *unit = node_filled(element, "unit"), *currency = node_filled(element, "currency");

	*amount = (struct amount){ .source = element };
	if (element != NULL && (node_attribute(element, "value") != NULL || node_first(element) != NULL))
		amount->value = decimal_read(call, item, node_attribute(element, "value"));
	else
		amount->value = decimal_read(call, item, item_line(call, item));
	if (amount->value == NULL)
		return call->error->kind == EHDS_ERROR_NONE ? 0 : -1;
	if (currency != NULL) {
		amount->unit = amount->code = text_line(call, currency);
		amount->system = CURRENCY;
		return 0;
	}
	if (unit == NULL)
		unit = call_attribute(call, "unit");
	return unit_read(call, item, unit, amount) == WRITTEN_FAILED ? -1 : 0;
}

static int
bound_read(struct call *call, const xmlNode *bound, struct amount *amount)
{
	struct item at = item_of(bound);

	*amount = (struct amount){ .value = NULL };
	if (bound == NULL || item_masked(call, &at))
		return 0;
	return amount_read(call, &at, amount);
}

static bool
is_inclusive(const xmlNode *bound)
{
	const char *inclusive = node_attribute(bound, "inclusive");

	return inclusive == NULL || strcmp(inclusive, "false") != 0;
}

static bool
same_amount(const struct amount *low, const struct amount *high)
{
	const char *left = low->code != NULL ? low->code : low->unit;
	const char *right = high->code != NULL ? high->code : high->unit;

	if (!decimal_equal(low->value, high->value))
		return false;
	return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static void
find_unsaid(struct call *call, const struct item *item, const xmlNode *center, const xmlNode *width)
{
	if (node_filled(center, "value") != NULL || node_filled(width, "value") != NULL)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-range-not-expressible", "incomplete",
		    NULL, "low and high",
		    "the center or the width of an interval cannot be said in FHIR R4");
}

/*
 * An interval of one bound is a comparator: from the bound upwards, or up to it (inclusive by
 * default).
 */
static int
interval_shape(struct call *call, const struct item *item, enum shape *shape, struct amount *low,
    struct amount *high)
{
	const xmlNode *element = item->node, *lower = node_child(element, "low");
	const xmlNode *upper = node_child(element, "high");

	if (bound_read(call, lower, low) < 0 || bound_read(call, upper, high) < 0)
		return -1;
	if (low->value == NULL || high->value == NULL)
		find_unsaid(call, item, node_child(element, "center"), node_child(element, "width"));
	*shape = SHAPE_AMOUNT;
	if (low->value != NULL && high->value != NULL) {
		*shape = same_amount(low, high) ? SHAPE_AMOUNT : SHAPE_RANGE;
	} else if (low->value != NULL) {
		low->comparator = is_inclusive(lower) ? ">=" : ">";
	} else if (high->value != NULL) {
		*low = *high;
		low->comparator = is_inclusive(upper) ? "<=" : "<";
	} else {
		*shape = SHAPE_NOTHING;
	}
	return 0;
}

int
quantity_read(struct call *call, const struct item *item, enum shape *shape, struct amount *low,
    struct amount *high)
{
	const xmlNode *element = item_element(item);

	*shape = SHAPE_NOTHING;
	*low = *high = (struct amount){ .value = NULL };
	if (node_child(element, "low") != NULL || node_child(element, "high") != NULL
	    || node_child(element, "center") != NULL || node_child(element, "width") != NULL)
		return interval_shape(call, item, shape, low, high);
	if (amount_read(call, item, low) < 0)
		return -1;
	*shape = low->value != NULL ? SHAPE_AMOUNT : SHAPE_NOTHING;
	return 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* The same amount in other units (PQR): value, code and code system. */
static void
out_translations(struct call *call, xmlNode *node, const xmlNode *source)
{
	const xmlNode *translation = node_child(source, "translation");

	for (; translation != NULL; translation = node_next(translation, "translation")) {
		struct item at = item_of(translation);
		const char *code = text_line(call, node_attribute(translation, "code"));
		const char *value = node_filled(translation, "value") != NULL
		    ? decimal_read(call, &at, node_attribute(translation, "value")) : NULL;
		xmlNode *quantity;

		if (value == NULL)
			continue;
		quantity = out_element(out_extension(node, TRANSLATION), "valueQuantity");
		out_value(quantity, "value", value);
		out_value(quantity, "unit", text_line(call, node_attribute(translation, "displayName")));
		out_value(
		    quantity, "system", system_uri(call, &at, node_attribute(translation, "codeSystem")));
		if (node_filled(translation, "codeSystem") != NULL)
			out_value(quantity, "code", code);
		else
			out_value(quantity, "unit", code);
	}
}

void
quantity_write(struct call *call, xmlNode *parent, const char *name, const struct amount *amount)
{
	xmlNode *node = out_element(parent, name);

	out_translations(call, node, amount->source);
	out_value(node, "value", amount->value);
	out_value(node, "comparator", amount->comparator);
	out_value(node, "unit", amount->unit);
	if (amount->code != NULL)
		out_value(node, "system", amount->system);
	out_value(node, "code", amount->code);
}

void
range_write(struct call *call, xmlNode *parent, const char *name, const struct amount *low,
    const struct amount *high)
{
	const struct amount *const ends[2] = { low, high };
	xmlNode *node = out_element(parent, name);

	for (size_t i = 0; i < 2; i++) {
		struct amount end = *ends[i];
		struct item at = item_of(end.source);

		if (end.value == NULL)
			continue;
		end.comparator = NULL;
		if (!is_inclusive(end.source))
			call_finding(call, &at, EHDS_SEVERITY_INFORMATION, "map-bound-exclusive", "value",
			    end.value, NULL,
			    "the bound does not belong to the interval, but FHIR's Range includes it");
		quantity_write(call, node, i == 0 ? "low" : "high", &end);
	}
}

enum written
write_quantity(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct amount low, high;
	enum shape shape;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (quantity_read(call, item, &shape, &low, &high) < 0)
		return WRITTEN_FAILED;
	if (shape == SHAPE_RANGE)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-range-not-quantity", "incomplete",
		    call_printf(call, "%s..%s", low.value, high.value), "one value, or one bound",
		    "an interval of two bounds is no quantity");
	if (shape != SHAPE_AMOUNT)
		return call_finish(call, WRITTEN_NOTHING);
	quantity_write(call, parent, name, &low);
	return call_finish(call, WRITTEN_DONE);
}

/* An amount without a comparator is a range of one point. */
static void
widen(struct amount *low, struct amount *high)
{
	if (low->comparator == NULL) {
		*high = *low;
	} else if (low->comparator[0] == '<') {
		*high = *low;
		low->value = NULL;
	}
}

enum written
write_range(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct amount low, high;
	enum shape shape;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (quantity_read(call, item, &shape, &low, &high) < 0)
		return WRITTEN_FAILED;
	if (shape == SHAPE_NOTHING)
		return call_finish(call, WRITTEN_NOTHING);
	if (shape == SHAPE_AMOUNT)
		widen(&low, &high);
	range_write(call, parent, name, &low, &high);
	return call_finish(call, WRITTEN_DONE);
}

static int
part_read(struct call *call, const xmlNode *part, enum shape *shape, struct amount *amount)
{
	struct item at = item_of(part);
	struct amount high;

	*shape = SHAPE_NOTHING;
	if (part == NULL || item_masked(call, &at))
		return 0;
	return quantity_read(call, &at, shape, amount, &high);
}

/* FHIR R4, rat-1: both or none. `<numerator/>` is none. */
enum written
write_ratio(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item);
	struct amount numerator, denominator;
	enum shape above, below;
	xmlNode *node;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (part_read(call, node_child(element, "numerator"), &above, &numerator) < 0
	    || part_read(call, node_child(element, "denominator"), &below, &denominator) < 0)
		return WRITTEN_FAILED;
	if (above == SHAPE_NOTHING && below == SHAPE_NOTHING)
		return call_finish(call, WRITTEN_NOTHING);
	if (above != SHAPE_AMOUNT || below != SHAPE_AMOUNT) {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-ratio-incomplete", "incomplete", NULL,
		    "one numerator and one denominator", "a ratio without one of its parts is left out");
		return call_finish(call, WRITTEN_NOTHING);
	}
	node = out_element(parent, name);
	quantity_write(call, node, "numerator", &numerator);
	quantity_write(call, node, "denominator", &denominator);
	return call_finish(call, WRITTEN_DONE);
}
