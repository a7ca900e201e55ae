/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Values of FHIRPath: System types with exact decimals and partial dates, and nodes of a FHIR tree, which turn into System
 * values where an operator needs one. Source: HL7 FHIRPath 2.0.0, sections 4.1 (literals), 5.5 (conversion), 6.1-6.2
 * (equality, comparison); HL7 FHIR R4 4.0.1, fhirpath.html (mapping of FHIR primitives).
 */
#ifndef EHDS_CONFORM_FHIRPATH_VALUE_H
#define EHDS_CONFORM_FHIRPATH_VALUE_H

#include "base/arena.h"
#include "fhir/facts.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Aligned as the words that it is made of: an item, of which there are many, then fits a cache line. */
typedef __int128 decimal_digits __attribute__((aligned(8)));

/* coefficient * 10^-scale; at most 38 digits. */
struct decimal {
	decimal_digits coefficient;
	int scale;
};

enum temporal_precision {
	PRECISION_YEAR = 1, PRECISION_MONTH, PRECISION_DAY, PRECISION_HOUR, PRECISION_MINUTE, PRECISION_SECOND,
	PRECISION_MILLISECOND
};

/* A date, a dateTime or a time; parts beyond the precision are zero (month and day: one). */
struct temporal {
	int year, month, day, hour, minute, second, millisecond;
	enum temporal_precision precision : 8;
	bool zoned : 1;
	int offset : 16;	/* minutes east of UTC */
};

enum fhirpath_kind {
	FHIRPATH_NONE = 0, FHIRPATH_NODE, FHIRPATH_BOOLEAN, FHIRPATH_INTEGER, FHIRPATH_DECIMAL, FHIRPATH_STRING,
	FHIRPATH_DATE, FHIRPATH_DATETIME, FHIRPATH_TIME, FHIRPATH_QUANTITY,
	FHIRPATH_TYPE		/* what type() gives: its name in text, its name space in space */
};

struct fhirpath_item {
	enum fhirpath_kind kind : 8;
	bool calendar : 1;		/* QUANTITY: the unit is a calendar duration word */
	const xmlNode *node;		/* NODE: the element. Others: the element that an attribute value stands in, or NULL */
	const struct fact_type *type;	/* NODE: its FHIR type; STRING made from an attribute: its FHIR type; else NULL */
	union {
		bool boolean;
		int64_t integer;
		struct decimal decimal;		/* DECIMAL; value of QUANTITY */
		struct temporal temporal;
		const char *space;		/* TYPE: "FHIR" or "System" */
	};
	const char *text;		/* STRING; unit of QUANTITY (UCUM code or calendar word); name of TYPE */
};

struct fhirpath_collection {
	struct fhirpath_item *items;
	size_t count, capacity;
};

/* Items that most collections have room for before they ask the arena. */
#define ITEMS_AT_HAND 4

/* An empty collection that begins in an array of the caller's, which must outlive it. */
#define COLLECTION_IN(array) { .items = (array), .count = 0, .capacity = sizeof(array) / sizeof((array)[0]) }

/* False when the arena is full. */
bool
collection_add(struct fhirpath_collection *collection, struct arena *arena, const struct fhirpath_item *item);

struct fhirpath_item item_boolean(bool value);
struct fhirpath_item item_integer(int64_t value);
struct fhirpath_item item_decimal(struct decimal value);
struct fhirpath_item item_string(const char *text);

bool
item_is_number(const struct fhirpath_item *item);

/* A FHIR primitive node as its System value; other items unchanged; NONE for a node without value. */
struct fhirpath_item
item_system(const struct fhirpath_item *item, struct arena *arena);

/* The System or FHIR type name ("Boolean", "Patient") and its name space ("System", "FHIR"). */
const char *item_type_name(const struct fhirpath_item *item);
const char *item_type_space(const struct fhirpath_item *item);

/* Whether the item is of that type or of one that derives from it. space NULL: either. */
bool
item_is(const struct fhirpath_item *item, const char *space, const char *name);

/*
 * Whether `as` and ofType() let the item through: as item_is, but a FHIR primitive only by its own type, since code, id and
 * uri are types of their own there and not strings (HL7 FHIR R4 4.0.1, fhirpath.html; the public suite holds it).
 */
bool
item_casts_to(const struct fhirpath_item *item, const char *space, const char *name);

/* Whether FHIR or System has a type of that name. */
bool
type_exists(const char *space, const char *name);

/* As toString() writes it; NULL when it has no text (complex nodes). */
const char *
item_text(const struct fhirpath_item *item, struct arena *arena);

/* Three-valued logic. An error is -1, as that of every function here that can fail. */
enum answer { ANSWER_ERROR = -1, ANSWER_FALSE, ANSWER_TRUE, ANSWER_EMPTY };

static inline enum answer
answer_of(bool value)
{
	return value ? ANSWER_TRUE : ANSWER_FALSE;
}


/* `=`, `~` on two items; deep for complex nodes. */
enum answer item_equal(const struct fhirpath_item *a, const struct fhirpath_item *b, struct arena *arena);
enum answer item_equivalent(const struct fhirpath_item *a, const struct fhirpath_item *b, struct arena *arena);

/* Order of two items: *out < 0, 0, > 0. TRUE: compared; EMPTY: precisions differ or units do not compare; ERROR: types. */
enum answer item_compare(int *out, const struct fhirpath_item *a, const struct fhirpath_item *b, struct arena *arena);

bool decimal_parse(struct decimal *out, const char *text);
char *decimal_text(struct decimal value, struct arena *arena);
int decimal_compare(struct decimal a, struct decimal b);
struct decimal decimal_of_integer(int64_t value);
long double decimal_double(struct decimal value);
bool decimal_of_double(struct decimal *out, long double value);
bool decimal_add(struct decimal *out, struct decimal a, struct decimal b);
bool decimal_subtract(struct decimal *out, struct decimal a, struct decimal b);
bool decimal_multiply(struct decimal *out, struct decimal a, struct decimal b);
bool decimal_divide(struct decimal *out, struct decimal a, struct decimal b);	/* false for zero or overflow */
struct decimal decimal_round(struct decimal value, int scale);	/* half away from zero */
struct decimal decimal_truncate(struct decimal value);
struct decimal decimal_trim(struct decimal value);	/* no trailing zeros */

/* "2015", "2015-02-04T14:34:28.123Z"; time: "14:30". False when it is none or not in the calendar. */
bool date_parse(struct temporal *out, const char *text);
bool datetime_parse(struct temporal *out, const char *text);
bool time_parse(struct temporal *out, const char *text);
char *temporal_text(const struct temporal *value, enum fhirpath_kind kind, struct arena *arena);

/* Adds a duration: unit a calendar word or a UCUM time unit. False when the unit is none or the date leaves 0001..9999. */
bool temporal_add(struct temporal *value, enum fhirpath_kind kind, struct decimal amount, const char *unit);

/* "5.4 'mg'", "1 year", "4". */
bool quantity_parse(struct fhirpath_item *out, const char *text, struct arena *arena);

/* The calendar duration word in singular ("years" -> "year"), or NULL. */
const char *calendar_unit(const char *word);

#endif
