/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * References to entries. An entry that will be made later has a URL already, because that follows
 * from type and key; only a reference that names no type has to wait. At the end every one must
 * lead somewhere.
 */
#include "mapping/entry_private.h"

#include "base/text.h"

#include <string.h>

#define PENDING_PREFIX "urn:ehds:reference:"

/* ---- References ------------------------------------------------------------------------------ */

int
write_reference(struct run *run, const struct plan *plan, const xmlNode *node, const char *name,
    const char *url)
{
	struct call call = run_call(run, plan, node);
	const char *display = call_attribute(&call, "display");
	xmlNode *parent = run_parent(run, plan), *element;
	const xmlNode *before;

	if (run->failed)
		return -1;
	before = parent->last;
	element = out_element(parent, name);
	out_value(element, "reference", url);
	out_value(element, "display", text_is_blank(display) ? NULL : display);
	run_trace(run, parent, before, &call, node);
	return 0;
}

static int
add_pending(struct run *run, const struct plan *plan, const xmlNode *context, const char *type,
    const char *key, const char *written)
{
	struct entries *entries = run->entries;
	struct pending *pending = run_alloc(run, sizeof(*pending));

	if (pending == NULL)
		return -1;
	*pending = (struct pending){ .type = type, .key = key, .written = written, .file = plan->file,
	    .line = plan->line, .source_line = node_line(context) };
	if (entries->last_pending != NULL)
		entries->last_pending->next = pending;
	else
		entries->pending = pending;
	entries->last_pending = pending;
	entries->pending_count++;
	return 0;
}

int
run_reference(struct run *run, const struct plan *plan, const xmlNode *context)
{
	struct entries *entries = run->entries;
	struct call call = run_call(run, plan, context);
	const char *type = call_attribute(&call, "type");
	const char *key = key_of(run, plan_attribute_find(plan, "key")->expression, context), *written;
	char url[ENTRY_URL];

	if (run->failed || key[0] == '\0')
		return run->failed ? -1 : 0;
	if (type != NULL && type[0] == '\0')
		type = NULL;
	if (type == NULL) {
		written = arena_printf(run->arena, PENDING_PREFIX "%u", entries->pending_count);
	} else {
		entries_url(entries, type, key, url);
		written = run_strdup(run, url);
	}
	if (written == NULL || add_pending(run, plan, context, type, key, written) != 0)
		return -1;
	return write_reference(run, plan, context, run_name(run, plan, context), written);
}

/* ---- Resolving at the end -------------------------------------------------------------------- */

xmlNode *
next_node_within(xmlNode *node, const xmlNode *root)
{
	if (node->children != NULL && node->type == XML_ELEMENT_NODE)
		return node->children;
	while (node != root && node->next == NULL)
		node = node->parent;
	return node == root ? NULL : node->next;
}

/* Puts url in the place of a reference's value; NULL only asks. How many there were. */
static size_t
replace_references(xmlNode *root, const char *written, const char *url)
{
	size_t count = 0;
	xmlNode *node;

	for (node = root; node != NULL; node = next_node_within(node, root)) {
		const char *value;

		if (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, "reference") != 0)
			continue;
		value = node_attribute(node, "value");
		if (value == NULL || strcmp(value, written) != 0)
			continue;
		count++;
		if (url != NULL)
			xmlSetProp(node, (const xmlChar *)"value", (const xmlChar *)url);
	}
	return count;
}

static int
fail_pending(struct run *run, const struct pending *pending, const char *what)
{
	run->failed = true;
	return error_set(run->error, EHDS_ERROR_MAPPING, "map-unknown-reference",
	    pending->file->shown, pending->line, 0,
	    "%s %s%swith the key '%s' (line %d of the document)", what, pending->type == NULL ? "" :
	    pending->type, pending->type == NULL ? "" : " ", pending->key, pending->source_line);
}

/* What stands in something that came to nothing is nobody's reference. */
static int
resolve_one(struct run *run, const struct pending *pending, xmlNode *root)
{
	const struct entries *entries = run->entries;
	const struct keylist_item *item = pending->type == NULL ?
	    keylist_find(entries->by_key, pending->key, NULL) :
	    keylist_find(entries->by_type, pending->key, pending->type);

	if (item == NULL)
		return replace_references(root, pending->written, NULL) == 0 ? 0 :
		    fail_pending(run, pending, "no entry makes");
	if (pending->type != NULL)
		return 0;
	if (item->next != NULL)
		return replace_references(root, pending->written, NULL) == 0 ? 0 :
		    fail_pending(run, pending, "several entries make, say which `type`:");
	replace_references(root, pending->written, ((const struct entry *)item->value)->url);
	return 0;
}

int
entries_resolve(struct run *run)
{
	xmlNode *root = xmlDocGetRootElement(run->out);
	const struct pending *pending;

	for (pending = run->entries->pending; pending != NULL; pending = pending->next)
		if (resolve_one(run, pending, root) != 0)
			return -1;
	return 0;
}
