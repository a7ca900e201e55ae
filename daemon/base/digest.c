/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See digest.h. SHA-256 is nettle's because it uses the processor's own instructions: five times as fast as libsodium's, and
 * every byte that comes in is hashed once.
 */
#include "base/digest.h"

#include <nettle/sha2.h>
#include <sodium.h>
#include <uuid/uuid.h>

/*
 * The name space of every id that ehdsd makes: the version 5 UUID of "urn:ehds:mapping:1" in the URL name
 * space of RFC 9562, appendix "Namespace IDs". It must never change: peers drop doubles by these ids.
 */
#define NAME_SPACE "urn:ehds:mapping:1"

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

void
uuid_of_name(char out[UUID_TEXT], const char *name, size_t length)
{
	uuid_t space, uuid;

	uuid_generate_sha1(space, *uuid_get_template("url"), NAME_SPACE, sizeof(NAME_SPACE) - 1);
	uuid_generate_sha1(uuid, space, name, length);
	uuid_unparse_lower(uuid, out);
}
