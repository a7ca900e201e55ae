/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See entry.h. Entries are made in a document of the run's own, never in the one that libxslt
 * writes: an entry that begins within another one, in a variable or in a template that writes
 * something else moves nothing and copies nothing. What the stylesheet writes as <Bundle> is joined
 * with it at the end (run.c).
 */
#include "mapping/entry_private.h"

#include "base/text.h"
#include "mapping/instructions.h"

#include <string.h>

struct entries *
entries_new(struct run *run)
{
	struct entries *entries = arena_alloc(run->arena, sizeof(*entries));

	if (entries == NULL)
		return NULL;
	entries->arena = run->arena;
	entries->document = document_identity(run);
	entries->by_type = keylist_new(run->arena);
	entries->by_key = keylist_new(run->arena);
	entries->by_plan = keylist_new(run->arena);
	return entries->document == NULL || entries->by_type == NULL || entries->by_key == NULL ||
	    entries->by_plan == NULL ? NULL : entries;
}

void
entries_url(const struct entries *entries, const char *type, const char *key, char out[ENTRY_URL])
{
	const struct keylist_item *item = keylist_find(entries->by_type, key, type);

	if (item != NULL)
		memcpy(out, ((const struct entry *)item->value)->url, ENTRY_URL);
	else
		make_url(entries, type, key, 0, out);
}

/* The parts of <entry> while its content is being made. */
struct draft {
	xmlNode *entry, *full_url, *resource;
};

static struct draft
begin_draft(struct run *run)
{
	struct draft draft;

	draft.entry = out_element(xmlDocGetRootElement(run->out), "entry");
	draft.full_url = out_element(draft.entry, "fullUrl");
	draft.resource = out_element(draft.entry, "resource");
	return draft;
}

/* lasttext: libxslt remembers the text node it wrote last, which may be one of those that go. */
static void
discard_draft(struct run *run, struct draft *draft)
{
	trace_flush(run->tracer);
	xmlUnlinkNode(draft->entry);
	xmlFreeNode(draft->entry);
	run->context->lasttext = NULL;
}

/* Runs the content with node as its context, writing into draft->resource. */
static int
make_content(struct run *run, const struct plan *plan, const xmlNode *node, struct draft *draft)
{
	xsltTransformContext *context = run->context;
	xmlNode *insert = context->insert;
	xmlDoc *output = context->output;

	context->insert = draft->resource;
	context->output = run->out;
	instructions_run(run, node, 1, 1, plan->instruction->children);
	context->insert = insert;
	context->output = output;
	return run->failed || context->state != XSLT_STATE_OK ? -1 : 0;
}

/* Whether an element holds a value somewhere: R4 ele-1. Attributes are values, url and id. */
static bool
holds_something(const xmlNode *element)
{
	const xmlNode *node = element;

	while (node != NULL) {
		if (node->type == XML_ELEMENT_NODE ? node->properties != NULL :
		    !text_is_blank((const char *)node->content))
			return true;
		node = next_node_within((xmlNode *)node, element);
	}
	return false;
}

/* The one resource that the content made; NULL when there is none, or the run failed. */
static xmlNode *
drafted_resource(struct run *run, const struct draft *draft)
{
	xmlNode *child, *resource = NULL;

	for (child = draft->resource->children; child != NULL; child = child->next) {
		if (child->type == XML_TEXT_NODE && !text_is_blank((const char *)child->content)) {
			run_fail(run, "map-entry-content",
			    "an entry holds a resource and no text: '%.60s'",
			    (const char *)child->content);
			return NULL;
		}
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (resource != NULL) {
			run_fail(run, "map-entry-content",
			    "an entry holds one resource, this one holds %s and %s",
			    (const char *)resource->name, (const char *)child->name);
			return NULL;
		}
		resource = child;
	}
	return resource == NULL || !holds_something(resource) ? NULL : resource;
}

static const struct entry *
first_entry(const struct keylist *list, const char *key, const char *key2)
{
	const struct keylist_item *item = key[0] == '\0' ? NULL : keylist_find(list, key, key2);

	return item == NULL ? NULL : item->value;
}

/* The earlier entry that a shared one only refers to. */
static const struct entry *
shared_entry(struct run *run, const struct plan *plan, const char *key)
{
	if (!plan->shared)
		return NULL;
	if (plan->resource_type != NULL)
		return first_entry(run->entries->by_type, key, plan->resource_type);
	return first_entry(run->entries->by_plan, key, plan->id);
}

/*
 * Entries of the same type and key beyond the first get an ordinal; a key that was given is said to
 * be no identity then.
 */
static size_t
next_ordinal(struct run *run, const struct plan *plan, const xmlNode *node, const char *type,
    const char *key)
{
	const struct keylist_item *item = keylist_find(run->entries->by_type, key, type);
	struct call call = run_call(run, plan, node);

	if (item == NULL)
		return 0;
	if (key[0] != '\0' && plan_attribute_find(plan, "key") != NULL)
		call_finding(&call, &(struct item){ .node = node }, EHDS_SEVERITY_WARNING,
		    "map-key-repeated", "duplicate", key, NULL,
		    "the key of this %s was given to another one: it is an entry of its own", type);
	while (item->next != NULL)
		item = item->next;
	return ((const struct entry *)item->value)->ordinal + 1;
}

static struct entry *
register_entry(struct run *run, const struct plan *plan, const xmlNode *node, const char *type,
    const char *key)
{
	struct entries *entries = run->entries;
	struct entry *entry = run_alloc(run, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->type = run_strdup(run, type);
	entry->key = key;
	entry->ordinal = next_ordinal(run, plan, node, type, key);
	make_url(entries, type, key, entry->ordinal, entry->url);
	if (keylist_add(entries->by_type, key, entry->type, entry) &&
	    keylist_add(entries->by_key, key, NULL, entry) &&
	    (!plan->shared || keylist_add(entries->by_plan, key, plan->id, entry)))
		return entry;
	run_no_memory(run);
	return NULL;
}

static void
unregister_entry(struct run *run, const struct plan *plan, const struct entry *entry)
{
	if (entry == NULL)
		return;
	keylist_remove(run->entries->by_type, entry->key, entry->type, entry);
	keylist_remove(run->entries->by_key, entry->key, NULL, entry);
	keylist_remove(run->entries->by_plan, entry->key, plan->id, entry);
}

/* entry: when it is registered already. NULL when nothing was made, or the run failed. */
static const struct entry *
finish_entry(struct run *run, const struct plan *plan, const xmlNode *node, const char *key,
    struct draft *draft, struct entry *entry)
{
	const xmlNode *resource = drafted_resource(run, draft);
	const struct entry *earlier = NULL;

	if (resource != NULL && entry == NULL && plan->shared)
		earlier = first_entry(run->entries->by_type, key, (const char *)resource->name);
	if (resource == NULL || earlier != NULL) {
		unregister_entry(run, plan, entry);
		discard_draft(run, draft);
		return earlier;
	}
	if (entry == NULL)
		entry = register_entry(run, plan, node, (const char *)resource->name, key);
	if (entry == NULL)
		return NULL;
	xmlNewProp(draft->full_url, (const xmlChar *)"value", (const xmlChar *)entry->url);
	trace_flush(run->tracer);
	trace_element(run->tracer, draft->entry, plan, node, NULL);
	return entry;
}

/*
 * An entry whose type is known is registered before its content runs, so that a shared one of the
 * same key within it refers to it.
 */
static const struct entry *
new_entry(struct run *run, const struct plan *plan, const xmlNode *node, const char *key)
{
	struct draft draft = begin_draft(run);
	struct entry *entry = NULL;

	if (plan->resource_type != NULL)
		entry = register_entry(run, plan, node, plan->resource_type, key);
	if (run->failed || make_content(run, plan, node, &draft) != 0)
		return NULL;
	return finish_entry(run, plan, node, key, &draft, entry);
}

static int
make_entry(struct run *run, const struct plan *plan, const xmlNode *node, const xmlNode *context)
{
	const char *key = entry_key(run, plan, node);
	const struct entry *entry = shared_entry(run, plan, key);
	const char *name;

	if (run->failed)
		return -1;
	if (entry == NULL)
		entry = new_entry(run, plan, node, key);
	if (run->failed || entry == NULL)
		return run->failed ? -1 : 0;
	if (plan->mark)
		ledger_stand(run->ledger, node, entry->type);
	/* A template may leave it open whether there is a reference. */
	name = avt_value(run, plan->name, context);
	return name == NULL || name[0] == '\0' ? 0 : write_reference(run, plan, node, name, entry->url);
}

int
run_entry(struct run *run, const struct plan *plan, const xmlNode *context)
{
	size_t base = run->selected_count, i;
	int result = 0;

	if (plan->select == NULL)
		return make_entry(run, plan, context, context);
	if (expression_select(run, plan->select, context) != 0)
		return -1;
	for (i = base; result == 0 && i < run->selected_count; i++) {
		const struct selected selected = run->selected[i];

		result = make_entry(run, plan, selected.item.node != NULL ? selected.item.node :
		    selected.place, context);
	}
	run->selected_count = base;
	return result;
}
