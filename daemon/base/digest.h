/* SPDX-License-Identifier: EUPL-1.2 */
/* Hashes and name-based identifiers. Both by nettle. */
#ifndef EHDS_BASE_DIGEST_H
#define EHDS_BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX 65		/* 64 lower-case hexadecimal digits and a NUL */
#define UUID_TEXT 37		/* 36 characters, lower case, and a NUL */

/* SHA-256 (FIPS 180-4) of bytes, as lower-case hexadecimal. */
void
digest_sha256(char out[DIGEST_HEX], const void *bytes, size_t length);

/*
 * The name-based UUID (RFC 9562, section 5.5, version 5) of name in the project's own name space. The same
 * name gives the same UUID on every machine and in every release: results are deterministic because of it.
 */
void
uuid_of_name(char out[UUID_TEXT], const char *name, size_t length);

#endif
