/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/digest.h"

#include "../check_main.h"

#include <string.h>

/*
 * The examples that NIST publishes with FIPS 180-4 (SHA256.pdf: one block, two blocks; a million
 * times "a").
 */
START_TEST(sha256_gives_the_published_examples)
{
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char out[DIGEST_HEX], *million = malloc(1000000);

	digest_sha256(out, "abc", 3);
	ck_assert_str_eq(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256(out, two_blocks, strlen(two_blocks));
	ck_assert_str_eq(out, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	digest_sha256(out, "", 0);
	ck_assert_str_eq(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	memset(million, 'a', 1000000);
	digest_sha256(out, million, 1000000);
	ck_assert_str_eq(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}
END_TEST

/*
 * By the algorithm of RFC 9562, section 5.5, worked out with another implementation of it, Python's:
 *	space = uuid.uuid5(uuid.NAMESPACE_URL, "urn:ehds:mapping:1")	# 7d2344c9-1057-59c5-bf81-a3ab9c47f7bd
 *	uuid.uuid5(space, "a"), uuid.uuid5(space, "patient-1"), uuid.uuid5(space, "")
 */
START_TEST(names_give_the_version_5_uuids_of_our_name_space)
{
	char out[UUID_TEXT];

	uuid_of_name(out, "a", 1);
	ck_assert_str_eq(out, "0bca7155-59a8-53ba-bc62-e088b4ceac66");
	uuid_of_name(out, "patient-1", 9);
	ck_assert_str_eq(out, "f5e5ae07-a69e-5a8c-b716-7eda96846063");
	uuid_of_name(out, "", 0);
	ck_assert_str_eq(out, "bbf23f80-4f69-5302-8d07-e5599554e5b6");
}
END_TEST

TESTS("base/digest", sha256_gives_the_published_examples, names_give_the_version_5_uuids_of_our_name_space)
