/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CURVE keys (RFC 26/CURVEZMQ) as people handle them: Z85 text (RFC 32/Z85) in small YAML files. A secret
 * file belongs to whoever uses it; the public file beside it is what others get.
 */
#ifndef EHDS_WIRE_KEYS_H
#define EHDS_WIRE_KEYS_H

#include "base/error.h"

#include <stdbool.h>

#define KEY_TEXT 41		/* 40 characters of Z85 and a NUL */

struct curve_keys {
	char public[KEY_TEXT], secret[KEY_TEXT];
};

/* Makes a new pair. */
void
keys_generate(struct curve_keys *out);

/*
 * Writes `path` (mode 0600: both keys) and `path`.pub (mode 0644: the public one). Neither may be there
 * already: a key that is overwritten is lost. Errors: CONFIG key-exists; of file_write.
 */
int
keys_write(const struct curve_keys *keys, const char *path, struct ehds_error *error);

/*
 * Reads a secret file. Errors, all CONFIG with the file's place: of yaml_load; key-mode (others may read or
 * change it), key-file (no key in it, or the two do not belong together).
 */
int
keys_load(struct curve_keys *out, const char *path, struct ehds_error *error);

/*
 * A public key from an option: the 40 characters themselves, or the name of a file with `public:`. Errors:
 * CONFIG key-file; of yaml_load.
 */
int
keys_public(char out[KEY_TEXT], const char *text, struct ehds_error *error);

/* Whether text is a key: 40 characters that are the Z85 of 32 bytes. */
bool
keys_valid(const char *text);

/* Overwrites both. */
void
keys_wipe(struct curve_keys *keys);

#endif
