/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See digest.h. The hashes are nettle's because they use the processor's own instructions: five times as fast as libsodium's, and
 * every byte that comes in is hashed once. libuuid hashes the name space again for each name, byte by byte.
 */
#include "base/digest.h"

#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sodium.h>

/*
 * The name space of every id that ehdsd makes: 7d2344c9-1057-59c5-bf81-a3ab9c47f7bd, the version 5 UUID of "urn:ehds:mapping:1"
 * in the URL name space of RFC 9562, appendix "Namespace IDs". It must never change: peers drop doubles by these ids.
 */
static const uint8_t name_space[16] = { 0x7d, 0x23, 0x44, 0xc9, 0x10, 0x57, 0x59, 0xc5, 0xbf, 0x81, 0xa3, 0xab, 0x9c, 0x47, 0xf7, 0xbd };

void
digest_sha256(char out[DIGEST_HEX], const void *bytes, size_t length)
{
	uint8_t hash[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, length, bytes);
	sha256_digest(&context, sizeof(hash), hash);
	sodium_bin2hex(out, DIGEST_HEX, hash, sizeof(hash));
}

/* Sixteen bytes in five groups, parted by '-'. */
static void
write_uuid(char out[UUID_TEXT], const uint8_t bytes[16])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

void
uuid_of_name(char out[UUID_TEXT], const char *name, size_t length)
{
	uint8_t hash[SHA1_DIGEST_SIZE];
	struct sha1_ctx context;

	sha1_init(&context);
	sha1_update(&context, sizeof(name_space), name_space);
	sha1_update(&context, length, (const uint8_t *)name);
	sha1_digest(&context, sizeof(hash), hash);
	hash[6] = (uint8_t)((hash[6] & 0x0f) | 0x50);
	hash[8] = (uint8_t)((hash[8] & 0x3f) | 0x80);
	write_uuid(out, hash);
}
