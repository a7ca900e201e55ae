/* SPDX-License-Identifier: EUPL-1.2 */
#include "ctl/output.h"
#include "base/alloc.h"
#include "base/file.h"

#include "../check_main.h"
#include "capture.h"

#include <string.h>
#include <sys/stat.h>

static const char *
new_folder(void)
{
	char *folder = must_strdup("/tmp/ehds-output-XXXXXX");

	ck_assert_ptr_nonnull(mkdtemp(folder));
	return keep(folder);
}

/* The contents of a file; the folders of a test are left to /tmp when it fails. */
static const char *
contents(const char *path)
{
	struct buffer bytes = { 0 };

	ck_assert_int_eq(file_read(&bytes, path, 0, NULL), 0);
	return keep(buffer_take(&bytes, NULL));
}

static void
empty_folder(const char *folder)
{
	char **names;
	size_t count;

	ck_assert_int_eq(folder_list(&names, &count, folder, NULL), 0);
	for (size_t i = 0; i < count; i++)
		unlink(keep(path_join(folder, names[i])));
	folder_list_free(&names, count);
	rmdir(folder);
}

START_TEST(one_document_goes_to_the_file_that_was_named)
{
	const char *folder = new_folder(), *path = keep(path_join(folder, "result"));
	char name[] = "in/doc.xml", *names[] = { name };
	struct buffer bytes = { .data = (char *)"{}", .length = 2 };
	struct output output;

	ck_assert_int_eq(output_open(&output, path, ".json", names, 1), 0);
	ck_assert_str_eq(keep(output_path(&output, name)), path);
	ck_assert_int_eq(output_write(&output, name, &bytes), 0);
	ck_assert_str_eq(contents(path), "{}");
	output_remove(&output, name);
	ck_assert(!file_exists(path));
	empty_folder(folder);
}
END_TEST

START_TEST(several_documents_go_to_a_folder_that_is_made)
{
	const char *folder = new_folder(), *path = keep(path_join(folder, "results"));
	char a[] = "in/a.xml", b[] = "b", dash[] = "-", j[] = "x/c.json", *names[] = { a, b, dash, j };
	struct output output;

	ck_assert_int_eq(output_open(&output, path, ".json", names, 4), 0);
	ck_assert(folder_exists(path));
	ck_assert_str_eq(keep(output_path(&output, a)), keep(must_printf("%s/a.json", path)));
	ck_assert_str_eq(keep(output_path(&output, b)), keep(must_printf("%s/b.json", path)));
	ck_assert_str_eq(keep(output_path(&output, dash)), keep(must_printf("%s/stdin.json", path)));
	ck_assert_str_eq(keep(output_path(&output, j)), keep(must_printf("%s/c.json", path)));
	rmdir(path);
	empty_folder(folder);
}
END_TEST

START_TEST(one_document_goes_into_a_folder_when_it_is_one)
{
	const char *folder = new_folder();
	char name[] = "d.xml", *names[] = { name };
	struct output output;

	ck_assert_int_eq(output_open(&output, folder, ".xml", names, 1), 0);
	ck_assert_str_eq(keep(output_path(&output, name)), keep(must_printf("%s/d.xml", folder)));
	empty_folder(folder);
}
END_TEST

START_TEST(refuses_two_documents_that_would_become_one_file)
{
	const char *folder = new_folder();
	char a[] = "x/doc.xml", b[] = "y/doc.xml", *names[] = { a, b };
	struct capture capture = capture_start(stderr);
	struct output output;

	ck_assert_int_eq(output_open(&output, folder, ".json", names, 2), -1);
	ck_assert_str_eq(capture_end(&capture), "ehdsctl: x/doc.xml and y/doc.xml would become the same file\n");
	empty_folder(folder);
}
END_TEST

START_TEST(refuses_a_file_where_a_folder_is_needed)
{
	const char *folder = new_folder(), *path = keep(path_join(folder, "file"));
	char a[] = "a", b[] = "b", *names[] = { a, b };
	struct capture capture;
	struct output output;

	ck_assert_int_eq(file_write(path, "", 0, 0600, NULL), 0);
	capture = capture_start(stderr);
	ck_assert_int_eq(output_open(&output, path, ".json", names, 2), -1);
	ck_assert_str_eq(capture_end(&capture),
	    keep(must_printf("%s: error: folder-make: is a file; several documents need a folder\n", path)));
	empty_folder(folder);
}
END_TEST

START_TEST(standard_output_ends_with_a_newline)
{
	char name[] = "a", *names[] = { name };
	struct buffer bytes = { .data = (char *)"{}", .length = 2 };
	struct output output;
	struct capture capture;

	ck_assert_int_eq(output_open(&output, "-", ".json", names, 1), 0);
	ck_assert_ptr_null(output_path(&output, name));
	capture = capture_start(stdout);
	ck_assert_int_eq(output_write(&output, name, &bytes), 0);
	ck_assert_str_eq(capture_end(&capture), "{}\n");
}
END_TEST

START_TEST(a_device_is_written_to_and_not_replaced)
{
	char name[] = "a", *names[] = { name };
	struct buffer bytes = { .data = (char *)"{}", .length = 2 };
	struct output output;
	struct stat status;

	ck_assert_int_eq(output_open(&output, "/dev/null", ".json", names, 1), 0);
	ck_assert_int_eq(output_write(&output, name, &bytes), 0);
	output_remove(&output, name);
	ck_assert_int_eq(stat("/dev/null", &status), 0);
	ck_assert(S_ISCHR(status.st_mode));
}
END_TEST

START_TEST(says_when_it_cannot_write)
{
	char name[] = "a", *names[] = { name };
	struct buffer bytes = { .data = (char *)"{}", .length = 2 };
	struct output output;
	struct capture capture;

	ck_assert_int_eq(output_open(&output, "/nowhere/at/all", ".json", names, 1), 0);
	capture = capture_start(stderr);
	ck_assert_int_eq(output_write(&output, name, &bytes), -1);
	ck_assert_str_eq(capture_end(&capture),
	    "/nowhere/at/all: error: file-write: cannot write: No such file or directory\n");
}
END_TEST

TESTS("output", one_document_goes_to_the_file_that_was_named, several_documents_go_to_a_folder_that_is_made,
    one_document_goes_into_a_folder_when_it_is_one, refuses_two_documents_that_would_become_one_file,
    refuses_a_file_where_a_folder_is_needed, standard_output_ends_with_a_newline,
    a_device_is_written_to_and_not_replaced, says_when_it_cannot_write)
