#include "mapping/files.h"

#include "folder.h"

static void
assert_beside(const char *from, const char *relative, const char *expected)
{
	char *name = name_beside(from, relative);

	if (expected == NULL)
		ck_assert_ptr_null(name);
	else
		ck_assert_str_eq(name, expected);
	free(name);
}

START_TEST(names_a_file_relative_to_another_one)
{
	assert_beside("aa/p/pack.yaml", "x.xsl", "aa/p/x.xsl");
	assert_beside("aa/p/pack.yaml", "../tables/x.yaml", "aa/tables/x.yaml");
	assert_beside("aa/p/pack.yaml", "../../bb//tables/./x.yaml", "bb/tables/x.yaml");
	assert_beside("aa/p/pack.yaml", ".", "aa/p");
	assert_beside("top.yaml", "x", "x");
}
END_TEST

START_TEST(names_no_file_outside_the_mappings)
{
	assert_beside("aa/p/pack.yaml", "../../../x", NULL);
	assert_beside("aa/p/pack.yaml", "/etc/passwd", NULL);
	assert_beside("aa/p/pack.yaml", "a/../../../../x", NULL);
	assert_beside("aa/p/pack.yaml", "", NULL);
}
END_TEST

START_TEST(tells_what_a_file_is_for_by_its_name)
{
	static const struct {
		const char *name;
		enum file_kind kind;
	} files[] = {
		{ "aa/country.yaml", FILE_COUNTRY },
		{ "aa/p/country.yaml", FILE_STRAY },
		{ "country.yaml", FILE_STRAY },
		{ "aa/naming.yaml", FILE_NAMING },
		{ "aa/naming-site.yaml", FILE_NAMING },
		{ "aa/names.yaml", FILE_STRAY },
		{ "aa/tables/x.yaml", FILE_TABLE },
		{ "aa/p/tables/x.yaml", FILE_TABLE },
		{ "aa/mytables/x.yaml", FILE_STRAY },
		{ "aa/tables/x.tsv", FILE_ROWS },
		{ "aa/sets/x.tsv", FILE_ROWS },
		{ "aa/sets/x.yaml", FILE_SET },
		{ "aa/p/pack.yaml", FILE_PACK },
		{ "pack.yaml", FILE_STRAY },
		{ "aa/p/cases/x.yaml", FILE_CASE },
		{ "aa/p/cases/pack.yaml", FILE_CASE },
		{ "aa/p/x.xsl", FILE_STYLESHEET },
		{ "aa/p/x.yml", FILE_STRAY },
		{ "aa/p/README.md", FILE_OTHER },
	};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		ck_assert_msg(file_kind(files[i].name) == files[i].kind, "%s", files[i].name);
}
END_TEST

START_TEST(lays_later_folders_over_earlier_ones)
{
	struct site site = site_new();
	struct mapping_files *files = files_new();
	const struct mapping_file *file;
	struct buffer bytes = { 0 };

	site_put(&site, "aa/x.yaml", "first");
	site_put(&site, "aa/b.yaml", "b");
	site_put(&site, "aa/.git/config", "hidden");
	site_put_in(&site, 1, "aa/x.yaml", "second");
	site_put_in(&site, 1, "aa/a.yaml", "a");
	ck_assert_int_eq(files_scan(files, site.folders[0], NULL), 0);
	ck_assert_int_eq(files_scan(files, site.folders[1], NULL), 0);
	ck_assert_str_eq(files_at(files, 0)->name, "aa/a.yaml");
	ck_assert_str_eq(files_at(files, 1)->name, "aa/b.yaml");
	ck_assert_str_eq(files_at(files, 2)->name, "aa/x.yaml");
	ck_assert_ptr_null(files_at(files, 3));
	ck_assert(!files_at(files, 2)->used);
	file = files_find(files, "aa/x.yaml");
	ck_assert(files_at(files, 2)->used);
	ck_assert_int_eq(files_read(&bytes, file, NULL), 0);
	ck_assert_str_eq(bytes.data, "second");
	buffer_clear(&bytes);
	ck_assert_int_eq(files_read(&bytes, file->hidden, NULL), 0);
	ck_assert_str_eq(bytes.data, "first");
	ck_assert_ptr_null(file->hidden->hidden);
	ck_assert_ptr_null(files_find(files, "aa/c.yaml"));
	buffer_free(&bytes);
	files_free(&files);
	site_free(&site);
}
END_TEST

START_TEST(refuses_folders_that_lead_back_to_themselves)
{
	struct site site = site_new();
	struct mapping_files *files = files_new();
	struct ehds_error error = { 0 };
	char *link;

	site_put(&site, "aa/x.yaml", "x");
	link = temporary_path(site.folders[0], "aa/again");
	ck_assert_int_eq(symlink("..", link), 0);
	ck_assert_int_eq(files_scan(files, site.folders[0], &error), -1);
	ck_assert_str_eq(error.rule, "folder-too-large");
	ck_assert_str_eq(error.text, "folders are nested deeper than 12: is there a link that leads back?");
	free(link);
	files_free(&files);
	site_free(&site);
}
END_TEST

START_TEST(reads_files_that_are_in_memory_only)
{
	struct mapping_files *files = files_new();
	struct yaml_file *yaml;

	files_add(files, "aa/x.yaml", "aa/x.yaml", "a: b", 4);
	ck_assert_int_eq(files_yaml(&yaml, files_find(files, "aa/x.yaml"), NULL), 0);
	ck_assert_str_eq(yaml_text(yaml_root(yaml), "a"), "b");
	yaml_free(&yaml);
	files_free(&files);
}
END_TEST

TESTS("mapping/files", names_a_file_relative_to_another_one, names_no_file_outside_the_mappings,
    tells_what_a_file_is_for_by_its_name, lays_later_folders_over_earlier_ones,
    refuses_folders_that_lead_back_to_themselves, reads_files_that_are_in_memory_only)
