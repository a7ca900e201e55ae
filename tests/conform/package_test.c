/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Packages to facts: a small package is written into a folder, and its facts are compared line by line with what HL7 FHIR R4
 * 4.0.1 (structuredefinition.html, valueset.html) says of it.
 */
#include "base/file.h"
#include "conform/package.h"

#include "../check_main.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANIFEST "{\"name\":\"test.guide\",\"version\":\"1.0.0\",\"license\":\"CC0-1.0\",\"canonical\":\"http://example.org\"}"

static struct arena *arena;
static char *folder;

static void
put(const char *name, const char *text)
{
	struct ehds_error error;
	char *path = path_join(folder, name);

	ck_assert_int_eq(file_write(path, text, strlen(text), 0600, &error), 0);
	free(path);
}

static void
begin(void)
{
	arena = arena_new(0);
	folder = strdup("/tmp/ehds-package.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	put("package.json", MANIFEST);
}

static void
end(void)
{
	char *command = NULL;

	ck_assert_int_gt(asprintf(&command, "rm -rf '%s'", folder), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
	free(folder);
	arena_free(&arena);
}

/* The facts behind the two head lines. */
static const char *
facts(void)
{
	struct package_set set = { NULL };
	struct ehds_error error = { 0 };
	struct buffer out = { 0 };
	const char *text;

	ck_assert_msg(package_read(&set.first, folder, arena, &error) == 0, "%s", error.text);
	ck_assert_msg(package_write_facts(&out, set.first, &set, arena, &error) == 0, "%s", error.text);
	text = arena_strdup(arena, out.data);
	buffer_free(&out);
	ck_assert_ptr_nonnull(strstr(text, "ehds-facts\t1\npackage\ttest.guide\t1.0.0\tCC0-1.0\thttp://example.org\n"));
	return strchr(strchr(text, '\n') + 1, '\n') + 1;
}

#define DEFINITION(elements) "{\"resourceType\":\"StructureDefinition\",\"url\":\"http://example.org/p\",\"kind\":\"resource\"," \
	"\"abstract\":false,\"type\":\"Patient\",\"derivation\":\"constraint\",\"baseDefinition\":\"http://example.org/base\"," \
	"\"snapshot\":{\"element\":[{\"id\":\"Patient\",\"path\":\"Patient\",\"min\":0,\"max\":\"*\"}" elements "]}}"
#define HEAD "profile\thttp://example.org/p\t1.0.0\tPatient\tresource\tconstraint\t\thttp://example.org/base\ne\tPatient\t0\t*\t\n"

START_TEST(writes_elements_with_types_profiles_and_targets)
{
	begin();
	put("StructureDefinition-p.json", DEFINITION(
	    ",{\"id\":\"Patient.a\",\"min\":1,\"max\":\"2\",\"type\":[{\"code\":\"Reference\",\"targetProfile\":[\"http://x/T\",\"http://x/U\"]},"
	    "{\"code\":\"Quantity\",\"profile\":[\"http://x/Q\"]}],\"isModifier\":true,\"maxLength\":7}"));
	ck_assert_str_eq(facts(), HEAD "e\tPatient.a\t1\t2\tReference>http://x/T,http://x/U Quantity|http://x/Q\nm\nl\t7\n");
	end();
}
END_TEST

START_TEST(writes_slicing_bindings_and_values)
{
	begin();
	put("StructureDefinition-p.json", DEFINITION(
	    ",{\"id\":\"Patient.a\",\"min\":0,\"max\":\"*\",\"slicing\":{\"rules\":\"closed\",\"ordered\":true,\"discriminator\":"
	    "[{\"type\":\"value\",\"path\":\"code\"}]},\"binding\":{\"strength\":\"required\",\"valueSet\":\"http://x/V|1\"},"
	    "\"patternCodeableConcept\":{\"coding\":[{\"code\":\"M\"}]}}"
	    ",{\"id\":\"Patient.b\",\"min\":0,\"max\":\"1\",\"fixedBoolean\":true,\"binding\":{\"strength\":\"example\",\"valueSet\":\"http://x/E\"}}"));
	ck_assert_str_eq(facts(), HEAD "e\tPatient.a\t0\t*\t\ns\tclosed\tordered\tvalue:code\nb\trequired\thttp://x/V|1\n"
	    "p\t{\"coding\":[{\"code\":\"M\"}]}\ne\tPatient.b\t0\t1\t\nf\ttrue\n");
	end();
}
END_TEST

/* One line per key and expression; the two rules that stand everywhere are left out. */
START_TEST(writes_each_invariant_once)
{
	begin();
	put("StructureDefinition-p.json", DEFINITION(
	    ",{\"id\":\"Patient.a\",\"min\":0,\"max\":\"1\",\"constraint\":[{\"key\":\"ele-1\",\"severity\":\"error\",\"expression\":\"true\"},"
	    "{\"key\":\"x-1\",\"severity\":\"error\",\"expression\":\"a\\tb\"}]}"
	    ",{\"id\":\"Patient.b\",\"min\":0,\"max\":\"1\",\"constraint\":[{\"key\":\"x-1\",\"severity\":\"error\",\"expression\":\"a\\tb\"},"
	    "{\"key\":\"x-1\",\"severity\":\"warning\",\"expression\":\"c\"}]}"));
	ck_assert_str_eq(facts(), "invariant\tx-1\terror\ta\\tb\ninvariant\tx-1~2\twarning\tc\n" HEAD
	    "e\tPatient.a\t0\t1\t\nc\tx-1\ne\tPatient.b\t0\t1\t\nc\tx-1\tx-1~2\n");
	end();
}
END_TEST

START_TEST(writes_imposed_profiles_and_contexts)
{
	begin();
	put("StructureDefinition-e.json", "{\"resourceType\":\"StructureDefinition\",\"url\":\"http://example.org/e\",\"version\":\"2\","
	    "\"kind\":\"complex-type\",\"type\":\"Extension\",\"context\":[{\"type\":\"element\",\"expression\":\"Patient\"}],\"extension\":"
	    "[{\"url\":\"http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile\",\"valueCanonical\":\"http://x/I\"}],"
	    "\"snapshot\":{\"element\":[{\"id\":\"Extension\",\"min\":0,\"max\":\"*\"}]}}");
	ck_assert_str_eq(facts(), "profile\thttp://example.org/e\t2\tExtension\tcomplex-type\t\t\t\ni\thttp://x/I\nx\telement\tPatient\n"
	    "e\tExtension\t0\t*\t\n");
	end();
}
END_TEST

#define BOUND ",{\"id\":\"Patient.a\",\"min\":0,\"max\":\"1\",\"binding\":{\"strength\":\"required\",\"valueSet\":\"http://x/V\"}}"
#define SYSTEM "{\"resourceType\":\"CodeSystem\",\"url\":\"http://x/S\",\"content\":\"complete\",\"concept\":[{\"code\":\"A\",\"concept\":" \
	"[{\"code\":\"A1\"},{\"code\":\"A2\"}]},{\"code\":\"B\"}]}"

static const char *
value_set(const char *compose)
{
	const char *text;

	put("StructureDefinition-p.json", DEFINITION(BOUND));
	put("CodeSystem-s.json", SYSTEM);
	put("ValueSet-v.json", arena_printf(arena,
	    "{\"resourceType\":\"ValueSet\",\"url\":\"http://x/V\",\"compose\":%s}", compose));
	text = strstr(facts(), "valueset");
	ck_assert_ptr_nonnull(text);
	return text;
}

START_TEST(enumerates_what_it_can)
{
	begin();
	ck_assert_str_eq(value_set("{\"include\":[{\"system\":\"http://x/S\"}]}"),
	    "valueset\thttp://x/V\tclosed\nv\thttp://x/S\tA\tA1\tA2\tB\n");
	ck_assert_str_eq(value_set("{\"include\":[{\"system\":\"http://x/S\",\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\","
	    "\"value\":\"A\"}]}],\"exclude\":[{\"system\":\"http://x/S\",\"concept\":[{\"code\":\"A2\"}]}]}"),
	    "valueset\thttp://x/V\tclosed\nv\thttp://x/S\tA\tA1\n");
	ck_assert_str_eq(value_set("{\"include\":[{\"system\":\"http://x/S\",\"filter\":[{\"property\":\"concept\",\"op\":\"descendent-of\","
	    "\"value\":\"A\"}]}]}"), "valueset\thttp://x/V\tclosed\nv\thttp://x/S\tA1\tA2\n");
	end();
}
END_TEST

/* SNOMED CT, LOINC and others: their codes are neither in nor out; codes of other systems are out. */
START_TEST(leaves_open_what_needs_a_terminology_server)
{
	begin();
	ck_assert_str_eq(value_set("{\"include\":[{\"system\":\"http://snomed.info/sct\",\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\","
	    "\"value\":\"1\"}]},{\"system\":\"http://x/S\",\"concept\":[{\"code\":\"B\"}]}]}"),
	    "valueset\thttp://x/V\tclosed\no\thttp://snomed.info/sct\nv\thttp://x/S\tB\n");
	ck_assert_str_eq(value_set("{\"include\":[{\"valueSet\":[\"http://x/unknown\"]}]}"), "valueset\thttp://x/V\topen\n");
	end();
}
END_TEST

START_TEST(refuses_what_is_no_package)
{
	struct package *package;
	struct package_set set;
	struct buffer out = { 0 };
	struct ehds_error error = { 0 };

	begin();
	put("package.json", "{}");
	ck_assert_int_eq(package_read(&package, folder, arena, &error), -1);
	ck_assert_str_eq(error.text, "no FHIR package: package/package.json with name and version is missing");
	ck_assert_int_eq(package_read(&package, "/dev/null", arena, &error), -1);
	ck_assert_str_eq(error.rule, "package-read");
	put("package.json", MANIFEST);
	put("StructureDefinition-d.json", "{\"resourceType\":\"StructureDefinition\",\"url\":\"http://x/D\",\"kind\":\"resource\",\"type\":\"Patient\"}");
	ck_assert_int_eq(package_read(&package, folder, arena, &error), 0);
	set.first = package;
	ck_assert_int_eq(package_write_facts(&out, package, &set, arena, &error), -1);
	ck_assert_str_eq(error.text, "http://x/D has no snapshot and none can be made: its base or a type is in no package of this call");
	buffer_free(&out);
	end();
}
END_TEST

#define TYPE(name, elements) "{\"resourceType\":\"StructureDefinition\",\"url\":\"http://hl7.org/fhir/StructureDefinition/" name "\"," \
	"\"kind\":\"logical\",\"type\":\"" name "\",\"snapshot\":{\"element\":[" elements "]}}"
#define ELEMENT(id, min, max, more) "{\"id\":\"" id "\",\"min\":" min ",\"max\":\"" max "\"" more "}"
#define OF(type) ",\"type\":[{\"code\":\"" type "\"}]"

/*
 * The base (a logical model here, so that only the profile is written) has a, b and c with d in it, and c2 with the contents of c. The
 * differential narrows a, slices c, whose slice begins empty (min 0) with a d of its own, goes into the data type of b and into c2.
 */
START_TEST(makes_a_snapshot_from_a_differential)
{
	begin();
	put("StructureDefinition-1.json", TYPE("Base", ELEMENT("Base", "0", "*", "") ","
	    ELEMENT("Base.a", "0", "*", OF("string") ",\"constraint\":[{\"key\":\"x-1\",\"severity\":\"error\",\"expression\":\"p\"}]") ","
	    ELEMENT("Base.b", "0", "1", OF("Pair")) "," ELEMENT("Base.c", "1", "*", OF("BackboneElement")) ","
	    ELEMENT("Base.c.d", "0", "1", OF("string")) "," ELEMENT("Base.c2", "0", "1", ",\"contentReference\":\"#Base.c\"")));
	put("StructureDefinition-2.json", TYPE("Pair", ELEMENT("Pair", "0", "*", "") "," ELEMENT("Pair.left", "0", "1", OF("string"))
	    "," ELEMENT("Pair.right", "0", "1", OF("string"))));
	put("StructureDefinition-3.json", "{\"resourceType\":\"StructureDefinition\",\"url\":\"http://x/P\",\"kind\":\"resource\","
	    "\"type\":\"Base\",\"baseDefinition\":\"http://hl7.org/fhir/StructureDefinition/Base\",\"differential\":{\"element\":["
	    "{\"id\":\"Base.a\",\"max\":\"1\",\"constraint\":[{\"key\":\"x-2\",\"severity\":\"error\",\"expression\":\"q\"}]},"
	    "{\"id\":\"Base.b.right\",\"min\":1},"
	    "{\"id\":\"Base.c\",\"slicing\":{\"rules\":\"open\",\"discriminator\":[{\"type\":\"value\",\"path\":\"d\"}]}},"
	    "{\"id\":\"Base.c:s\",\"max\":\"1\"},{\"id\":\"Base.c:s.d\",\"min\":1},{\"id\":\"Base.c:t\",\"min\":1},"
	    "{\"id\":\"Base.c2.d\",\"max\":\"0\"}]}}");
	ck_assert_str_eq(facts(), "invariant\tx-1\terror\tp\ninvariant\tx-2\terror\tq\n"
	    "profile\thttp://x/P\t1.0.0\tBase\tresource\t\t\thttp://hl7.org/fhir/StructureDefinition/Base\n"
	    "e\tBase\t0\t*\t\ne\tBase.a\t0\t1\tstring\nc\tx-1\tx-2\ne\tBase.b\t0\t1\tPair\ne\tBase.b.left\t0\t1\tstring\n"
	    "e\tBase.b.right\t1\t1\tstring\ne\tBase.c\t1\t*\tBackboneElement\ns\topen\tany\tvalue:d\n"
	    "e\tBase.c.d\t0\t1\tstring\ne\tBase.c:s\t0\t1\tBackboneElement\ne\tBase.c:s.d\t1\t1\tstring\n"
	    "e\tBase.c:t\t1\t*\tBackboneElement\ne\tBase.c:t.d\t0\t1\tstring\ne\tBase.c2\t0\t1\t\nr\tBase.c\n"
	    "e\tBase.c2.d\t0\t0\tstring\n");
	end();
}
END_TEST

/*
 * R4, profiling.html, "valueQuantity" as the name of one type of value[x]: a slice of the choice by type, of that type alone.
 */
START_TEST(the_name_of_one_type_of_a_choice_is_a_slice_of_it)
{
	begin();
	put("StructureDefinition-1.json", TYPE("Base", ELEMENT("Base", "0", "*", "") ","
	    ELEMENT("Base.value[x]", "0", "1", ",\"type\":[{\"code\":\"string\"},{\"code\":\"Pair\"}]") ","
	    ELEMENT("Base.end", "0", "1", OF("string"))));
	put("StructureDefinition-2.json", TYPE("Pair", ELEMENT("Pair", "0", "*", "") "," ELEMENT("Pair.left", "0", "1", OF("string"))));
	put("StructureDefinition-3.json", "{\"resourceType\":\"StructureDefinition\",\"url\":\"http://x/P\",\"kind\":\"resource\","
	    "\"type\":\"Base\",\"baseDefinition\":\"http://hl7.org/fhir/StructureDefinition/Base\",\"differential\":{\"element\":["
	    "{\"path\":\"Base.valuePair\",\"min\":1},{\"id\":\"Base.valuePair.left\",\"min\":1},{\"path\":\"Base.valueString\",\"max\":\"0\"}]}}");
	ck_assert_str_eq(facts(), "profile\thttp://x/P\t1.0.0\tBase\tresource\t\t\thttp://hl7.org/fhir/StructureDefinition/Base\n"
	    "e\tBase\t0\t*\t\ne\tBase.value[x]\t0\t1\tstring Pair\ns\topen\tany\ttype:$this\n"
	    "e\tBase.value[x]:valuePair\t1\t1\tPair\ne\tBase.value[x]:valuePair.left\t1\t1\tstring\n"
	    "e\tBase.value[x]:valueString\t0\t0\tstring\ne\tBase.end\t0\t1\tstring\n");
	end();
}
END_TEST

/* A name that is no type of the choice is a mistake of the profile, said with its name. */
START_TEST(the_name_of_another_type_of_a_choice_is_refused)
{
	struct package_set set = { NULL };
	struct ehds_error error = { 0 };
	struct buffer out = { 0 };

	begin();
	put("StructureDefinition-1.json", TYPE("Base", ELEMENT("Base", "0", "*", "") "," ELEMENT("Base.value[x]", "0", "1", OF("string"))));
	put("StructureDefinition-3.json", "{\"resourceType\":\"StructureDefinition\",\"url\":\"http://x/P\",\"kind\":\"resource\","
	    "\"type\":\"Base\",\"baseDefinition\":\"http://hl7.org/fhir/StructureDefinition/Base\",\"differential\":{\"element\":["
	    "{\"path\":\"Base.valueBoolean\",\"min\":1}]}}");
	ck_assert_int_eq(package_read(&set.first, folder, arena, &error), 0);
	ck_assert_int_eq(package_write_facts(&out, set.first, &set, arena, &error), -1);
	buffer_free(&out);
	end();
}
END_TEST

TESTS("conform/package", makes_a_snapshot_from_a_differential, the_name_of_one_type_of_a_choice_is_a_slice_of_it,
    the_name_of_another_type_of_a_choice_is_refused, writes_elements_with_types_profiles_and_targets, writes_slicing_bindings_and_values,
    writes_each_invariant_once, writes_imposed_profiles_and_contexts, enumerates_what_it_can,
    leaves_open_what_needs_a_terminology_server, refuses_what_is_no_package)
