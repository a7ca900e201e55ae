/* SPDX-License-Identifier: EUPL-1.2 */
/* What became of each statement: mappings/README.md, "The ledger". */
#include "stage.h"

#define STATEMENTS "statements: 'c:entry//c:observation | c:entry//c:act'\n"
#define OBSERVATION(content) "<entry><observation>" content "</observation></entry>"
#define CODE "<code code='k' codeSystem='1.2.3'/>"
#define REST "<code><text value='t'/></code>"

/* "FATE target; ..." of all statements. */
static const char *
fates(struct stage *stage)
{
	static const char *const names[] = { "unread", "mapped", "text", "dropped" };
	const struct ledger *ledger = &stage->result.ledger;
	struct buffer line = { 0 };

	for (size_t i = 0; i < ledger->count; i++) {
		const struct ledger_statement *statement = &ledger->statements[i];

		buffer_printf(&line, "%s%s", i > 0 ? "; " : "", names[statement->fate]);
		if (statement->target != NULL)
			buffer_printf(&line, " %s", statement->target);
	}
	return stage_keep(stage, line.data == NULL ? strdup("") : buffer_take(&line, NULL));
}

static void
show(struct stage *stage, const char *stylesheet, const char *document)
{
	char line[900];

	stage_put_pack(stage, STATEMENTS, stylesheet);
	stage_load(stage);
	ck_assert_msg(stage_run(stage, document) == 0, "%s",
	    error_format(&stage->error, line, sizeof(line)));
}

START_TEST(a_statement_whose_code_was_read_is_mapped)
{
	struct stage stage = stage_new();

	show(&stage, BASIC("<ehds:concept name='code' select='c:entry/c:observation/c:code'/>"),
	    DOCUMENT(OBSERVATION(CODE)));
	ck_assert_str_eq(fates(&stage), "mapped Basic");
	ck_assert_uint_eq(stage.result.ledger.mapped, 1);
	ck_assert_uint_eq(stage.result.ledger.coded_mapped, 1);
	ck_assert_str_eq(said(&stage), "");
	stage_free(&stage);
}
END_TEST

START_TEST(a_statement_whose_value_was_read_in_part_is_mapped)
{
	struct stage stage = stage_new();

	show(&stage,
	    BASIC("<ehds:string name='language' "
	    "select='c:entry/c:observation/c:value/c:low/@value'/>" REST),
	    DOCUMENT(OBSERVATION("<value><low value='1'/></value>")));
	ck_assert_str_eq(fates(&stage), "mapped Basic");
	stage_free(&stage);
}
END_TEST

START_TEST(a_statement_of_which_only_an_attribute_or_an_id_was_read_is_not_mapped)
{
	struct stage stage = stage_new();

	show(&stage, BASIC("<ehds:string name='language' select='c:entry/c:observation/@classCode'/>"
	    "<ehds:identifier name='identifier' select='c:entry/c:observation/c:id'/>" REST),
	    DOCUMENT("<entry><observation classCode='OBS'><id root='1.2.3'/>" CODE
	    "</observation></entry>"));
	ck_assert_str_eq(fates(&stage), "dropped");
	ck_assert_uint_eq(stage.result.ledger.coded, 1);
	ck_assert_uint_eq(stage.result.ledger.coded_mapped, 0);
	stage_free(&stage);
}
END_TEST

START_TEST(what_is_read_without_a_mark_does_not_count)
{
	struct stage stage = stage_new();

	show(&stage,
	    BASIC("<ehds:concept name='code' select='c:entry/c:observation/c:code' mark='no'/>"),
	    DOCUMENT(OBSERVATION(CODE)));
	ck_assert_str_eq(fates(&stage), "dropped");
	stage_free(&stage);
}
END_TEST

START_TEST(a_statement_for_which_an_entry_stands_is_mapped)
{
	struct stage stage = stage_new();

	show(&stage,
	    BUNDLE("<ehds:entry select='c:entry/c:observation'><Basic>" REST
	    "</Basic></ehds:entry>"), DOCUMENT(OBSERVATION("")));
	ck_assert_str_eq(fates(&stage), "mapped Basic");
	stage_free(&stage);
}
END_TEST

START_TEST(an_entry_that_came_to_nothing_stands_for_nothing)
{
	struct stage stage = stage_new();

	show(&stage, BUNDLE("<ehds:entry select='c:entry/c:observation'><Basic/></ehds:entry>"
	    "<ehds:entry key=\"'b'\"><Basic>" REST "</Basic></ehds:entry>"), DOCUMENT(OBSERVATION("")));
	ck_assert_str_eq(fates(&stage), "dropped");
	stage_free(&stage);
}
END_TEST

START_TEST(nested_statements_count_for_themselves)
{
	struct stage stage = stage_new();

	show(&stage, BUNDLE("<ehds:entry select='c:entry/c:act'><Basic>" REST "</Basic></ehds:entry>"),
	    DOCUMENT("<entry><act>" CODE "<observation>" CODE "</observation></act></entry>"));
	ck_assert_str_eq(fates(&stage), "mapped Basic; dropped");
	stage_free(&stage);
}
END_TEST

START_TEST(a_statement_whose_sections_narrative_is_carried_is_text)
{
	struct stage stage = stage_new();

	show(&stage, BASIC("<ehds:narrative select='c:section/c:text'/>" REST),
	    DOCUMENT("<section><text>words</text>\n" OBSERVATION(CODE) "</section>"));
	ck_assert_str_eq(fates(&stage), "text");
	ck_assert_str_eq(said(&stage),
	    "3: information ledger-text: no rule maps it; the narrative of its section is carried"
	    " (observation k)");
	stage_free(&stage);
}
END_TEST

START_TEST(the_narrative_of_an_outer_section_does_not_speak_for_an_inner_one)
{
	struct stage stage = stage_new();

	show(&stage, BASIC("<ehds:narrative select='c:section/c:text'/>" REST),
	    DOCUMENT("<section><text>words</text><section>\n"
	    OBSERVATION("<templateId root='1.2.3.4'/>" CODE) "</section></section>"));
	ck_assert_str_eq(fates(&stage), "dropped");
	ck_assert_str_eq(said(&stage),
	    "3: warning ledger-dropped: no rule maps it, and no narrative of its section is carried"
	    " (observation 1.2.3.4 k)");
	stage_free(&stage);
}
END_TEST

START_TEST(a_note_says_what_becomes_of_a_statement_and_why)
{
	struct stage stage = stage_new();

	show(&stage, BASIC("<ehds:note select='c:entry/c:observation[1]' as='dropped' why='a test'/>"
	    "<ehds:note select='c:entry/c:act' as='text' why='said elsewhere'/>" REST),
	    DOCUMENT(OBSERVATION(CODE) "<entry><act/></entry>"));
	ck_assert_str_eq(fates(&stage), "dropped; text");
	ck_assert_str_eq(said(&stage), "2: warning ledger-dropped: a test (observation k)\n"
	    "2: information ledger-text: said elsewhere (act)");
	stage_free(&stage);
}
END_TEST

START_TEST(a_note_on_what_is_no_statement_speaks_for_all_below_it)
{
	struct stage stage = stage_new();

	show(&stage, BASIC("<ehds:note select='c:section' as='mapped'/>" REST),
	    DOCUMENT("<section><entry><act><observation/></act></entry></section>" OBSERVATION("")));
	ck_assert_str_eq(fates(&stage), "mapped; mapped; dropped");
	stage_free(&stage);
}
END_TEST

START_TEST(being_mapped_wins_over_a_note)
{
	struct stage stage = stage_new();

	show(&stage, BASIC("<ehds:note select='c:entry/c:observation' as='dropped' why='no'/>"
	    "<ehds:concept name='code' select='c:entry/c:observation/c:code'/>"
	    "<ehds:note select='c:entry/c:observation' as='text' why='no'/>"),
	    DOCUMENT(OBSERVATION(CODE)));
	ck_assert_str_eq(fates(&stage), "mapped Basic");
	stage_free(&stage);
}
END_TEST

START_TEST(codes_are_counted_for_each_table)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "aa/t/tables/k.yaml",
	    "table: aa/t/k\nversion: \"1\"\ntarget: { system: \"urn:t\" }\n"
	    "why: a test\nrows:\n  - { from: k, to: t, relation: equivalent }\n");
	stage_put_pack(&stage, STATEMENTS "tables: [ k ]\n",
	    BUNDLE("<xsl:for-each select='c:entry/c:observation'><ehds:entry><Basic><ehds:concept "
	    "name='code' select='c:code' table='k'/>"
	    "</Basic></ehds:entry></xsl:for-each>"));
	stage_load(&stage);
	ck_assert_int_eq(stage_run(&stage, DOCUMENT(OBSERVATION(CODE) OBSERVATION(CODE)
	    OBSERVATION("<code code='other' codeSystem='1.2.3'/>"))), 0);
	ck_assert_uint_eq(stage.result.ledger.table_count, 1);
	ck_assert_str_eq(stage.result.ledger.tables[0].table, "aa/t/k");
	ck_assert_uint_eq(stage.result.ledger.tables[0].translated, 2);
	ck_assert_uint_eq(stage.result.ledger.tables[0].kept, 1);
	ck_assert_uint_eq(stage.result.ledger.tables[0].text_only, 0);
	stage_free(&stage);
}
END_TEST

START_TEST(an_explained_run_lists_the_codes_that_nobody_read)
{
	struct stage stage = stage_new();
	const struct ledger_unread *unread;

	stage.job.explain = true;
	show(&stage, BASIC("<ehds:concept name='code' select='c:entry/c:observation/c:code'/>"),
	    DOCUMENT("<languageCode code='fr'/><entry><observation><code code='k'><translation "
	    "code='u'/></code>\n"
	    "<methodCode code='m'/><value xsi:type='CD'/></observation></entry>"));
	unread = stage.result.ledger.unread;
	ck_assert_ptr_nonnull(unread);
	ck_assert_str_eq(unread->code, "m");
	ck_assert_int_eq(unread->line, 3);
	ck_assert_uint_eq(unread->statement, 0);
	ck_assert_ptr_null(unread->next);
	stage_free(&stage);
}
END_TEST

START_TEST(a_document_without_statements_has_an_empty_ledger)
{
	struct stage stage = stage_new();

	show(&stage, BASIC(REST), DOCUMENT(""));
	ck_assert_uint_eq(stage.result.ledger.count, 0);
	stage_free(&stage);
}
END_TEST

TESTS("mapping/ledger", a_statement_whose_code_was_read_is_mapped,
    a_statement_whose_value_was_read_in_part_is_mapped,
    a_statement_of_which_only_an_attribute_or_an_id_was_read_is_not_mapped,
    what_is_read_without_a_mark_does_not_count, a_statement_for_which_an_entry_stands_is_mapped,
    an_entry_that_came_to_nothing_stands_for_nothing, nested_statements_count_for_themselves,
    a_statement_whose_sections_narrative_is_carried_is_text,
    the_narrative_of_an_outer_section_does_not_speak_for_an_inner_one,
    a_note_says_what_becomes_of_a_statement_and_why,
    a_note_on_what_is_no_statement_speaks_for_all_below_it, being_mapped_wins_over_a_note,
    codes_are_counted_for_each_table, an_explained_run_lists_the_codes_that_nobody_read,
    a_document_without_statements_has_an_empty_ledger)
