/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected values: FIPS 180-2, appendix A (the three examples of SHA-1), and RFC 3174, 7.3. */
#include "mapping/media.h"

#include "../check_main.h"

#include <string.h>

static const char *
hash(const char *text, size_t repeat, size_t piece)
{
	static char hex[41];
	unsigned char digest[20];
	struct sha1 sha1;

	sha1_begin(&sha1);
	for (size_t i = 0; i < repeat; i++)
		for (size_t at = 0; at < strlen(text); at += piece)
			sha1_add(&sha1, (const unsigned char *)text + at,
			    strlen(text) - at < piece ? strlen(text) - at : piece);
	sha1_end(&sha1, digest);
	for (size_t i = 0; i < 20; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return hex;
}

START_TEST(hashes_the_examples_of_the_standard)
{
	ck_assert_str_eq(hash("abc", 1, 3), "a9993e364706816aba3e25717850c26c9cd0d89d");
	ck_assert_str_eq(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, 100),
	    "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	ck_assert_str_eq(hash("a", 1000000, 1), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	ck_assert_str_eq(hash("0123456701234567012345670123456701234567012345670123456701234567", 10, 64),
	    "dea356a2cddd90c7a7ecedc5ebb563934f460452");
	ck_assert_str_eq(hash("", 0, 1), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}
END_TEST

START_TEST(the_size_of_the_pieces_does_not_matter)
{
	for (size_t piece = 1; piece < 70; piece++)
		ck_assert_str_eq(
		    hash("0123456701234567012345670123456701234567012345670123456701234567", 10, piece),
		    "dea356a2cddd90c7a7ecedc5ebb563934f460452");
}
END_TEST

TESTS("mapping/sha1", hashes_the_examples_of_the_standard, the_size_of_the_pieces_does_not_matter)
