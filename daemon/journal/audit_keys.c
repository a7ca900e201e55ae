/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keys of the audit trail: one signs lines, one makes pseudonyms of patients. They are of this journal, and
 * are made when it is: whoever has the secret one can write another trail, so a verifier should have got the
 * public one before (audit.pub), and the trail should go to another machine (syslog).
 */
#include "journal/audit_internal.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

#define KEY_BYTES (crypto_sign_SECRETKEYBYTES + crypto_generichash_KEYBYTES)

static int
failed(const char *path, const char *text, struct ehds_error *error)
{
	return error_set(error, EHDS_ERROR_CONFIG, "audit-open", path, 0, 0, "%s", text);
}

/* Both secret keys as hexadecimal digits, one line. */
static int
keys_read(struct audit_keys *out, const char *path, struct ehds_error *error)
{
	unsigned char bytes[KEY_BYTES];
	struct buffer text = { 0 };
	size_t length = 0;
	bool right;

	if (file_read(&text, path, 4096, error) != 0)
		return -1;
	right = sodium_hex2bin(bytes, sizeof(bytes), text.data != NULL ? text.data : "", text.length, "\n", &length,
	    NULL) == 0 && length == sizeof(bytes);
	if (right) {
		memcpy(out->secret, bytes, sizeof(out->secret));
		memcpy(out->patients, bytes + sizeof(out->secret), sizeof(out->patients));
		crypto_sign_ed25519_sk_to_pk(out->public, out->secret);
	}
	sodium_memzero(bytes, sizeof(bytes));
	if (text.data != NULL)
		sodium_memzero(text.data, text.length);
	buffer_free(&text);
	return right ? 0 : failed(path, "is no key of the audit trail", error);
}

static int
keys_make(struct audit_keys *out, const char *path, struct ehds_error *error)
{
	char text[2 * KEY_BYTES + 2];
	int result;

	crypto_sign_keypair(out->public, out->secret);
	crypto_generichash_keygen(out->patients);
	sodium_bin2hex(text, sizeof(text), out->secret, sizeof(out->secret));
	sodium_bin2hex(text + 2 * sizeof(out->secret), sizeof(text) - 2 * sizeof(out->secret), out->patients,
	    sizeof(out->patients));
	memcpy(text + 2 * KEY_BYTES, "\n", 2);
	result = file_write(path, text, 2 * KEY_BYTES + 1, 0600, error);
	sodium_memzero(text, sizeof(text));
	return result;
}

int
audit_keys_open(struct audit_keys *out, const char *folder, struct ehds_error *error)
{
	char *secret = path_join(folder, AUDIT_KEY), *public = path_join(folder, AUDIT_PUBLIC);
	char text[2 * crypto_sign_PUBLICKEYBYTES + 2];
	int result;

	if (sodium_init() < 0)
		result = failed(secret, "libsodium does not start", error);
	else
		result = file_exists(secret) ? keys_read(out, secret, error) : keys_make(out, secret, error);
	if (result == 0 && !file_exists(public)) {
		sodium_bin2hex(text, sizeof(text), out->public, sizeof(out->public));
		memcpy(text + 2 * sizeof(out->public), "\n", 2);
		result = file_write(public, text, strlen(text), 0644, error);
	}
	free(secret);
	free(public);
	return result;
}

bool
audit_key_parse(unsigned char out[crypto_sign_PUBLICKEYBYTES], const char *text)
{
	size_t length = 0;

	return sodium_hex2bin(out, crypto_sign_PUBLICKEYBYTES, text, strlen(text), " \r\n\t", &length, NULL) == 0
	    && length == crypto_sign_PUBLICKEYBYTES;
}
