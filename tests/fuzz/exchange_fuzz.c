/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Published terminology. Promises: a refusal says why; what is taken is YAML with a head and a row or a code at least; what a table or a
 * set became goes out as a resource, or says why not.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "convert/source.h"
#include "format/yaml.h"
#include "mapping/exchange.h"

#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static void
remove_file(void)
{
	remove(path);
}

/* The file that exports read; its name is the process's own. */
static void
open_once(void)
{
	if (path[0] != '\0')
		return;
	xml_open();
	snprintf(path, sizeof(path), "/tmp/exchange_fuzz.%ld.yaml", (long)getpid());
	atexit(remove_file);
}

static bool
import(struct buffer *out, const xmlDoc *doc, struct arena *arena)
{
	const struct exchange_import settings = { .name = "zz/x", .file = "fuzz", .sha256 = "0", .licence = "none" };
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { 0 };
	const char *kind = NULL;

	if (exchange_import(out, &kind, doc, &settings, arena, &findings, &error) != 0) {
		must(error.kind == EHDS_ERROR_DOCUMENT && error.rule[0] != '\0' && error.text[0] != '\0');
		return false;
	}
	must(strcmp(kind, "tables") == 0 || strcmp(kind, "sets") == 0);
	return true;
}

/* What is no resource of FHIR (a system that is no URI) is a mistake of the file: it is not exported, and said so. */
static void
export(const struct buffer *yaml, struct arena *arena)
{
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { 0 };
	xmlDoc *doc = NULL;

	must(file_write(path, yaml->data, yaml->length, 0600, NULL) == 0);
	if (exchange_export(&doc, path, EXCHANGE_FHIR, arena, &findings, &error) != 0) {
		must(error.kind != EHDS_ERROR_NONE && doc == NULL);
		return;
	}
	must(xmlDocGetRootElement(doc) != NULL);
	xmlFreeDoc(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(64 << 20);
	struct ehds_findings findings = findings_new(arena);
	struct xml_source *source;
	struct buffer yaml = { 0 };
	struct yaml_file *file;

	open_once();
	if (source_read(&source, (const char *)bytes, length, "fuzz", &xml_limits_default, arena, &findings, NULL) == 0) {
		if (import(&yaml, xml_source_doc(source), arena)) {
			must(yaml_parse(&file, yaml.data, yaml.length, "fuzz.yaml", NULL) == 0);
			must(yaml_text(yaml_root(file), "table") != NULL || yaml_text(yaml_root(file), "set") != NULL);
			yaml_free(&file);
			export(&yaml, arena);
		}
		xml_source_free(&source);
	}
	buffer_free(&yaml);
	arena_free(&arena);
	return 0;
}
