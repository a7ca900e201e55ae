/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/keys.h"

#include "../check_main.h"
#include "../temporary.h"

#include <string.h>
#include <sys/stat.h>

START_TEST(what_is_written_is_read_again_and_has_the_right_modes)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "key");
	char *public_path = temporary_path(folder, "key.pub"), other[KEY_TEXT];
	struct curve_keys keys, again;
	struct ehds_error error = { 0 };
	struct stat status;

	keys_generate(&keys);
	ck_assert_int_eq(keys_write(&keys, path, &error), 0);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	ck_assert_int_eq(stat(public_path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 0777, 0644);
	ck_assert_int_eq(keys_load(&again, path, &error), 0);
	ck_assert_str_eq(again.secret, keys.secret);
	ck_assert_int_eq(keys_public(other, public_path, &error), 0);
	ck_assert_str_eq(other, keys.public);
	ck_assert_int_eq(keys_public(other, keys.public, &error), 0);
	ck_assert_int_eq(keys_write(&again, path, &error), -1);
	ck_assert_str_eq(error.rule, "key-exists");
	keys_wipe(&again);
	ck_assert_uint_eq(strlen(again.secret), 0);
	free(public_path);
	free(path);
	temporary_remove(folder);
}
END_TEST

/* RFC 32/Z85: 85 letters, five for four bytes; "#####" would be more than 2^32 - 1. */
START_TEST(a_key_is_forty_letters_of_z85)
{
	ck_assert(keys_valid("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"));
	ck_assert(!keys_valid("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI"));
	ck_assert(!keys_valid("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hIDD"));
	ck_assert(!keys_valid("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\""));
	ck_assert(!keys_valid("########################################"));
	ck_assert(!keys_valid(""));
}
END_TEST

TESTS("wire/keys", what_is_written_is_read_again_and_has_the_right_modes, a_key_is_forty_letters_of_z85)
