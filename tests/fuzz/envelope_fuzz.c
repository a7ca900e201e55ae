/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Envelopes of both kinds, in each other. Promises: a pack that is no envelope, or an error that says why and no pack; the
 * source can be freed whatever happened; its root has its name space; a second time the same.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "convert/source.h"

#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/ehds.envelope_fuzz.XXXXXX";

static const struct {
	const char *name, *text;
} files[] = {
	{ "zz/country.yaml", "country: zz\nlanguage: en\n" },
	{ "zz/e/pack.yaml", "pack: zz/e\ntitle: E\nnamespaces: { e: 'urn:e' }\ndetect: [ { root: '{urn:e}e' } ]\n"
	    "envelope: { document: '/*/e:d/*', text: '/*/e:t | /*/@t', type: '/*/@type', is: '/*/@is' }\n" },
	{ "zz/n/pack.yaml", "pack: zz/n\ntitle: N\ndetect: [ { root: '{*}doc' } ]\nrefuse: a test\n" },
};

#define FILES (sizeof(files) / sizeof(files[0]))

static void
remove_file(const char *name)
{
	char *path = must_printf("%s/%s", folder, name);

	remove(path);
	free(path);
}

/* Loaded from a folder of its own, which is gone again before the first document comes. */
static const struct mappings *
load_once(void)
{
	static const char *const folders[] = { "zz/e", "zz/n", "zz", "" };
	static struct mappings *mappings;
	const char *roots[] = { folder };
	struct arena *arena;
	struct ehds_findings lint;
	size_t i;

	if (mappings != NULL)
		return mappings;
	xml_open();
	must(mkdtemp(folder) != NULL);
	for (i = 0; i < 2; i++) {
		char *path = must_printf("%s/%s", folder, folders[i]);

		must(folder_make(path, 0755, NULL) == 0);
		free(path);
	}
	for (i = 0; i < FILES; i++) {
		char *path = must_printf("%s/%s", folder, files[i].name);

		must(file_write(path, files[i].text, strlen(files[i].text), 0644, NULL) == 0);
		free(path);
	}
	arena = arena_new(0);
	lint = findings_new(arena);
	must(mappings_load(&mappings, roots, 1, &lint, NULL) == 0);
	arena_free(&arena);
	for (i = 0; i < FILES; i++)
		remove_file(files[i].name);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		remove_file(folders[i]);
	return mappings;
}

/* The rule of the error, or "". */
static void
open_once(char rule[64], const char *bytes, size_t length)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct xml_source *source = NULL;
	const struct pack *pack = NULL;
	const char *name = "t";

	if (source_read(&source, bytes, length, name, &xml_limits_default, arena, &findings, &error) == 0 &&
	    source_detect(&pack, &source, &name, load_once(), &xml_limits_default, NULL, arena, &findings, &error) == 0) {
		const xmlNode *root = xmlDocGetRootElement(xml_source_doc(source));

		must(pack != NULL && !pack_is_envelope(pack) && error.kind == EHDS_ERROR_NONE);
		must(root != NULL && strcmp((const char *)root->name, "doc") == 0);
		must(root->ns == NULL || xmlSearchNsByHref(root->doc, (xmlNode *)root, root->ns->href) != NULL);
	} else {
		must(pack == NULL && error.kind != EHDS_ERROR_NONE && error.rule[0] != '\0' && error.text[0] != '\0');
	}
	snprintf(rule, 64, "%s", error.kind != EHDS_ERROR_NONE ? error.rule : "");
	xml_source_free(&source);
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char first[64], second[64];

	load_once();
	open_once(first, (const char *)bytes, length);
	open_once(second, (const char *)bytes, length);
	must(strcmp(first, second) == 0);
	return 0;
}
