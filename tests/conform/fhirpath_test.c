/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected values are those of the specification's own examples (HL7 FHIRPath 2.0.0; sections in the comments). */
#include "conform/fhirpath.h"

#include "../check_main.h"

#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct ehds_error error;

/* The texts of the result joined by '|'; "!" and the rule of the error when there is one. */
static const char *
result(const char *text)
{
	struct fhirpath_context context = { .arena = arena, .now = "2020-02-29T10:00:00Z" };
	struct fhirpath_item none = { .kind = FHIRPATH_NONE };
	struct fhirpath_collection values;
	struct fhirpath *expression;
	const char *joined = "";

	error_clear(&error);
	if (fhirpath_compile(&expression, text, &error) != 0)
		return arena_printf(arena, "!%s", error.rule);
	if (fhirpath_evaluate(&values, expression, &context, &none, &error) != 0)
		joined = arena_printf(arena, "!%s", error.rule);
	else
		for (size_t i = 0; i < values.count; i++)
			joined = arena_printf(arena, "%s%s%s", joined, i > 0 ? "|" : "", item_text(&values.items[i], arena));
	fhirpath_free(&expression);
	return joined;
}

static void
gives(const char *expression, const char *text)
{
	arena = arena_new(0);
	ck_assert_msg(strcmp(result(expression), text) == 0, "%s gives %s, not %s", expression, result(expression), text);
	arena_free(&arena);
}

/* Section 6.5, the truth tables. */
START_TEST(logic_has_three_values)
{
	gives("true and {}", "");
	gives("false and {}", "false");
	gives("true or {}", "true");
	gives("false or {}", "");
	gives("{} implies true", "true");
	gives("{} implies false", "");
	gives("false implies {}", "true");
	gives("true xor {}", "");
	gives("true xor false", "true");
	ck_assert_ptr_null(arena);
}
END_TEST

/* Section 6.8. */
START_TEST(operators_bind_as_the_specification_says)
{
	gives("2 + 3 * 4", "14");
	gives("(2 + 3) * 4", "20");
	gives("1 + 2 = 3 and 2 < 3", "true");
	gives("10 - 4 - 3", "3");
	gives("1 | 2 | 1", "1|2");
	gives("true or false and false", "true");
	gives("false implies false or true", "true");
	ck_assert_ptr_null(arena);
}
END_TEST

/* Section 6.6: exact decimals; division is decimal, by zero empty. */
START_TEST(arithmetic_is_exact)
{
	gives("0.1 + 0.2 = 0.3", "true");
	gives("0.1 + 0.2", "0.3");
	gives("1.50", "1.50");
	gives("7 / 2", "3.5");
	gives("7 div 2", "3");
	gives("-7 mod 2", "-1");
	gives("5.5 mod 0.7", "0.6");
	gives("1 / 0", "");
	gives("'a' + 'b'", "ab");
	gives("'a' + {}", "");
	gives("'a' & {}", "a");
	gives("(1.45).round(1)", "1.5");
	gives("(-1.45).round(1)", "-1.5");
	gives("(2).power(10)", "1024");
	ck_assert_ptr_null(arena);
}
END_TEST

/* Sections 6.1.1 and 6.2: unknown when precisions differ and the known parts agree. */
START_TEST(dates_compare_down_to_their_precision)
{
	gives("@2012-04-15 = @2012-04-15", "true");
	gives("@2012-04 = @2012-04-15", "");
	gives("@2012-03 = @2012-04-15", "false");
	gives("@2018-03-01 > @2018-01-01", "true");
	gives("@2018-03 > @2018-03-01", "");
	gives("@2017-11-05T01:30:00.0-04:00 > @2017-11-05T01:15:00.0-05:00", "false");
	gives("@2012-01-01T10:30:00Z = @2012-01-01T11:30:00+01:00", "true");
	gives("@2012-04-15T10:00:00 = @2012-04-15T10:00:00.000", "true");
	gives("@T14:30 = @T14:30:00", "");
	gives("@2012-04-15 ~ @2012-04-15T10:00:00", "false");
	ck_assert_ptr_null(arena);
}
END_TEST

/* Section 6.7: calendar arithmetic. */
START_TEST(durations_move_dates_in_the_calendar)
{
	gives("@2020-02-29 + 1 year", "2021-02-28");
	gives("@2019-03-01 + 24 months", "2021-03-01");
	gives("@2018-01-31 + 1 month", "2018-02-28");
	gives("@2020-12-31 + 1 day", "2021-01-01");
	gives("@2014 + 24 months", "2016");
	gives("@T01:00:00 + 2 hours", "03:00:00");
	gives("@T23:30:00 + 1 hour", "00:30:00");
	gives("@2019-03-01 + 1 'mg'", "!fhirpath-evaluation");
	ck_assert_ptr_null(arena);
}
END_TEST

/* Sections 5.1 to 5.3. */
START_TEST(collections_are_filtered_and_cut)
{
	gives("(1 | 2 | 3).where($this > 1)", "2|3");
	gives("(3 | 1 | 2).select($this * 10)", "30|10|20");
	gives("(1 | 2 | 3).skip(1).first()", "2");
	gives("(1 | 2 | 3).exclude(2)", "1|3");
	gives("(1 | 2).combine(2 | 3).count()", "4");
	gives("(1 | 2).subsetOf(1 | 2 | 3)", "true");
	gives("(1 | 2 | 3 | 4).aggregate($this + $total, 0)", "10");
	gives("(1 | 2).single()", "!fhirpath-evaluation");
	gives("{}.exists() or {}.empty()", "true");
	gives("iif(false, 1, 2)", "2");
	gives("(true | false).allTrue()", "false");
	gives("(1 | 2 | 3)[1]", "2");
	gives("'abc' in ('abc' | 'd')", "true");
	gives("{} in (1 | 2)", "");
	ck_assert_ptr_null(arena);
}
END_TEST

/* Section 5.6. */
START_TEST(strings_count_characters)
{
	gives("'abcdefg'.substring(3)", "defg");
	gives("'abcdefg'.substring(1, 2)", "bc");
	gives("'abcdefg'.substring(7)", "");
	gives("'\xC3\xA9t\xC3\xA9'.length()", "3");
	gives("'\xC3\xA9t\xC3\xA9'.indexOf('t')", "1");
	gives("'abc'.replace('', 'x')", "xaxbxcx");
	gives("'11/30/1972'.replaceMatches('\\\\b(?<month>\\\\d{1,2})/(?<day>\\\\d{1,2})/(?<year>\\\\d{2,4})\\\\b', "
	    "'${day}-${month}-${year}')", "30-11-1972");
	gives("'http://fhir.org/x'.matches('^http')", "true");
	gives("'abc'.matchesFull('b')", "false");
	gives("'a,b,,c'.split(',').count()", "4");
	gives("'test'.encode('base64')", "dGVzdA==");
	gives("'dGVzdA=='.decode('base64')", "test");
	gives("'\\u0041\\''", "A'");
	ck_assert_ptr_null(arena);
}
END_TEST

/* Section 5.5. */
START_TEST(conversions_refuse_what_they_cannot_read)
{
	gives("'1'.toInteger() + 1", "2");
	gives("'1.5'.toInteger()", "");
	gives("'yes'.toBoolean()", "true");
	gives("'2'.convertsToBoolean()", "false");
	gives("'4 days'.toQuantity() = 4 days", "true");
	gives("'1day'.convertsToQuantity()", "false");
	gives("'2015-02-30'.convertsToDate()", "false");
	gives("4 'g' = 4000 'mg'", "true");
	gives("4 'g' = 4 'mL'", "");
	gives("1.587.lowBoundary(4)", "1.5865");
	gives("1.587.highBoundary(4)", "1.5875");
	gives("@2014.highBoundary(6)", "2014-12");
	ck_assert_ptr_null(arena);
}
END_TEST

START_TEST(mistakes_are_refused_with_their_place)
{
	arena = arena_new(0);
	ck_assert_str_eq(result("2 + 2 /"), "!fhirpath-syntax");
	ck_assert_int_eq(error.line, 1);
	ck_assert_str_eq(result("name.given.frist()"), "!fhirpath-unsupported");
	ck_assert_str_eq(error.text, "unknown function 'frist'");
	ck_assert_int_eq(error.column, 12);
	ck_assert_str_eq(result("'open"), "!fhirpath-syntax");
	ck_assert_str_eq(error.text, "a quote is not closed");
	ck_assert_str_eq(result("/* open"), "!fhirpath-syntax");
	ck_assert_str_eq(error.text, "a comment is not closed");
	ck_assert_str_eq(result("1 +\n @2015-13-01"), "!fhirpath-syntax");
	ck_assert_int_eq(error.line, 2);
	ck_assert_str_eq(result("%nothing"), "!fhirpath-evaluation");
	ck_assert_str_eq(error.text, "unknown constant '%nothing'");
	ck_assert_str_eq(result("'a' > 1"), "!fhirpath-evaluation");
	ck_assert_str_eq(error.text, "String and Integer cannot be compared");
	arena_free(&arena);
}
END_TEST

/* Neither the parser's stack nor an evaluation may be driven without end. */
START_TEST(nesting_and_steps_are_bounded)
{
	char deep[5001];

	memset(deep, '(', 5000);
	deep[5000] = '\0';
	gives(deep, "!fhirpath-syntax");
	gives("1.repeat($this + 1)", "!fhirpath-operations");
	gives("('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!').matches('^(a+)+$')", "!fhirpath-evaluation");
	ck_assert_ptr_null(arena);
}
END_TEST

/*
 * A Bundle of a Patient, a Condition and an entry without resource, built by hand. The first form of each pair is the one that
 * fhirpath_simplify.c joins; expected values are those of the truth tables (section 6.5) and of all() (5.1.3): it holds for
 * the empty collection.
 */
static void
gives_on_a_bundle(const char *expression, const char *text)
{
	struct fhirpath_item none = { .kind = FHIRPATH_NONE };
	struct fhirpath_context context = { 0 };
	static const char *const resources[] = { "Patient", "Condition", NULL };
	xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *bundle = xmlNewDocNode(doc, NULL, (const xmlChar *)"Bundle", NULL);
	struct fhirpath *compiled;
	bool holds;
	size_t i;

	xmlDocSetRootElement(doc, bundle);
	for (i = 0; i < 3; i++) {
		xmlNode *entry = xmlNewChild(bundle, NULL, (const xmlChar *)"entry", NULL);

		if (resources[i] != NULL)
			xmlNewChild(xmlNewChild(entry, NULL, (const xmlChar *)"resource", NULL), NULL,
			    (const xmlChar *)resources[i], NULL);
	}
	context.arena = arena = arena_new(0);
	none = fhirpath_node(bundle, NULL);
	ck_assert_msg(fhirpath_compile(&compiled, expression, &error) == 0, "%s: %s", expression, error.text);
	if (fhirpath_holds(&holds, compiled, &context, &none, &error) != 0)
		ck_assert_msg(strcmp(text, "!") == 0, "%s: %s", expression, error.text);
	else
		ck_assert_msg(strcmp(text, holds ? "true" : "false") == 0, "%s gives %d", expression, holds);
	fhirpath_free(&compiled);
	arena_free(&arena);
	xmlFreeDoc(doc);
}

START_TEST(an_expression_in_fewer_steps_means_the_same)
{
	gives_on_a_bundle("entry.where(resource.is(Patient) or resource.is(Condition) or resource.is(Flag)).count() = 2", "true");
	gives_on_a_bundle("entry.where(resource.is(Flag) or resource.is(Group)).count() = 0", "true");
	gives_on_a_bundle("entry[0].resource.is(Flag) or entry[1].resource.is(Condition)", "true");	/* two paths */
	gives_on_a_bundle("(entry[2].resource.is(Flag) or entry[2].resource.is(Group)).empty()", "true");
	gives_on_a_bundle("entry.resource.is(Flag) or entry.resource.is(Group)", "!");	/* two values where one is expected */
	gives_on_a_bundle("entry.where(resource.is(Flag)).empty() or entry.where(resource.is(Flag)).all(fullUrl.exists())", "true");
	gives_on_a_bundle("entry.where(resource.is(Patient)).empty() or entry.where(resource.is(Patient)).all(fullUrl.exists())",
	    "false");
	gives_on_a_bundle("entry.where(resource.is(Patient)).empty() or entry.where(resource.is(Flag)).all(fullUrl.exists())", "true");
	gives_on_a_bundle("entry.empty() or entry.all(resource.exists())", "false");
	gives_on_a_bundle("entry.resource.empty() or entry.resource.all(is(Patient) or is(Condition))", "true");
}
END_TEST

TESTS("conform/fhirpath", logic_has_three_values, operators_bind_as_the_specification_says, arithmetic_is_exact,
    dates_compare_down_to_their_precision, durations_move_dates_in_the_calendar, collections_are_filtered_and_cut,
    strings_count_characters, conversions_refuse_what_they_cannot_read, mistakes_are_refused_with_their_place,
    nesting_and_steps_are_bounded, an_expression_in_fewer_steps_means_the_same)
