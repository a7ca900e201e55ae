/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Values of any type: the type of the source (xsi:type, HL7 V3 data types R1) decides which choice
 * of value[x] is written. Without a type the content decides as far as it is beyond doubt, else the
 * value stays a string.
 *
 * Text such as "<1.0 mg/L" is a quantity with a comparator, and is written as one. Text without a
 * comparator stays text: "3 m" may be metres or months.
 */
#include "mapping/quantity.h"

#include "base/text.h"
#include "mapping/decimal.h"
#include "mapping/pack.h"
#include "mapping/types.h"
#include "fhir/ucum.h"

#include <string.h>
#include <strings.h>

typedef enum written (*kind_writer)(
    struct call *call, const struct item *item, xmlNode *parent, const char *name);

static const char *
typed(struct call *call, const char *name, const char *type)
{
	const char *whole = call_printf(call, "%s%s", name, type);

	return whole != NULL ? whole : name;
}

/* ---- quantities ------------------------------------------------------------------------------ */

/* Units have a table of their own: `table` is for coded values. */
static enum written
with_units(struct call *call, const struct item *item, xmlNode *parent, const char *name, kind_writer write)
{
	const char *units = call_attribute(call, "units");
	const struct table *codes = call->table;
	enum written written;

	call->table = units != NULL ? pack_table_named(call->pack, units) : NULL;
	written = write(call, item, parent, name);
	call->table = codes;
	return written;
}

static enum written
amount(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct amount low, high;
	enum shape shape;

	if (quantity_read(call, item, &shape, &low, &high) < 0)
		return WRITTEN_FAILED;
	if (shape == SHAPE_NOTHING)
		return WRITTEN_NOTHING;
	if (shape == SHAPE_AMOUNT)
		quantity_write(call, parent, typed(call, name, "Quantity"), &low);
	else
		range_write(call, parent, typed(call, name, "Range"), &low, &high);
	return WRITTEN_DONE;
}

static enum written
any_amount(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return with_units(call, item, parent, name, amount);
}

static enum written
any_ratio(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return with_units(call, item, parent, typed(call, name, "Ratio"), write_ratio);
}

/* A whole number is an integer, unless the stylesheet gives it a unit: then it is an amount. */
static enum written
any_integer(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const char *text;

	if (call_attribute(call, "unit") != NULL || node_filled(item->node, "value") == NULL)
		return any_amount(call, item, parent, name);
	text = decimal_read(call, item, node_attribute(item->node, "value"));
	if (text == NULL)
		return WRITTEN_NOTHING;
	if (strspn(text, "-0123456789") != strlen(text) || strlen(text) > 9)
		return any_amount(call, item, parent, name);
	out_value(parent, typed(call, name, "Integer"), strcmp(text, "-0") == 0 ? "0" : text);
	return WRITTEN_DONE;
}

/* ---- text ------------------------------------------------------------------------------------ */

static const struct {
	const char *sign, *comparator;
} comparators[] = {
	{ "<=", "<=" }, { ">=", ">=" }, { "=<", "<=" }, { "=>", ">=" }, { "\xe2\x89\xa4", "<=" },
	{ "\xe2\x89\xa5", ">=" }, { "<", "<" }, { ">", ">" },
};

/* "<1.0 mg/L": a comparator, a number, a UCUM unit, and nothing else. */
static bool
split_text(struct call *call, const struct item *item, const char *text, struct amount *amount)
{
	const char *number = text, *unit;
	size_t length, i = 0;

	while (i < sizeof(comparators) / sizeof(comparators[0])
	       && !text_starts_with(text, comparators[i].sign))
		i++;
	if (i == sizeof(comparators) / sizeof(comparators[0]))
		return false;
	number += strlen(comparators[i].sign);
	number += strspn(number, " ");
	length = decimal_length(number);
	unit = number + length;
	unit += strspn(unit, " ");
	if (length == 0 || *unit == '\0' || !ucum_is_unit(unit))
		return false;
	*amount = (struct amount){ .comparator = comparators[i].comparator };
	amount->value = decimal_read(call, item, call_printf(call, "%.*s", (int)length, number));
	return amount->value != NULL && unit_read(call, item, unit, amount) == WRITTEN_DONE;
}

static enum written
text_amount(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const char *text =
	    item_element(item) != NULL ? resolved_text(call, item->node, false) : item_line(call, item);
	struct amount amount;

	if (text == NULL)
		return WRITTEN_NOTHING;
	if (!split_text(call, item, text, &amount)) {
		out_value(parent, typed(call, name, "String"), text);
		return WRITTEN_DONE;
	}
	call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-text-quantity", "informational", text,
	    NULL, "a text is read as a quantity with a comparator");
	quantity_write(call, parent, typed(call, name, "Quantity"), &amount);
	return WRITTEN_DONE;
}

static enum written
any_text(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return with_units(call, item, parent, name, text_amount);
}

/* ---- the other types ------------------------------------------------------------------------- */

static enum written
any_concept(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return write_concept(call, item, parent, typed(call, name, "CodeableConcept"));
}

static enum written
any_boolean(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const char *value = text_line(call, node_attribute(item->node, "value"));

	if (value == NULL)
		return WRITTEN_NOTHING;
	if (strcmp(value, "true") == 0 || strcmp(value, "1") == 0)
		value = "true";
	else if (strcmp(value, "false") == 0 || strcmp(value, "0") == 0)
		value = "false";
	else {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-boolean-invalid", "value", value,
		    "true or false", "not a boolean: it is left out");
		return WRITTEN_NOTHING;
	}
	out_value(parent, typed(call, name, "Boolean"), value);
	return WRITTEN_DONE;
}

static enum written
any_time(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return write_datetime(call, item, parent, typed(call, name, "DateTime"));
}

static enum written
any_period(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return write_period(call, item, parent, typed(call, name, "Period"));
}

/*
 * Types without a choice in Observation.value[x] (R4): what can be read is a string, and the
 * finding says so.
 */
static enum written
any_other(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const char *text = resolved_text(call, item->node, false);

	if (text == NULL)
		text = text_line(call, node_attribute(item->node, "extension"));
	if (text == NULL)
		text = text_line(call, node_attribute(item->node, "root"));
	if (text == NULL && node_null(item->node) != NULL)
		return WRITTEN_NOTHING;
	call_finding(call, item, EHDS_SEVERITY_WARNING, "map-type-unsupported", "not-supported",
	    node_xsi_type(item->node), NULL, text != NULL ? "a value of this type is carried as text"
	    : "a value of this type cannot be carried");
	if (out_value(parent, typed(call, name, "String"), text) == NULL)
		return WRITTEN_NOTHING;
	return WRITTEN_DONE;
}

/* ---- choosing -------------------------------------------------------------------------------- */

static const struct kind {
	const char *type;
	kind_writer write;
} kinds[] = {
	{ "PQ", any_amount },
	{ "IVL_PQ", any_amount },
	{ "SXCM_PQ", any_amount },
	{ "IVXB_PQ", any_amount },
	{ "REAL", any_amount },
	{ "IVL_REAL", any_amount },
	{ "IVL_INT", any_amount },
	{ "MO", any_amount },
	{ "IVL_MO", any_amount },
	{ "INT", any_integer },
	{ "CD", any_concept },
	{ "CE", any_concept },
	{ "CV", any_concept },
	{ "CO", any_concept },
	{ "CS", any_concept },
	{ "SC", any_concept },
	{ "ST", any_text },
	{ "ED", any_text },
	{ "BL", any_boolean },
	{ "BN", any_boolean },
	{ "TS", any_time },
	{ "SXCM_TS", any_time },
	{ "IVL_TS", any_period },
	{ "RTO", any_ratio },
	{ "RTO_PQ_PQ", any_ratio },
	{ "RTO_QTY_QTY", any_ratio },
	{ "RTO_MO_PQ", any_ratio },
	{ "RTO_INT_INT", any_ratio },
};

static kind_writer
find_kind(struct call *call, const struct item *item, const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcasecmp(kinds[i].type, type) != 0)
			continue;
		if (strcmp(kinds[i].type, type) != 0)
			call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-type-case", "value", type,
			    kinds[i].type, "xsi:type in the wrong case");
		return kinds[i].write;
	}
	return any_other;
}

static bool
has_unit(const xmlNode *element)
{
	return node_filled(element, "unit") != NULL
	       || node_filled(node_child(element, "low"), "unit") != NULL
	       || node_filled(node_child(element, "high"), "unit") != NULL;
}

/* What the content is beyond doubt; NULL when it could be several things. */
static kind_writer
guess_kind(const xmlNode *element)
{
	if (has_unit(element))
		return any_amount;
	if (node_child(element, "numerator") != NULL || node_child(element, "denominator") != NULL)
		return any_ratio;
	if (node_filled(element, "code") != NULL || node_filled(element, "codeSystem") != NULL
	    || node_child(element, "translation") != NULL || node_child(element, "originalText") != NULL)
		return any_concept;
	if (node_attribute(element, "value") == NULL && node_child(element, "low") == NULL
	    && node_child(element, "high") == NULL)
		return any_text;
	return NULL;
}

/* A value that may be a number, a date or a truth: as a string it stays all of them. */
static enum written
write_untyped(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	kind_writer write = guess_kind(item->node);

	if (write == any_text && resolved_text(call, item->node, false) == NULL)
		return WRITTEN_NOTHING;
	call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-type-missing", "structure",
	    node_attribute(item->node, "value"), "xsi:type",
	    write != NULL ? "a value without a type: its content decides"
	    : "a value without a type, which can be several things");
	return write != NULL ? write(call, item, parent, name) : any_other(call, item, parent, name);
}

enum written
write_any(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item);
	const char *type = node_xsi_type(element);

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (element == NULL)
		return call_finish(call, any_text(call, item, parent, name));
	if (type == NULL)
		return call_finish(call, write_untyped(call, item, parent, name));
	return call_finish(call, find_kind(call, item, type)(call, item, parent, name));
}
