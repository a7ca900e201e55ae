#include "mapping/pack.h"

#include "generation.h"

#define PACK(more) "pack: aa/p\ntitle: A test\nrefuse: a test\ndetect: [ { root: '{*}P' } ]\n" more
#define TABLE(name) "table: " name "\nwhy: a test\nrows:\n  - { from: A, to: a }\n"

START_TEST(loads_what_has_no_mistakes)
{
	struct generation generation = generation_new();
	const struct pack *pack;
	char place[512];

	site_put(&generation.site, "aa/country.yaml",
	    "country: aa\ntimezone: Europe/Paris\nlanguage: fr-FR\n");
	site_put(&generation.site, "aa/naming.yaml",
	    "naming:\n  - { oid: 2.999.1, uri: \"http://example.org/own\" }\n");
	site_put(&generation.site, "eu/naming.yaml",
	    "naming:\n  - { oid: 2.999.1, uri: \"http://example.org/shared\" }\n"
	    "  - { oid: 2.999.2, uri: \"http://example.org/two\" }\n");
	site_put(&generation.site, "aa/p/tables/own.yaml", TABLE("aa/p/own"));
	site_put(&generation.site, "aa/tables/national.yaml", TABLE("aa/national"));
	site_put(&generation.site, "eu/tables/shared.yaml", TABLE("eu/shared"));
	site_put(&generation.site, "aa/p/pack.yaml", PACK("category: laboratory\n"
	    "profile: \"http://example.org/Profile|1.0\"\nstatements: c:entry//c:observation | x:y\n"
	    "namespaces: { x: \"urn:x\" }\ntables: [ own, ../tables/national, ../../eu/tables/shared ]\n"));
	expect_warnings(&generation, "");
	pack = mappings_pack(generation.mappings, 0);
	ck_assert_ptr_eq(mappings_pack_named(generation.mappings, "aa/p"), pack);
	ck_assert_ptr_null(mappings_pack(generation.mappings, 1));
	ck_assert_ptr_null(mappings_pack_named(generation.mappings, "aa/q"));
	ck_assert_str_eq(pack_title(pack), "A test");
	ck_assert_str_eq(pack_country(pack), "aa");
	ck_assert_str_eq(pack_category(pack), "laboratory");
	ck_assert_str_eq(pack_profile(pack), "http://example.org/Profile|1.0");
	ck_assert_str_eq(pack_refusal(pack), "a test");
	snprintf(place, sizeof(place), "%s/aa/p", generation.site.folders[0]);
	ck_assert_str_eq(pack_folder(pack), place);
	ck_assert_str_eq(pack->language, "fr-FR");
	ck_assert_str_eq(pack->timezone_name, "Europe/Paris");
	ck_assert_ptr_nonnull(pack->timezone);
	ck_assert_ptr_nonnull(pack->statements);
	ck_assert_str_eq(pack->statements_text, "c:entry//c:observation | x:y");
	ck_assert_str_eq(table_name(pack_table_named(pack, "own")), "aa/p/own");
	ck_assert_str_eq(table_name(pack_table_named(pack, "national")), "aa/national");
	ck_assert_str_eq(table_name(pack_table_named(pack, "shared")), "eu/shared");
	ck_assert_ptr_null(pack_table_named(pack, "other"));
	ck_assert_str_eq(naming_find(pack->naming, "2.999.1")->uri, "http://example.org/own");
	ck_assert_str_eq(naming_find(pack->naming, "2.999.2")->uri, "http://example.org/two");
	generation_free(&generation);
}
END_TEST

START_TEST(lets_later_folders_override_file_by_file)
{
	struct generation generation = generation_new();
	const struct pack *pack;

	put_basics(&generation.site);
	site_put(&generation.site, "aa/p/pack.yaml", PACK("tables: [ t ]\n"));
	site_put(&generation.site, "aa/p/tables/t.yaml", TABLE("aa/p/t"));
	site_put_in(&generation.site, 1, "aa/p/tables/t.yaml",
	    "table: aa/p/t\nwhy: the site\nextends: aa/p/t\nrows:\n  - { from: B, to: b }\n");
	site_put_in(&generation.site, 1, "aa/letter/pack.yaml",
	    "pack: aa/letter\ntitle: The site's letter\nrefuse: no letters\ndetect: [ { root: "
	    "'{urn:letter}Letter' } ]\n");
	site_put_in(&generation.site, 1, "aa/naming-site.yaml", "naming:\n  - { oid: 2.999.7 }\n");
	expect_warnings(&generation, "");
	pack = mappings_pack_named(generation.mappings, "aa/p");
	ck_assert_str_eq(table_find(pack_table_named(pack, "t"), "A", NULL)->to, "a");
	ck_assert_str_eq(table_find(pack_table_named(pack, "t"), "B", NULL)->to, "b");
	ck_assert_str_eq(pack_title(mappings_pack_named(generation.mappings, "aa/letter")),
	    "The site's letter");
	ck_assert_ptr_nonnull(naming_find(pack->naming, "2.999.7"));
	generation_free(&generation);
}
END_TEST

static char *
hash_with(const char *name, const char *text)
{
	struct generation generation = generation_new();
	char *hash;

	put_basics(&generation.site);
	if (name != NULL)
		site_put(&generation.site, name, text);
	expect_errors(&generation, "");
	hash = strdup(mappings_hash(generation.mappings));
	generation_free(&generation);
	return hash;
}

START_TEST(hashes_what_can_change_a_result_wherever_the_folder_lies)
{
	char *plain = hash_with(NULL, NULL), *again = hash_with(NULL, NULL);
	char *named = hash_with("aa/naming.yaml", "naming: [ { oid: 2.999.1 } ]\n");
	char *other = hash_with("aa/naming.yaml", "naming: [ { oid: 2.999.2 } ]\n");
	char *read = hash_with("aa/README.md", "words\n");

	ck_assert_uint_eq(strlen(plain), 64);
	ck_assert_str_eq(plain, again);
	ck_assert_str_ne(plain, named);
	ck_assert_str_ne(named, other);
	ck_assert_str_eq(plain, read);
	free(plain), free(again), free(named), free(other), free(read);
}
END_TEST

START_TEST(reports_all_mistakes_of_all_files_in_one_run)
{
	struct generation generation = generation_new();

	site_put(&generation.site, "aa/country.yaml", "country: bb\n");
	site_put(&generation.site, "aa/naming.yaml", "naming:\n  - { oid: 2.999.01 }\n");
	site_put(&generation.site, "aa/tables/t.yaml", "table: aa/t\nwhy: a test\nrows:\n  - { from: A }\n");
	site_put(&generation.site, "aa/p/pack.yaml", PACK("tables: [ nosuch ]\n"));
	site_put(&generation.site, "aa/q/pack.yaml", "pack: aa/q\ntitle: [\n");
	expect_errors(&generation,
	    "aa/country.yaml:1:10: lint-country-name: the country is called 'bb' but its folder is 'aa'\n"
	    "aa/naming.yaml:2:12: lint-oid: `oid`: '2.999.01' is no OID (digits and dots, no leading "
	    "zeros, the first arc 0, 1 or 2)\n"
	    "aa/tables/t.yaml:4:5: lint-row-without-to: the row of 'A' has no `to`; if no code fits, say "
	    "so: relation: unmatched\n"
	    "aa/p/pack.yaml:5:11: lint-missing-table: there is no table 'nosuch' "
	    "(aa/p/tables/nosuch.yaml)\n"
	    "aa/q/pack.yaml:3:1: yaml-syntax: did not find expected node content, while parsing a flow "
	    "node that begins at 3:1");
	ck_assert_int_eq(generation.error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(generation.error.rule, "lint-country-name");
	ck_assert_int_eq(generation.error.line, 1);
	ck_assert_int_eq(generation.error.column, 10);
	generation_free(&generation);
}
END_TEST

START_TEST(goes_on_after_files_that_are_no_yaml)
{
	static const char *const names[] = { "aa/country.yaml", "aa/naming.yaml", "aa/p/pack.yaml",
		"aa/sets/s.yaml", "aa/tables/t.yaml" };
	struct generation generation = generation_new();
	const struct ehds_finding *finding;
	size_t i;

	put_basics(&generation.site);
	for (i = 0; i < 5; i++)
		site_put(&generation.site, names[i], "[ x\n");
	ck_assert_int_eq(generation_load(&generation), -1);
	ck_assert_uint_eq(generation.site.lint.counts[EHDS_SEVERITY_ERROR], 5);
	for (i = 0; i < 5; i++) {
		for (finding = generation.site.lint.first; finding != NULL; finding = finding->next)
			if (strcmp(site_name(&generation.site, finding->file), names[i]) == 0)
				break;
		ck_assert_msg(finding != NULL && strcmp(finding->rule, "yaml-syntax") == 0, "%s", names[i]);
	}
	generation_free(&generation);
}
END_TEST

START_TEST(refuses_a_folder_that_is_not_there)
{
	const char *const folders[] = { "/nonexistent/mappings" };
	struct generation generation = generation_new();

	ck_assert_int_eq(
	    mappings_load(&generation.mappings, folders, 1, &generation.site.lint, &generation.error), -1);
	ck_assert_int_eq(generation.error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(generation.error.rule, "folder-read");
	ck_assert_ptr_nonnull(generation.site.lint.first);
	generation_free(&generation);
}
END_TEST

START_TEST(refuses_mappings_without_a_pack)
{
	struct generation generation = generation_new();

	site_put(&generation.site, "aa/country.yaml", "country: aa\n");
	ck_assert_int_eq(generation_load(&generation), -1);
	ck_assert_str_eq(generation.error.rule, "lint-no-packs");
	ck_assert_str_eq(generation.error.text,
	    "there is no pack (FOLDER/FORMAT/pack.yaml): no document could be mapped");
	generation_free(&generation);
}
END_TEST

/* ---- country.yaml ---------------------------------------------------------------------------- */

START_TEST(refuses_a_bad_country)
{
	expect_errors_in("aa/country.yaml", "country: aa\ntimezone: Europe/Pariss\n",
	    "aa/country.yaml:2:11: lint-timezone: there is no time zone 'Europe/Pariss' in "
	    "/usr/share/zoneinfo (is tzdata installed?)");
	expect_errors_in("aa/country.yaml", "country: aa\nlanguage: french\n",
	    "aa/country.yaml:2:11: lint-language: 'french' is no language tag (BCP 47: language-REGION)");
	expect_errors_in("aa/country.yaml", "country: aa\nlanguage: fr_FR\n",
	    "aa/country.yaml:2:11: lint-language: 'fr_FR' is no language tag (BCP 47: language-REGION)");
	expect_errors_in("aa/country.yaml", "country: aa\ntime-zone: UTC\n",
	    "aa/country.yaml:2:1: lint-unknown-key: a country has no key 'time-zone'; did you mean "
	    "'timezone'?");
}
END_TEST

/* RFC 5646, appendix A: examples of well-formed tags. */
START_TEST(accepts_well_formed_language_tags)
{
	expect_errors_in("aa/country.yaml", "country: aa\nlanguage: da\n", "");
	expect_errors_in("aa/country.yaml", "country: aa\nlanguage: zh-cmn-Hans-CN\n", "");
	expect_errors_in("aa/country.yaml", "country: aa\nlanguage: es-419\n", "");
	expect_errors_in("aa/country.yaml", "country: aa\nlanguage: sl-rozaj-biske\n", "");
}
END_TEST

START_TEST(warns_of_packs_without_a_country)
{
	struct generation generation = generation_new();

	put_basics(&generation.site);
	site_put(&generation.site, "bb/p/pack.yaml", "pack: bb/p\ntitle: A test\ncategory: none\nstylesheet: x.xsl\n"
	    "detect: [ { root: '{*}P' } ]\n");
	site_put(&generation.site, "bb/p/x.xsl",
	    "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>");
	expect_warnings(&generation,
	    "bb/p/pack.yaml:1:1: lint-no-tests: the pack has no `tests`: nothing proves what its stylesheet does\n"
	    "bb/p/pack.yaml:1:1: lint-no-country: there is no bb/country.yaml: local times without a zone "
	    "are cut to dates");
	generation_free(&generation);
	/* Who maps nothing reads no times. */
	expect_warnings_in("bb/p/pack.yaml",
	    "pack: bb/p\ntitle: A test\nrefuse: a test\ndetect: [ { root: '{*}P' } ]\n", "");
	expect_warnings_in("bb/p/pack.yaml",
	    "pack: bb/p\ntitle: A test\nenvelope: { text: /* }\ndetect: [ { root: '{*}P' } ]\n", "");
}
END_TEST

/* ---- pack.yaml ------------------------------------------------------------------------------- */

#define IN_PACK(more, expected) expect_errors_in("aa/p/pack.yaml", PACK(more), expected)

START_TEST(refuses_keys_and_values_that_a_pack_does_not_know)
{
	IN_PACK("styleshet: x.xsl\n",
	    "aa/p/pack.yaml:5:1: lint-unknown-key: a pack has no key 'styleshet'; did you mean "
	    "'stylesheet'?");
	IN_PACK("colour: red\n",
	    "aa/p/pack.yaml:5:1: lint-unknown-key: a pack has no key 'colour'; it knows: pack, title, "
	    "detect, category, stylesheet, statements, namespaces, unify, tables, profile, compose, refuse, envelope, "
	    "tests");
	IN_PACK("category: patient-sumary\n",
	    "aa/p/pack.yaml:5:11: lint-unknown-value: `category` is 'patient-sumary', which is none of: "
	    "patient-summary, laboratory, discharge, prescription, dispensation, imaging, none; did you "
	    "mean 'patient-summary'?");
	IN_PACK("tables: t\n",
	    "aa/p/pack.yaml:5:9: lint-wrong-kind: `tables` must be a list, not a single value");
	IN_PACK("tables: []\n", "aa/p/pack.yaml:5:9: lint-blank: `tables` is an empty list");
	IN_PACK("profile: bundle\n",
	    "aa/p/pack.yaml:5:10: lint-uri: `profile`: 'bundle' is no URI (RFC 3986: scheme:path)");
	IN_PACK("namespaces: { x: [ a ] }\n",
	    "aa/p/pack.yaml:5:18: lint-wrong-kind: `namespaces` must be names with one URI each, not a list");
	IN_PACK("title: again\n",
	    "aa/p/pack.yaml:5:1: yaml-duplicate-key: the key 'title' stands twice, first at 2:1");
}
END_TEST

START_TEST(refuses_a_pack_that_misses_what_it_needs)
{
	expect_errors_in("aa/p/pack.yaml", "pack: aa/p\nrefuse: a test\ndetect: [ { root: '{*}P' } ]\n",
	    "aa/p/pack.yaml:1:1: lint-missing-key: a pack must have `title`");
	expect_errors_in("aa/p/pack.yaml", "pack: aa/p\ntitle: A test\nrefuse: a test\n",
	    "aa/p/pack.yaml:1:1: lint-missing-key: a pack must have `detect`");
	expect_errors_in("aa/p/pack.yaml", "pack: aa/p\ntitle: A test\nrefuse: a test\ndetect: []\n",
	    "aa/p/pack.yaml:4:9: lint-blank: `detect` is an empty list");
	expect_errors_in("aa/p/pack.yaml",
	    "pack: aa/p\ntitle: A test\ncategory: none\ndetect: [ { root: '{*}P' } ]\n",
	    "aa/p/pack.yaml:1:1: lint-missing-key: a pack must have `stylesheet`, or `refuse` with the "
	    "reason why it takes no documents, or `envelope`");
	expect_errors_in("aa/p/pack.yaml",
	    "pack: aa/p\ntitle: A test\ndetect: [ { root: '{*}P' } ]\nstylesheet: x.xsl\n",
	    "aa/p/pack.yaml:1:1: lint-missing-key: a pack must have `category`\n"
	    "aa/p/pack.yaml:4:13: lint-missing-stylesheet: there is no stylesheet 'x.xsl' in the pack's "
	    "folder");
	IN_PACK("stylesheet: x.xsl\n",
	    "aa/p/pack.yaml:3:9: lint-refuse: a pack with `refuse` maps nothing: take `stylesheet` or "
	    "`refuse` out\n"
	    "aa/p/pack.yaml:5:13: lint-missing-stylesheet: there is no stylesheet 'x.xsl' in the pack's "
	    "folder");
}
END_TEST

#define ENVELOPE(more) "pack: aa/p\ntitle: A test\ndetect: [ { root: '{*}P' } ]\nenvelope: " more "\n"

START_TEST(an_envelope_says_where_its_document_is_and_does_nothing_else)
{
	expect_errors_in("aa/p/pack.yaml", ENVELOPE("{ document: /*/*, text: /*/c:x, type: /*/@a, is: /*/@b }"), "");
	expect_errors_in("aa/p/pack.yaml", ENVELOPE("{ type: /*/@a, is: /*/@b }"),
	    "aa/p/pack.yaml:4:11: lint-envelope: an envelope says where its document is: `document`, `text` or both");
	expect_errors_in("aa/p/pack.yaml", ENVELOPE("{ text: /*/*, type: /*/@a }"),
	    "aa/p/pack.yaml:4:11: lint-envelope: `type` and `is` are compared with each other: an envelope has both "
	    "or none");
	expect_errors_in("aa/p/pack.yaml", ENVELOPE("{ text: '/*/' }"),
	    "aa/p/pack.yaml:4:19: lint-xpath: the path is no XPath 1.0: it goes wrong at character 4");
	expect_errors_in("aa/p/pack.yaml", ENVELOPE("{ text: /z:a }"),
	    "aa/p/pack.yaml:4:19: lint-xpath: the path uses the prefix 'z', which `namespaces` does not bind");
	expect_errors_in("aa/p/pack.yaml", ENVELOPE("{ text: /* }\nrefuse: a test"),
	    "aa/p/pack.yaml:4:11: lint-envelope: a pack with `envelope` opens documents and maps or refuses none: take "
	    "one of both out");
	expect_errors_in("aa/p/pack.yaml", ENVELOPE("{ text: /*, here: /* }"),
	    "aa/p/pack.yaml:4:23: lint-unknown-key: an envelope has no key 'here'; it knows: document, text, type, is");
}
END_TEST

START_TEST(refuses_a_source_of_nothing_and_of_too_much)
{
	IN_PACK("compose: { }\n",
	    "aa/p/pack.yaml:5:10: lint-compose: `compose` says which `sections` the documents know, or `header: only` when they know the patient "
	    "and no section; this one says neither");
	IN_PACK("compose: { header: only, sections: [ '10160-0' ] }\n",
	    "aa/p/pack.yaml:5:10: lint-compose: `compose` says which `sections` the documents know, or `header: only` when they know the patient "
	    "and no section; this one says both");
}
END_TEST

START_TEST(refuses_a_name_that_is_not_the_folder)
{
	expect_errors_in("aa/q/pack.yaml", PACK(""),
	    "aa/q/pack.yaml:1:7: lint-pack-name: the pack is called 'aa/p' but its folder is 'aa/q'");
}
END_TEST

START_TEST(refuses_a_bad_statements_pattern)
{
	IN_PACK("statements: c:entry//y:act\n",
	    "aa/p/pack.yaml:5:13: lint-statements: the pattern uses the prefix 'y', which `namespaces` "
	    "does not bind");
	IN_PACK("statements: c:act c:observation\n",
	    "aa/p/pack.yaml:5:13: lint-statements: 'c:act c:observation' is no pattern: names with / and "
	    "// between them and | between alternatives, without predicates and functions");
	IN_PACK("statements: 'c:entry//c:act[1]'\n",
	    "aa/p/pack.yaml:5:13: lint-statements: 'c:entry//c:act[1]' is no pattern: names with / and // "
	    "between them and | between alternatives, without predicates and functions");
}
END_TEST

START_TEST(refuses_another_meaning_of_a_known_prefix)
{
	IN_PACK("namespaces: { c: \"urn:x\" }\n",
	    "aa/p/pack.yaml:5:18: lint-namespace: the prefix 'c' is bound to urn:hl7-org:v3 in every pack; "
	    "take another one");
}
END_TEST

START_TEST(refuses_tables_that_are_not_there)
{
	struct generation generation = generation_new();

	put_basics(&generation.site);
	site_put(&generation.site, "aa/tables/national.yaml", TABLE("aa/national"));
	site_put(&generation.site, "aa/p/pack.yaml",
	    PACK("tables: [ ../tables/natoinal, ../../../x, ../p/pack, "
	    "../tables/national, ../tables/national ]\n"));
	expect_errors(&generation,
	    "aa/p/pack.yaml:5:11: lint-missing-table: there is no table '../tables/natoinal' "
	    "(aa/tables/natoinal.yaml); did you mean 'aa/tables/national.yaml'?\n"
	    "aa/p/pack.yaml:5:31: lint-missing-table: the path '../../../x' leads out of the mappings\n"
	    "aa/p/pack.yaml:5:43: lint-missing-table: aa/p/pack.yaml is no table: tables stand in a folder "
	    "tables/\n"
	    "aa/p/pack.yaml:5:74: lint-duplicate-table: two tables are called 'national' here (the other "
	    "one is on line 5): stylesheets could not tell them apart");
	generation_free(&generation);
}
END_TEST

/* ---- Cases ----------------------------------------------------------------------------------- */

static void
assert_case_mistakes(const char *text, const char *expected)
{
	struct generation generation = generation_new();

	put_basics(&generation.site);
	site_put(&generation.site, "aa/p/pack.yaml", PACK("tests: [ 'cases/*.yaml' ]\n"));
	site_put(&generation.site, "aa/p/cases/d.xml", "<P/>");
	site_put(&generation.site, "aa/p/cases/one.yaml", text);
	expect_errors(&generation, expected);
	generation_free(&generation);
}

START_TEST(reads_the_cases_of_a_pack)
{
	struct generation generation = generation_new();
	const struct mapping_case *one;

	put_basics(&generation.site);
	site_put(&generation.site, "aa/p/pack.yaml", PACK("tests: [ 'cases/*.yaml' ]\n"));
	site_put(&generation.site, "aa/p/cases/d.xml", "<P/>");
	site_put(&generation.site, "aa/p/cases/b.yaml", "case: second\ndocument: cases/d.xml\nstate: held\n");
	site_put(&generation.site, "aa/p/cases/a.yaml",
	    "case: first\ndocument: cases/d.xml\npack: aa/p\nstate: refused\n"
	    "date: \"2026-11-22T10:00:00+01:00\"\nexpect:\n  - { path: Bundle.type, equals: document }\n"
	    "  - { path: Bundle.entry, count: 3 }\n  - { path: Bundle.id, absent: true }\n"
	    "  - { path: Bundle.link.url, equals: [ a, b ] }\nfindings: [ map-refused ]\n");
	expect_warnings(&generation, "");
	one = mappings_pack_named(generation.mappings, "aa/p")->cases[0];
	ck_assert_str_eq(one->title, "first");
	ck_assert_str_eq(one->pack, "aa/p");
	ck_assert_str_eq(one->state, "refused");
	ck_assert_str_eq(one->date, "2026-11-22T10:00:00+01:00");
	ck_assert_str_eq(site_name(&generation.site, one->documents[0]), "aa/p/cases/d.xml");
	ck_assert_uint_eq(one->expectation_count, 4);
	ck_assert_str_eq(one->expectations[0].path, "Bundle.type");
	ck_assert_str_eq(one->expectations[0].values[0], "document");
	ck_assert_int_eq(one->expectations[0].line, 7);
	ck_assert(one->expectations[1].counted);
	ck_assert_uint_eq(one->expectations[1].count, 3);
	ck_assert(one->expectations[2].absent);
	ck_assert_uint_eq(one->expectations[3].value_count, 2);
	ck_assert_str_eq(one->expectations[3].values[1], "b");
	ck_assert_str_eq(one->findings[0], "map-refused");
	ck_assert_ptr_null(one->findings[1]);
	ck_assert_str_eq(mappings_pack_named(generation.mappings, "aa/p")->cases[1]->title, "second");
	ck_assert_ptr_null(mappings_pack_named(generation.mappings, "aa/p")->cases[2]);
	generation_free(&generation);
}
END_TEST

START_TEST(refuses_cases_that_are_not_there)
{
	IN_PACK("tests: [ cases/x.yaml, 'cases/*.yaml' ]\n",
	    "aa/p/pack.yaml:5:10: lint-missing-case: no case file is called 'cases/x.yaml' in the pack's "
	    "folder\n"
	    "aa/p/pack.yaml:5:24: lint-missing-case: no case file is called 'cases/*.yaml' in the pack's "
	    "folder");
}
END_TEST

START_TEST(refuses_broken_cases)
{
	assert_case_mistakes("case: one\ndocument: cases/d.xml\nstate: convertd\n",
	    "aa/p/cases/one.yaml:3:8: lint-unknown-value: `state` is 'convertd', which is none of: "
	    "converted, held, refused; did you mean 'converted'?");
	assert_case_mistakes("case: one\ndocument: cases/e.xml\nstate: held\n",
	    "aa/p/cases/one.yaml:2:11: lint-case: there is no document 'cases/e.xml' in the pack's folder; "
	    "did you mean 'aa/p/cases/d.xml'?");
	assert_case_mistakes("case: one\ndocument: cases/d.xml\nstate: held\npack: aa/leter\n",
	    "aa/p/cases/one.yaml:4:7: lint-case: there is no pack 'aa/leter'; did you mean 'aa/letter'?");
	assert_case_mistakes("case: one\ndocument: cases/d.xml\nstate: held\nexpect:\n  - { path: a }\n",
	    "aa/p/cases/one.yaml:5:5: lint-case: an expectation says one of `equals`, `contains`, `count` and "
	    "`absent`; this one says none");
	assert_case_mistakes("case: one\ndocument: cases/d.xml\nstate: held\nexpect:\n  - { path: a, "
	    "count: 1, equals: 1 }\n",
	    "aa/p/cases/one.yaml:5:5: lint-case: an expectation says one of `equals`, `contains`, `count` and "
	    "`absent`; this one says more");
	assert_case_mistakes(
	    "case: one\ndocument: cases/d.xml\nstate: held\nexpect:\n  - { path: a, absent: false }\n",
	    "aa/p/cases/one.yaml:5:24: lint-case: `absent: false` says nothing; write what the path must be");
	assert_case_mistakes("case: one\ndocument: [ a ]\nstate: held\n",
	    "aa/p/cases/one.yaml:2:11: lint-wrong-kind: `document` must be a single value, not a list");
	assert_case_mistakes("\t",
	    "aa/p/cases/one.yaml:1:1: yaml-syntax: found character that cannot start any token, while "
	    "scanning for the next token that begins at 1:1");
}
END_TEST

/* ---- What nobody uses ------------------------------------------------------------------------ */

START_TEST(warns_of_files_that_nobody_uses)
{
	expect_warnings_in("aa/tables/t.yaml", TABLE("aa/t"),
	    "aa/tables/t.yaml:1:1: lint-unused-table: no pack lists this table, and no table extends it");
	expect_warnings_in("aa/tables/t.tsv", "from\tto\n",
	    "aa/tables/t.tsv:1:1: lint-unused-file: no table or value set takes its rows from this file");
	expect_warnings_in("aa/table/t.yaml", TABLE("aa/t"),
	    "aa/table/t.yaml:1:1: lint-unused-file: nobody looks for a file at this place (tables/, sets/, "
	    "cases/, naming.yaml, country.yaml, pack.yaml)");
	expect_warnings_in("aa/letter/cases/c.yaml", "x\n",
	    "aa/letter/cases/c.yaml:1:1: lint-unused-file: no pack lists this case in its `tests`: it "
	    "never runs");
	expect_warnings_in("aa/.hidden.yaml", "x\n", "");
}
END_TEST

TESTS("mapping/load", loads_what_has_no_mistakes, lets_later_folders_override_file_by_file,
    hashes_what_can_change_a_result_wherever_the_folder_lies, reports_all_mistakes_of_all_files_in_one_run,
    goes_on_after_files_that_are_no_yaml, refuses_a_folder_that_is_not_there, refuses_mappings_without_a_pack, refuses_a_bad_country,
    accepts_well_formed_language_tags, warns_of_packs_without_a_country,
    refuses_keys_and_values_that_a_pack_does_not_know, refuses_a_pack_that_misses_what_it_needs,
    an_envelope_says_where_its_document_is_and_does_nothing_else,
    refuses_a_source_of_nothing_and_of_too_much, refuses_a_name_that_is_not_the_folder, refuses_a_bad_statements_pattern,
    refuses_another_meaning_of_a_known_prefix, refuses_tables_that_are_not_there, reads_the_cases_of_a_pack,
    refuses_cases_that_are_not_there, refuses_broken_cases, warns_of_files_that_nobody_uses)
