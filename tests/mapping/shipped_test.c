/* The mappings that the project ships have no mistakes. */
#include "format/xml.h"
#include "mapping/mapping.h"
#include "mapping/stylesheet.h"

#include "../check_main.h"

START_TEST(the_shipped_mappings_have_no_mistakes)
{
	char *folder = source_path("mappings");
	const char *const folders[] = { folder };
	struct arena *arena = arena_new(0);
	struct ehds_findings lint = findings_new(arena);
	const struct ehds_finding *finding;
	struct ehds_error error = { 0 };
	struct mappings *mappings;
	int result;

	xml_open();
	stylesheet_open();
	result = mappings_load(&mappings, folders, 1, &lint, &error);
	for (finding = lint.first; finding != NULL; finding = finding->next)
		if (finding->severity != EHDS_SEVERITY_INFORMATION)
			printf("%s:%d:%d: %s: %s: %s\n", finding->file != NULL ? finding->file : "-",
			    finding->line, finding->column, severity_name(finding->severity), finding->rule,
			    finding->text);
	ck_assert_msg(result == 0, "%s: %s", error.rule, error.text);
	ck_assert_uint_eq(lint.counts[EHDS_SEVERITY_ERROR], 0);
	mappings_free(&mappings);
	arena_free(&arena);
	free(folder);
}
END_TEST

TESTS("mapping/shipped", the_shipped_mappings_have_no_mistakes)
