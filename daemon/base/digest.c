/* SPDX-License-Identifier: EUPL-1.2 */
/* See digest.h. */
#include "base/digest.h"

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
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, bytes, length);
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
