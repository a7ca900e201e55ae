/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * YAML. Promises: a refusal says why and where; a file that is taken is a tree with places, counts
 * and no equal keys.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "format/yaml.h"

#include "target.h"

#include <string.h>

/* No deeper than the reader lets it be. */
static void
walk(const struct yaml_node *node, bool in_mapping, unsigned depth)
{
	size_t count = 0;

	must(depth <= 64);
	must(node->line > 0 && node->column > 0);
	must((node->key != NULL) == in_mapping);
	must((node->text != NULL) == (node->kind == YAML_SCALAR));
	yaml_trap(node);
	for (const struct yaml_node *child = node->children; child != NULL; child = child->next) {
		walk(child, node->kind == YAML_MAPPING, depth + 1);
		if (child->key != NULL)
			must(yaml_get(node, child->key) == child);
		count++;
	}
	must(count == node->count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct yaml_file *file;

	if (yaml_parse(&file, (const char *)bytes, length, "fuzz.yaml", &error) == 0) {
		if (yaml_root(file) != NULL)
			walk(yaml_root(file), false, 0);
		yaml_free(&file);
	} else {
		must(file == NULL && error.kind == EHDS_ERROR_CONFIG);
		must(error.text[0] != '\0' && text_starts_with(error.rule, "yaml-") && error.line > 0);
	}
	return 0;
}
