/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/file.h"

#include "../check_main.h"
#include "../temporary.h"

#include <string.h>
#include <sys/stat.h>

START_TEST(what_is_written_is_read_back_and_has_its_permissions)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "a");
	struct buffer read = { .limit = 0 };
	struct ehds_error error;
	struct stat status;

	ck_assert_int_eq(file_write(path, "one", 3, 0640, &error), 0);
	ck_assert_int_eq(file_write(path, "a\0b", 3, 0600, &error), 0);
	ck_assert_int_eq(file_read(&read, path, 3, &error), 0);
	ck_assert_uint_eq(read.length, 3);
	ck_assert_mem_eq(read.data, "a\0b", 3);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0600);
	buffer_free(&read);
	free(path);
	temporary_remove(folder);
}
END_TEST

START_TEST(an_empty_file_is_an_empty_text)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "a");
	struct buffer read = { .limit = 0 };

	ck_assert_int_eq(file_write(path, "", 0, 0644, NULL), 0);
	ck_assert_int_eq(file_read(&read, path, 0, NULL), 0);
	ck_assert_str_eq(read.data, "");
	buffer_free(&read);
	free(path);
	temporary_remove(folder);
}
END_TEST

START_TEST(a_file_over_the_limit_is_refused_as_a_document)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "a");
	struct buffer read = { .limit = 0 };
	struct ehds_error error;

	ck_assert_int_eq(file_write(path, "abcd", 4, 0644, NULL), 0);
	ck_assert_int_eq(file_read(&read, path, 3, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	ck_assert_str_eq(error.rule, "file-too-large");
	ck_assert_str_eq(error.file, path);
	ck_assert_str_eq(error.text, "larger than the limit of 3 bytes");
	buffer_free(&read);
	free(path);
	temporary_remove(folder);
}
END_TEST

START_TEST(what_cannot_be_read_is_named_with_the_reason)
{
	struct buffer read = { .limit = 0 };
	struct ehds_error error;

	ck_assert_int_eq(file_read(&read, "/nowhere/at/all", 0, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "file-read");
	ck_assert_str_eq(error.text, "cannot open: No such file or directory");
	ck_assert_int_eq(file_read(&read, "/", 0, &error), -1);
	ck_assert_str_eq(error.text, "cannot read: Is a directory");
	buffer_free(&read);
}
END_TEST

START_TEST(a_failed_write_leaves_nothing_and_the_old_file_whole)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "taken");
	struct ehds_error error;
	char **names;
	size_t count;

	/* A folder cannot be replaced by a file: rename(2) fails at the last step. */
	ck_assert_int_eq(folder_make(path, 0755, &error), 0);
	ck_assert_int_eq(file_write(path, "x", 1, 0644, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_TEMPORARY);
	ck_assert_str_eq(error.rule, "file-write");
	ck_assert_str_eq(error.text, "cannot write: Is a directory");
	ck_assert_int_eq(folder_list(&names, &count, folder, &error), 0);
	ck_assert_uint_eq(count, 1);
	ck_assert(folder_exists(path));
	folder_list_free(&names, count);
	ck_assert_int_eq(file_write("/nowhere/at/all", "x", 1, 0644, &error), -1);
	ck_assert_str_eq(error.text, "cannot write: No such file or directory");
	free(path);
	temporary_remove(folder);
}
END_TEST

START_TEST(folders_are_made_with_their_parents_and_listed_in_byte_order)
{
	char *folder = temporary_folder(), *deep = temporary_path(folder, "x/y/z"),
	    *parent = temporary_path(folder, "x/y");
	static const char *const made[] = { "b", "B", "a" };
	char **names;
	size_t count;

	ck_assert_int_eq(folder_make(deep, 0755, NULL), 0);
	ck_assert_int_eq(folder_make(deep, 0755, NULL), 0);
	ck_assert(folder_exists(deep));
	ck_assert(!file_exists(deep));
	for (size_t i = 0; i < 3; i++) {
		char *path = path_join(parent, made[i]);

		ck_assert_int_eq(file_write(path, "", 0, 0644, NULL), 0);
		ck_assert(file_exists(path));
		ck_assert(!folder_exists(path));
		free(path);
	}
	ck_assert_int_eq(folder_list(&names, &count, parent, NULL), 0);
	ck_assert_uint_eq(count, 4);
	ck_assert_str_eq(names[0], "B");
	ck_assert_str_eq(names[1], "a");
	ck_assert_str_eq(names[2], "b");
	ck_assert_str_eq(names[3], "z");
	folder_list_free(&names, count);
	ck_assert_ptr_null(names);
	free(deep);
	free(parent);
	temporary_remove(folder);
}
END_TEST

START_TEST(folders_that_cannot_be_made_or_listed_are_named)
{
	struct ehds_error error;
	char **names;
	size_t count;

	ck_assert_int_eq(folder_make("/dev/null/a", 0755, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "folder-make");
	ck_assert_str_eq(error.text, "cannot make the folder /dev/null/a: Not a directory");
	ck_assert_int_eq(folder_list(&names, &count, "/nowhere/at/all", &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "folder-read");
	ck_assert_str_eq(error.text, "cannot read the folder: No such file or directory");
}
END_TEST

START_TEST(paths_are_joined_by_one_slash)
{
	static const struct {
		const char *folder, *name, *joined;
	} cases[] = {
		{ "a", "b", "a/b" }, { "a/", "b", "a/b" }, { "a", "/b", "/b" }, { "", "b", "b" },
		{ "/", "b", "/b" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *path = path_join(cases[i].folder, cases[i].name);

		ck_assert_str_eq(path, cases[i].joined);
		free(path);
	}
}
END_TEST

TESTS("base/file", what_is_written_is_read_back_and_has_its_permissions, an_empty_file_is_an_empty_text,
    a_file_over_the_limit_is_refused_as_a_document, what_cannot_be_read_is_named_with_the_reason,
    a_failed_write_leaves_nothing_and_the_old_file_whole,
    folders_are_made_with_their_parents_and_listed_in_byte_order,
    folders_that_cannot_be_made_or_listed_are_named, paths_are_joined_by_one_slash)
