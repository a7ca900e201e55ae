/* SPDX-License-Identifier: EUPL-1.2 */
/* See keys.h. */
#include "wire/keys.h"

#include "base/alloc.h"
#include "base/file.h"
#include "format/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#define wrong(error, path, node, ...) \
	error_set(error, EHDS_ERROR_CONFIG, "key-file", path, (node) != NULL ? (node)->line : 0, \
	    (node) != NULL ? (node)->column : 0, __VA_ARGS__)

bool
keys_valid(const char *text)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    ".-:+=^!/*?&<>()[]{}@%$#";
	uint8_t bytes[32];
	char again[KEY_TEXT];

	/* libzmq decodes five letters above 2^32 to something else without a word; it does not come back. */
	return strlen(text) == KEY_TEXT - 1 && strspn(text, letters) == KEY_TEXT - 1
	    && zmq_z85_decode(bytes, text) != NULL && zmq_z85_encode(again, bytes, sizeof(bytes)) != NULL
	    && strcmp(again, text) == 0;
}

void
keys_wipe(struct curve_keys *keys)
{
	explicit_bzero(keys, sizeof(*keys));
}

void
keys_generate(struct curve_keys *out)
{
	must(zmq_curve_keypair(out->public, out->secret) == 0);
}

static int
write_one(const char *path, unsigned mode, const char *text, struct ehds_error *error)
{
	if (file_exists(path))
		return error_set(error, EHDS_ERROR_CONFIG, "key-exists", path, 0, 0,
		    "is there already, and a key that is overwritten is lost");
	return file_write(path, text, strlen(text), mode, error);
}

int
keys_write(const struct curve_keys *keys, const char *path, struct ehds_error *error)
{
	char *public_path = must_printf("%s.pub", path);
	char *public_text = must_printf("# CURVE key of ehdsd: for whoever speaks with its owner.\n"
	    "public: \"%s\"\n", keys->public);
	char *secret_text = must_printf("# CURVE keys of ehdsd: secret, for one owner on one machine.\n"
	    "public: \"%s\"\nsecret: \"%s\"\n", keys->public, keys->secret);
	int result = write_one(public_path, 0644, public_text, error);

	if (result == 0)
		result = write_one(path, 0600, secret_text, error);
	explicit_bzero(secret_text, strlen(secret_text));
	free(secret_text);
	free(public_text);
	free(public_path);
	return result;
}

static int
check_mode(const char *path, struct ehds_error *error)
{
	struct stat status;

	/* The group may read it: root's file for a service's group. Whoever can write it can replace it. */
	if (stat(path, &status) != 0 || (status.st_mode & 0137) == 0)
		return 0;
	return error_set(error, EHDS_ERROR_CONFIG, "key-mode", path, 0, 0,
	    "has mode %04o: a secret key is for its owner alone: chmod 600", status.st_mode & 07777u);
}

/* Copies the key that stands at `name`. */
static int
read_key(char out[KEY_TEXT], const struct yaml_file *file, const char *name, struct ehds_error *error)
{
	const struct yaml_node *node = yaml_get(yaml_root(file), name);

	if (node == NULL)
		return wrong(error, yaml_name(file), yaml_root(file), "has no '%s:'", name);
	if (node->text == NULL || !keys_valid(node->text))
		return wrong(error, yaml_name(file), node, "%s: is no CURVE key: 40 characters of Z85", name);
	memcpy(out, node->text, KEY_TEXT);
	return 0;
}

int
keys_load(struct curve_keys *out, const char *path, struct ehds_error *error)
{
	char derived[KEY_TEXT] = "";
	struct yaml_file *file;
	int result;

	if (check_mode(path, error) != 0 || yaml_load(&file, path, error) != 0)
		return -1;
	result = read_key(out->public, file, "public", error);
	if (result == 0)
		result = read_key(out->secret, file, "secret", error);
	if (result == 0 && (zmq_curve_public(derived, out->secret) != 0
	    || strcmp(derived, out->public) != 0))
		result = wrong(error, path, yaml_get(yaml_root(file), "public"),
		    "the public key is not that of the secret one");
	yaml_free(&file);
	return result;
}

int
keys_public(char out[KEY_TEXT], const char *text, struct ehds_error *error)
{
	struct yaml_file *file;
	int result;

	if (keys_valid(text)) {
		memcpy(out, text, KEY_TEXT);
		return 0;
	}
	if (yaml_load(&file, text, error) != 0)
		return -1;
	result = read_key(out, file, "public", error);
	yaml_free(&file);
	return result;
}
