/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Stylesheets of several files: which are found, and that nothing else is reached. What is wrong
 * with one is in stylesheet_lint_test.c.
 */
#include "stage.h"

#include "mapping/stylesheet_file.h"

#include <string.h>
#include <unistd.h>

#define MAIN(head, content) \
	STYLE_HEAD head "<xsl:template match='/'><Bundle><ehds:entry key=\"'b'\"><Basic>" content "</Basic></ehds:entry></Bundle>" \
	"</xsl:template>" STYLE_TAIL
#define TEXT(value) "<code><text value='" value "'/></code>"
#define CALL "<xsl:call-template name='t'/>"

static const char *
text_of(struct stage *stage)
{
	char line[900];

	stage_load(stage);
	ck_assert_msg(stage_run(stage, DOCUMENT("")) == 0, "%s",
	    error_format(&stage->error, line, sizeof(line)));
	return told(stage, "//f:Basic/f:code/f:text/@value");
}

START_TEST(imports_and_includes_reach_shared_files)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "eu/a.xsl",
	    STYLE_HEAD "<xsl:include href='b.xsl'/><xsl:template name='t'><xsl:call-template name='u'/>"
	    "</xsl:template>" STYLE_TAIL);
	site_put(&stage.generation.site, "eu/b.xsl",
	    STYLE_HEAD "<xsl:template name='u'>" TEXT("shared") "</xsl:template>" STYLE_TAIL);
	stage_put_pack(&stage, "", MAIN("<xsl:import href='../../eu/a.xsl'/>", CALL));
	ck_assert_str_eq(text_of(&stage), "shared");
	stage_free(&stage);
}
END_TEST

START_TEST(modes_and_match_work_across_files)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "eu/a.xsl",
	    STYLE_HEAD "<xsl:template match='c:ClinicalDocument' mode='m'>" TEXT("mode")
	    "</xsl:template>" STYLE_TAIL);
	stage_put_pack(&stage, "", MAIN("<xsl:import href='../../eu/a.xsl'/>",
	    "<xsl:apply-templates select='c:ClinicalDocument' mode='m'/>"));
	ck_assert_str_eq(text_of(&stage), "mode");
	stage_free(&stage);
}
END_TEST

START_TEST(the_importing_file_wins)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "eu/a.xsl",
	    STYLE_HEAD "<xsl:template name='t'>" TEXT("imported") "</xsl:template>" STYLE_TAIL);
	stage_put_pack(&stage, "",
	    MAIN("<xsl:import href='../../eu/a.xsl'/><xsl:template name='t'>" TEXT("own")
	    "</xsl:template>", CALL));
	ck_assert_str_eq(text_of(&stage), "own");
	stage_free(&stage);
}
END_TEST

START_TEST(a_later_folder_overrides_the_file_of_an_earlier_one)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "eu/a.xsl",
	    STYLE_HEAD "<xsl:template name='t'>" TEXT("first") "</xsl:template>" STYLE_TAIL);
	site_put_in(&stage.generation.site, 1, "eu/a.xsl",
	    STYLE_HEAD "<xsl:template name='t'>" TEXT("second") "</xsl:template>" STYLE_TAIL);
	stage_put_pack(&stage, "", MAIN("<xsl:import href='../../eu/a.xsl'/>", CALL));
	ck_assert_str_eq(text_of(&stage), "second");
	stage_free(&stage);
}
END_TEST

START_TEST(a_later_folder_may_import_what_only_an_earlier_one_has)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "eu/a.xsl",
	    STYLE_HEAD "<xsl:template name='t'>" TEXT("first") "</xsl:template>" STYLE_TAIL);
	stage_put_pack(&stage, "", MAIN("", TEXT("unused")));
	site_put_in(&stage.generation.site, 1, "aa/t/t.xsl",
	    MAIN("<xsl:import href='../../eu/a.xsl'/>", CALL));
	ck_assert_str_eq(text_of(&stage), "first");
	stage_free(&stage);
}
END_TEST

START_TEST(files_that_import_each_other_are_an_error)
{
	struct stage stage = stage_new();
	char *lines;

	site_put(&stage.generation.site, "eu/a.xsl", STYLE_HEAD "<xsl:import href='b.xsl'/>" STYLE_TAIL);
	site_put(&stage.generation.site, "eu/b.xsl", STYLE_HEAD "<xsl:import href='a.xsl'/>" STYLE_TAIL);
	stage_put_pack(&stage, "", MAIN("<xsl:import href='../../eu/a.xsl'/>", TEXT("x")));
	ck_assert_int_eq(generation_load(&stage.generation), -1);
	lines = site_lines(&stage.generation.site, EHDS_SEVERITY_ERROR);
	ck_assert_ptr_nonnull(strstr(lines, "recursion"));
	free(lines);
	stage_free(&stage);
}
END_TEST

START_TEST(a_symbolic_link_does_not_lead_out)
{
	struct stage stage = stage_new();
	struct site *site = &stage.generation.site;
	char *inside = temporary_path(site->folders[0], "eu/link.xsl"),
	    *outside = temporary_path(site->top, "outside.xsl");
	const char *roots[] = { site->folders[0] };

	site_put(site, "eu/a.xsl", STYLE_HEAD STYLE_TAIL);
	ck_assert_int_eq(file_write(outside, STYLE_HEAD STYLE_TAIL, strlen(STYLE_HEAD STYLE_TAIL),
	    0644, NULL), 0);
	ck_assert_int_eq(symlink(outside, inside), 0);
	ck_assert_ptr_null(stylesheet_file_find(inside, roots, 1, NULL));
	free(inside);
	free(outside);
	stage_free(&stage);
}
END_TEST

START_TEST(a_path_is_found_below_its_folder_with_its_name_there)
{
	struct stage stage = stage_new();
	struct site *site = &stage.generation.site;
	const char *roots[] = { site->folders[0], site->folders[1] };
	char *asked = temporary_path(site->folders[1], "aa/./x/..//../eu/a.xsl"), *shown = NULL, *found;
	char *expected = temporary_path(site->folders[0], "eu/a.xsl");

	site_put(site, "eu/a.xsl", "x");
	found = stylesheet_file_find(asked, roots, 2, &shown);
	ck_assert_str_eq(found, expected);
	ck_assert_str_eq(shown, "eu/a.xsl");
	ck_assert_ptr_null(stylesheet_file_find("/etc/passwd", roots, 2, NULL));
	ck_assert_ptr_null(stylesheet_file_find(site->folders[0], roots, 2, NULL));
	free(asked);
	free(shown);
	free(found);
	free(expected);
	stage_free(&stage);
}
END_TEST

START_TEST(libxslts_own_complaints_have_a_place)
{
	struct stage stage = stage_new();
	char *lines;

	/* A pattern is more than an expression: the lint lets this pass. */
	stage_put_pack(&stage, "",
	    STYLE_HEAD
	    "<xsl:template match='/'><Bundle><type value='document'/></Bundle></xsl:template>\n"
	    "<xsl:template match='1 + 1' mode='m'/>" STYLE_TAIL);
	ck_assert_int_eq(generation_load(&stage.generation), -1);
	lines = site_lines(&stage.generation.site, EHDS_SEVERITY_ERROR);
	ck_assert_ptr_nonnull(strstr(lines, "aa/t/t.xsl:5:0: map-stylesheet: "));
	free(lines);
	stage_free(&stage);
}
END_TEST

TESTS("mapping/stylesheet", imports_and_includes_reach_shared_files,
    modes_and_match_work_across_files, the_importing_file_wins,
    a_later_folder_overrides_the_file_of_an_earlier_one,
    a_later_folder_may_import_what_only_an_earlier_one_has,
    files_that_import_each_other_are_an_error, a_symbolic_link_does_not_lead_out,
    a_path_is_found_below_its_folder_with_its_name_there, libxslts_own_complaints_have_a_place)
