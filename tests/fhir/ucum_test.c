/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: the grammar and the tables of UCUM 2.1 (https://ucum.org), and the units of the
 * domain notes.
 */
#include "fhir/ucum.h"

#include "../check_main.h"

#include <string.h>

static void
check(const char *const *units, bool expected)
{
	for (size_t i = 0; units[i] != NULL; i++)
		ck_assert_msg(ucum_is_unit(units[i]) == expected, "'%s' should be %s", units[i],
		    expected ? "a unit" : "none");
}

START_TEST(the_atoms_are_sorted_for_the_search)
{
	for (size_t i = 1; i < ucum_atom_count; i++)
		ck_assert_int_lt(strcmp(ucum_atoms[i - 1].code, ucum_atoms[i].code), 0);
}
END_TEST

START_TEST(knows_units_with_prefixes_exponents_and_terms)
{
	static const char *const units[] = {
		"1",
		"m",
		"kg",
		"mm",
		"dam",
		"ug/mL",
		"mmol/L",
		"mm[Hg]",
		"m[H2O]",
		"g%",
		"m2",
		"cm3",
		"s-1",
		"kg.m/s2",
		"/min",
		"/uL",
		"10*9/L",
		"10^9/L",
		"10*-3",
		"10*",
		"%",
		"[IU]/L",
		"m[IU]/L",
		"k[iU]/mL",
		"mg/(kg.d)",
		"mL/min/{1.73_m2}",
		"mGy.cm",
		"MBq",
		"[arb'U]/mL",
		"'",
		"''",
		"cal_[15]",
		"kcal",
		"24.h",
		"/(12.h)",
		"/100{WBC}",
		"{ratio}",
		"{pack}/a",
		"[m/s2/Hz^0.5]",
		"L/(min.m2)",
		"KiBy",
		"m+2",
		"Cel",
		"[degF]",
		"mo",
		"wk",
		"a",
		NULL,
	};

	check(units, true);
}
END_TEST

/* Prefixes go with metric units only; case counts; spelling variants are no units. */
START_TEST(refuses_what_is_no_unit)
{
	static const char *const units[] = {
		"",
		"NA",
		"null",
		"xyz",
		"kmin",
		"kd",
		"mmHg",
		"IU",
		"cp",
		"Kg",
		"µg",
		"°C",
		"gm",
		"mg/",
		"mg//L",
		"mg.",
		"(mg",
		"mg)",
		"{",
		"{}",
		"{a",
		"{a{b}}",
		"mg{comprimé}",
		"m2.",
		"10",
		"30009000",
		"0",
		"-1",
		"1.5",
		"mg L",
		" mg",
		"()",
		"((((((((((m))))))))))",
		NULL,
	};

	check(units, false);
}
END_TEST

/* UCUM 2.1, appendix A: a factor is a whole term; what else is no unit breaks the grammar too. */
START_TEST(a_number_is_valid_though_no_unit)
{
	ck_assert(ucum_is_valid("10"));
	ck_assert(ucum_is_valid("30009000"));
	ck_assert(ucum_is_valid("mg/dL"));
	ck_assert(ucum_is_valid("1.5"));	/* a point is a product: 1 times 5 */
	ck_assert(!ucum_is_valid("0"));
	ck_assert(!ucum_is_valid("mg//L"));
	ck_assert(!ucum_is_valid("mmHg"));
	ck_assert(!ucum_is_valid(""));
}
END_TEST

/* UCUM 2.1, 2.1 (6) and (12): an annotation alone is the unit 1. */
START_TEST(tells_annotations_from_units)
{
	ck_assert(ucum_is_annotation("{tablet}"));
	ck_assert(!ucum_is_annotation("{tablet}/d"));
	ck_assert(!ucum_is_annotation("mg{tot}"));
	ck_assert(!ucum_is_annotation("tablet"));
}
END_TEST

START_TEST(a_unit_of_absurd_length_is_none)
{
	char unit[400] = "m";

	while (strlen(unit) < 300)
		strcat(unit, ".m");
	ck_assert(!ucum_is_unit(unit));
}
END_TEST

TESTS("fhir/ucum", the_atoms_are_sorted_for_the_search, knows_units_with_prefixes_exponents_and_terms,
    refuses_what_is_no_unit,
    a_number_is_valid_though_no_unit, tells_annotations_from_units, a_unit_of_absurd_length_is_none)
