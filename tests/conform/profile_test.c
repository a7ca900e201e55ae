/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Profiles against documents: each test writes the facts of one small profile, in the form of conformance/README.md, and
 * breaks it in one way. What must come out follows from HL7 FHIR R4 4.0.1, profiling.html and elementdefinition.html.
 */
#include "base/file.h"
#include "conform/gate.h"
#include "format/xml.h"

#include "../check_main.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FACTS "ehds-facts\t1\npackage\ttest.guide\t1.0.0\tCC0-1.0\thttp://example.org\n"
#define PROFILE "profile\thttp://example.org/p\t1.0.0\tPatient\tresource\tconstraint\t\t\n"
#define PATIENT(inner) "<Patient xmlns=\"http://hl7.org/fhir\"><meta><profile value=\"http://example.org/p\"/></meta>" inner "</Patient>"

static struct arena *arena;
static struct ehds_findings findings;

static char *
write_facts(const char *facts)
{
	char *folder = strdup("/tmp/ehds-profile.XXXXXX"), *packages, *file;
	struct ehds_error error;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	packages = path_join(folder, "packages");
	ck_assert_int_eq(folder_make(packages, 0700, &error), 0);
	file = path_join(packages, "test.facts");
	ck_assert_int_eq(file_write(file, facts, strlen(facts), 0600, &error), 0);
	free(file);
	free(packages);
	return folder;
}

static void
remove_facts(char *folder)
{
	char *command = NULL;

	ck_assert_int_gt(asprintf(&command, "rm -rf '%s'", folder), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
	free(folder);
}

static bool
is_profile_rule(const struct ehds_finding *finding)
{
	return finding->profile != NULL && strncmp(finding->profile, "http://example.org/", 19) == 0;
}

/* "RULE at PATH; RULE at PATH" of what the profiles say of the document; errors and warnings. */
static const char *
verdict(const char *facts, const char *document)
{
	char *folder = write_facts(facts);
	struct ehds_error error = { 0 };
	struct conformance *conformance;
	struct ehds_findings parsing;
	struct xml_source *source;
	const struct ehds_finding *finding;
	const char *text = "";

	arena = arena_new(0);
	parsing = findings_new(arena);
	findings = findings_new(arena);
	xml_open();
	ck_assert_msg(conformance_load(&conformance, folder, &error) == 0, "%d: %s", error.line, error.text);
	ck_assert_msg(xml_parse(&source, document, strlen(document), "test", &xml_limits_default, arena, &parsing, &error) == 0,
	    "%s", error.text);
	gate_check(conformance, xml_source_doc(source), NULL, arena, &findings);
	for (finding = findings.first; finding != NULL; finding = finding->next)
		if (is_profile_rule(finding) && finding->severity > EHDS_SEVERITY_INFORMATION)
			text = arena_printf(arena, "%s%s%s at %s", text, *text != '\0' ? "; " : "", finding->rule, finding->expression);
	xml_source_free(&source);
	conformance_free(&conformance);
	remove_facts(folder);
	return text;
}

#define EXPECT(text, facts, document)                                                          \
	do {                                                                                   \
		const char *got = verdict(FACTS facts, document);                              \
		ck_assert_msg(strcmp(got, text) == 0, "got '%s', not '%s'", got, text);        \
		arena_free(&arena);                                                            \
	} while (0)

START_TEST(counts_members)
{
#define TWO_NAMES PROFILE "e\tPatient\t0\t*\t\ne\tPatient.name\t1\t2\tHumanName\n"
	EXPECT("min at Patient.name", TWO_NAMES, PATIENT(""));
	EXPECT("", TWO_NAMES, PATIENT("<name><text value=\"A\"/></name>"));
	EXPECT("max at Patient.name", TWO_NAMES, PATIENT("<name><text value=\"A\"/></name><name><text value=\"B\"/></name>"
	    "<name><text value=\"C\"/></name>"));
}
END_TEST

START_TEST(says_what_was_found_and_what_was_expected)
{
	verdict(FACTS TWO_NAMES, PATIENT(""));
	ck_assert_str_eq(findings.first->text, "'name' is missing");
	ck_assert_str_eq(findings.first->found, "0");
	ck_assert_str_eq(findings.first->expected, "1..2");
	ck_assert_str_eq(findings.first->profile, "http://example.org/p|1.0.0");
	arena_free(&arena);
}
END_TEST

START_TEST(compares_fixed_values_whole_and_patterns_in_part)
{
#define FIXED PROFILE "e\tPatient\t0\t*\t\ne\tPatient.maritalStatus\t0\t1\tCodeableConcept\nf\t{\"coding\":[{\"code\":\"M\"}]}\n"
#define PATTERN PROFILE "e\tPatient\t0\t*\t\ne\tPatient.maritalStatus\t0\t1\tCodeableConcept\np\t{\"coding\":[{\"code\":\"M\"}]}\n"
#define STATUS(inner) PATIENT("<maritalStatus><coding>" inner "</coding></maritalStatus>")
	EXPECT("", FIXED, STATUS("<code value=\"M\"/>"));
	EXPECT("fixed at Patient.maritalStatus", FIXED, STATUS("<system value=\"urn:x\"/><code value=\"M\"/>"));
	EXPECT("", PATTERN, STATUS("<system value=\"urn:x\"/><code value=\"M\"/>"));
	EXPECT("pattern at Patient.maritalStatus", PATTERN, STATUS("<code value=\"S\"/>"));
}
END_TEST

/* terminologies.html: required is an error, extensible a warning; what cannot be decided is neither. */
START_TEST(holds_bindings_by_their_strength)
{
#define SET "valueset\thttp://example.org/vs\tclosed\nv\turn:x\tA\tB\no\turn:open\n"
#define REQUIRED SET PROFILE "e\tPatient\t0\t*\t\ne\tPatient.maritalStatus\t0\t1\tCodeableConcept\nb\trequired\thttp://example.org/vs\n"
#define EXTENSIBLE SET PROFILE "e\tPatient\t0\t*\t\ne\tPatient.maritalStatus\t0\t1\tCodeableConcept\nb\textensible\thttp://example.org/vs\n"
	EXPECT("", REQUIRED, STATUS("<system value=\"urn:x\"/><code value=\"A\"/>"));
	EXPECT("binding-required at Patient.maritalStatus", REQUIRED, STATUS("<system value=\"urn:x\"/><code value=\"C\"/>"));
	EXPECT("binding-required at Patient.maritalStatus", REQUIRED, STATUS("<system value=\"urn:y\"/><code value=\"A\"/>"));
	EXPECT("", REQUIRED, STATUS("<system value=\"urn:open\"/><code value=\"Z\"/>"));
	EXPECT("binding-required at Patient.maritalStatus", REQUIRED, PATIENT("<maritalStatus><text value=\"A\"/></maritalStatus>"));
	EXPECT("binding-extensible at Patient.maritalStatus", EXTENSIBLE, STATUS("<system value=\"urn:x\"/><code value=\"C\"/>"));
}
END_TEST

START_TEST(says_that_an_open_value_set_was_not_checked)
{
	const struct ehds_finding *finding;
	bool said = false;

	verdict(FACTS REQUIRED, STATUS("<system value=\"urn:open\"/><code value=\"Z\"/>"));
	for (finding = findings.first; finding != NULL; finding = finding->next)
		said |= strcmp(finding->rule, "binding-not-checked") == 0;
	ck_assert(said);
	arena_free(&arena);
}
END_TEST

/* profiling.html: open slicing lets others be, closed does not; order only where it is asked for. */
START_TEST(slices_by_value)
{
#define SLICES(rules, order) PROFILE "e\tPatient\t0\t*\t\ne\tPatient.telecom\t0\t*\tContactPoint\ns\t" rules "\t" order \
	"\tvalue:system\ne\tPatient.telecom:phone\t1\t1\tContactPoint\ne\tPatient.telecom:phone.system\t1\t1\tcode\n"       \
	"f\t\"phone\"\ne\tPatient.telecom:phone.value\t1\t1\tstring\ne\tPatient.telecom:mail\t0\t1\tContactPoint\n"          \
	"e\tPatient.telecom:mail.system\t1\t1\tcode\nf\t\"email\"\n"
#define TELECOM(system) "<telecom><system value=\"" system "\"/><value value=\"1\"/></telecom>"
	EXPECT("", SLICES("open", "any"), PATIENT(TELECOM("phone")));
	EXPECT("slice-min at Patient.telecom:phone", SLICES("open", "any"), PATIENT(TELECOM("fax")));
	EXPECT("slice-max at Patient.telecom:phone", SLICES("open", "any"), PATIENT(TELECOM("phone") TELECOM("phone")));
	EXPECT("min at Patient.telecom[0].value", SLICES("open", "any"),
	    PATIENT("<telecom><system value=\"phone\"/></telecom>"));
	EXPECT("slice-closed at Patient.telecom[1]", SLICES("closed", "any"), PATIENT(TELECOM("phone") TELECOM("fax")));
	EXPECT("slice-order at Patient.telecom[1]", SLICES("open", "ordered"), PATIENT(TELECOM("email") TELECOM("phone")));
	EXPECT("slice-order at Patient.telecom[1]", SLICES("openAtEnd", "any"), PATIENT(TELECOM("fax") TELECOM("phone")));
}
END_TEST

START_TEST(slices_by_type_and_by_existence)
{
#define BY_TYPE PROFILE "e\tPatient\t0\t*\t\ne\tPatient.deceased[x]\t0\t1\tboolean dateTime\ns\tclosed\tany\ttype:$this\n" \
	"e\tPatient.deceased[x]:deceasedBoolean\t0\t1\tboolean\n"
#define BY_EXISTENCE PROFILE "e\tPatient\t0\t*\t\ne\tPatient.identifier\t0\t*\tIdentifier\ns\topen\tany\texists:system\n" \
	"e\tPatient.identifier:known\t0\t1\tIdentifier\ne\tPatient.identifier:known.system\t1\t1\turi\n"
	EXPECT("", BY_TYPE, PATIENT("<deceasedBoolean value=\"true\"/>"));
	EXPECT("slice-closed at Patient.deceased", BY_TYPE, PATIENT("<deceasedDateTime value=\"2020\"/>"));
	EXPECT("", BY_EXISTENCE, PATIENT("<identifier><value value=\"1\"/></identifier><identifier><value value=\"2\"/></identifier>"));
	EXPECT("slice-max at Patient.identifier:known", BY_EXISTENCE, PATIENT("<identifier><system value=\"urn:x\"/></identifier>"
	    "<identifier><system value=\"urn:y\"/></identifier>"));
}
END_TEST

START_TEST(refuses_types_that_are_not_listed)
{
#define ONE_TYPE PROFILE "e\tPatient\t0\t*\t\ne\tPatient.deceased[x]\t0\t1\tboolean\n"
	EXPECT("", ONE_TYPE, PATIENT("<deceasedBoolean value=\"true\"/>"));
	EXPECT("type at Patient.deceased", ONE_TYPE, PATIENT("<deceasedDateTime value=\"2020\"/>"));
}
END_TEST

START_TEST(looks_at_what_a_reference_points_to)
{
#define TARGET "profile\thttp://hl7.org/fhir/StructureDefinition/Organization\t4.0.1\tOrganization\tresource\tspecialization\t\t\n" \
	"e\tOrganization\t0\t*\t\n"                                                            \
	PROFILE "e\tPatient\t0\t*\t\ne\tPatient.managingOrganization\t0\t1\tReference>http://hl7.org/fhir/StructureDefinition/Organization\n"
	EXPECT("", TARGET, PATIENT("<managingOrganization><reference value=\"Organization/1\"/></managingOrganization>"));
	EXPECT("reference-target at Patient.managingOrganization", TARGET,
	    PATIENT("<managingOrganization><reference value=\"Practitioner/1\"/></managingOrganization>"));
}
END_TEST

START_TEST(evaluates_invariants_once_and_shows_the_expression)
{
#define INVARIANT "invariant\tx-1\terror\tname.exists() or identifier.exists()\ninvariant\tx-2\twarning\tactive.exists()\n" \
	PROFILE "e\tPatient\t0\t*\t\nc\tx-1\tx-2\n"
	EXPECT("x-1 at Patient; x-2 at Patient", INVARIANT, PATIENT(""));
	EXPECT("", INVARIANT, PATIENT("<active value=\"true\"/><name><text value=\"A\"/></name>"));
}
END_TEST

/* A profile may impose another one: both hold. */
START_TEST(imposes_further_profiles)
{
#define IMPOSED PROFILE "i\thttp://example.org/q\ne\tPatient\t0\t*\t\n"                       \
	"profile\thttp://example.org/q\t1.0.0\tPatient\tresource\tconstraint\t\t\ne\tPatient\t0\t*\t\ne\tPatient.active\t1\t1\tboolean\n"
	EXPECT("min at Patient.active", IMPOSED, PATIENT(""));
	EXPECT("", IMPOSED, PATIENT("<active value=\"true\"/>"));
}
END_TEST

START_TEST(holds_extensions_to_their_context)
{
#define EXTENSION "profile\thttp://example.org/ext\t1.0.0\tExtension\tcomplex-type\tconstraint\t\t\nx\telement\tPatient.name\n" \
	"e\tExtension\t0\t*\t\ne\tExtension.url\t1\t1\turi\nf\t\"http://example.org/ext\"\ne\tExtension.value[x]\t1\t1\tstring\n"   \
	PROFILE "e\tPatient\t0\t*\t\ne\tPatient.extension\t0\t*\tExtension\ne\tPatient.name\t0\t*\tHumanName\n"                     \
	"profile\thttp://hl7.org/fhir/StructureDefinition/HumanName\t4.0.1\tHumanName\tcomplex-type\tspecialization\t\t\ne\tHumanName\t0\t*\t\n"
#define EXT "<extension url=\"http://example.org/ext\"><valueString value=\"x\"/></extension>"
	EXPECT("", EXTENSION, PATIENT("<name>" EXT "</name>"));
	EXPECT("extension-context at Patient.extension[0]", EXTENSION, PATIENT(EXT));
	EXPECT("min at Patient.name[0].extension[0].value", EXTENSION,
	    PATIENT("<name><extension url=\"http://example.org/ext\"/></name>"));
}
END_TEST

START_TEST(refuses_fact_files_with_the_line)
{
	static const struct {
		const char *facts, *text;
		int line;
	} mistakes[] = {
		{ "nonsense\n", "not a fact file of version 1", 0 },
		{ FACTS "what\tever\n", "unknown keyword", 3 },
		{ FACTS PROFILE "e\tPatient\t0\t*\t\ne\tPatient.a.b\t0\t1\tstring\n", "an element without its parent", 5 },
		{ FACTS PROFILE "e\tPatient\t0\t*\t\nc\tnot-there\n", "a constraint that no invariant line defines", 5 },
		{ FACTS "v\turn:x\tA\n", "codes outside a value set", 3 },
		{ FACTS PROFILE "e\tPatient\t0\t*\t\nf\t{\n", "a fixed or pattern value is one JSON value of an element", 5 },
	};
	size_t i;

	for (i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		char *folder = write_facts(mistakes[i].facts);
		struct ehds_error error = { 0 };
		struct conformance *conformance;

		ck_assert_int_eq(conformance_load(&conformance, folder, &error), -1);
		ck_assert_ptr_null(conformance);
		ck_assert_str_eq(error.rule, "facts-syntax");
		ck_assert_str_eq(error.text, mistakes[i].text);
		ck_assert_int_eq(error.line, mistakes[i].line);
		remove_facts(folder);
	}
}
END_TEST

TESTS("conform/profile", counts_members, says_what_was_found_and_what_was_expected,
    compares_fixed_values_whole_and_patterns_in_part, holds_bindings_by_their_strength,
    says_that_an_open_value_set_was_not_checked, slices_by_value, slices_by_type_and_by_existence,
    refuses_types_that_are_not_listed, looks_at_what_a_reference_points_to,
    evaluates_invariants_once_and_shows_the_expression, imposes_further_profiles, holds_extensions_to_their_context,
    refuses_fact_files_with_the_line)
