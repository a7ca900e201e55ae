/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See entry.h. Entries are made in a document of the run's own, never in the one that libxslt writes: an entry that begins
 * within another one, in a variable or in a template that writes something else moves nothing and copies nothing. What the
 * stylesheet writes as <Bundle> is joined with it at the end (run.c).
 *
 * The UUID of an entry is made of the document's identity, the resource type, the key and, from the second one of the same
 * key on, an ordinal number. So the same document gives the same ids on every machine.
 */
#include "mapping/entry.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/text.h"
#include "mapping/content.h"
#include "mapping/instructions.h"
#include "mapping/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PENDING_PREFIX "urn:ehds:reference:"

struct entry {
	const char *type, *key;		/* key "": it has none */
	size_t ordinal;			/* among those of the same type and key */
	char url[ENTRY_URL];
};

/* A reference to something that was not there yet. */
struct pending {
	const char *type;		/* NULL: any; then `reference` holds a placeholder */
	const char *key;
	const char *written;		/* what stands in the result for now */
	const struct style_file *file;
	int line, source_line;
	struct pending *next;
};

struct entries {
	struct arena *arena;
	const char *document;		/* identity of the document */
	struct keylist *by_type;	/* (key, type) -> struct entry */
	struct keylist *by_key;		/* key -> struct entry */
	struct keylist *by_plan;	/* (key, id of plan) -> struct entry, for shared entries of unknown type */
	struct pending *pending, *last_pending;
	unsigned pending_count;
};

/* ---- Identity -------------------------------------------------------------------------------------------------- */

static const xmlNode *
first_id(const xmlNode *element)
{
	const xmlNode *id = node_child(element, "id");

	while (id != NULL && node_attribute(id, "root") == NULL)
		id = node_next(id, "id");
	return id;
}

/* The document's own id (HL7 CDA R2, ClinicalDocument.id), else what it says. */
static const char *
document_identity(struct run *run)
{
	const xmlNode *root = xmlDocGetRootElement(xml_source_doc(run->source)), *id = first_id(root);
	const char *extension;
	char hash[DIGEST_HEX];

	if (id != NULL) {
		extension = node_attribute(id, "extension");
		return arena_printf(run->arena, "%s^%s", node_attribute(id, "root"), extension == NULL ? "" : extension);
	}
	content_digest(hash, run->source);
	return arena_strdup(run->arena, hash);
}

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

static char *
append(char *end, const char *text)
{
	size_t length = strlen(text);

	memcpy(end, text, length);
	return end + length;
}

static void
make_url(const struct entries *entries, const char *type, const char *key, size_t ordinal, char out[ENTRY_URL])
{
	static const char prefix[] = "urn:uuid:";
	size_t size = strlen(entries->document) + strlen(type) + strlen(key) + 32;
	char small[512], *name = size <= sizeof(small) ? small : must_alloc(size), *end = name;

	end = append(end, entries->document);
	*end++ = '\n';
	end = append(end, type);
	*end++ = '\n';
	end = append(end, key);
	if (ordinal > 0)
		end += sprintf(end, "\n%zu", ordinal);
	memcpy(out, prefix, sizeof(prefix) - 1);
	uuid_of_name(out + sizeof(prefix) - 1, name, (size_t)(end - name));
	if (name != small)
		free(name);
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

/* ---- Keys ------------------------------------------------------------------------------------------------------ */

static void
add_id(struct buffer *key, const xmlNode *id)
{
	const char *root = node_attribute(id, "root"), *extension = node_attribute(id, "extension");

	if (root == NULL && extension == NULL)
		return;
	if (key->length > 0)
		buffer_putc(key, ' ');
	buffer_puts(key, root == NULL ? "" : root);
	if (extension != NULL) {
		buffer_putc(key, '^');
		buffer_puts(key, extension);
	}
}

/* The ids of an element: its own root and extension, or those of its id children. False when it has none. */
static bool
add_ids(struct buffer *key, const xmlNode *element)
{
	const xmlNode *id;
	size_t before = key->length;

	if (node_attribute(element, "root") != NULL) {
		add_id(key, element);
		return true;
	}
	for (id = node_child(element, "id"); id != NULL; id = node_next(id, "id"))
		add_id(key, id);
	return key->length > before;
}

static void
add_text(struct buffer *key, const char *text)
{
	if (text_is_blank(text))
		return;
	if (key->length > 0)
		buffer_putc(key, ' ');
	for (; *text != '\0'; text++) {
		if (!text_is_space(*text))
			buffer_putc(key, *text);
		else if (!text_is_blank(text) && key->length > 0 && key->data[key->length - 1] != ' ')
			buffer_putc(key, ' ');
	}
}

static const char *
take_key(struct run *run, struct buffer *key)
{
	const char *text = run_strdup(run, key->data == NULL ? "" : key->data);

	buffer_free(key);
	return text;
}

/* The key that an expression gives; an element says its ids, or else its text. */
static const char *
key_of(struct run *run, const struct expression *expression, const xmlNode *context)
{
	struct buffer key = { .limit = 1 << 16 };
	size_t base = run->selected_count, i;

	expression_select(run, expression, context);
	for (i = base; !run->failed && i < run->selected_count; i++) {
		const struct item *item = &run->selected[i].item;

		if (item->text != NULL)
			add_text(&key, item->text);
		else if (!add_ids(&key, item->node))
			add_text(&key, node_string(run, item->node));
	}
	run->selected_count = base;
	return take_key(run, &key);
}

static const char *
entry_key(struct run *run, const struct plan *plan, const xmlNode *node)
{
	const struct plan_attribute *given = plan_attribute_find(plan, "key");
	struct buffer key = { .limit = 1 << 16 };

	if (given != NULL)
		return key_of(run, given->expression, node);
	if (node->type == XML_ELEMENT_NODE)
		add_ids(&key, node);
	return take_key(run, &key);
}

/* ---- References ------------------------------------------------------------------------------------------------ */

static int
write_reference(struct run *run, const struct plan *plan, const xmlNode *node, const char *name, const char *url)
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
add_pending(struct run *run, const struct plan *plan, const xmlNode *context, const char *type, const char *key,
    const char *written)
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

/* ---- Resolving at the end ---------------------------------------------------------------------------------------- */

static xmlNode *
next_node(xmlNode *node, const xmlNode *root)
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

	for (node = root; node != NULL; node = next_node(node, root)) {
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
	return error_set(run->error, EHDS_ERROR_MAPPING, "map-unknown-reference", pending->file->shown, pending->line, 0,
	    "%s %s%swith the key '%s' (line %d of the document)", what, pending->type == NULL ? "" : pending->type,
	    pending->type == NULL ? "" : " ", pending->key, pending->source_line);
}

/* What stands in something that came to nothing is nobody's reference. */
static int
resolve_one(struct run *run, const struct pending *pending, xmlNode *root)
{
	const struct entries *entries = run->entries;
	const struct keylist_item *item = pending->type == NULL ? keylist_find(entries->by_key, pending->key, NULL) :
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

/* ---- Making an entry ---------------------------------------------------------------------------------------------- */

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
		if (node->type == XML_ELEMENT_NODE ? node->properties != NULL : !text_is_blank((const char *)node->content))
			return true;
		node = next_node((xmlNode *)node, element);
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
			run_fail(run, "map-entry-content", "an entry holds a resource and no text: '%.60s'",
			    (const char *)child->content);
			return NULL;
		}
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (resource != NULL) {
			run_fail(run, "map-entry-content", "an entry holds one resource, this one holds %s and %s",
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

/* Entries of the same type and key beyond the first get an ordinal; a key that was given is said to be no identity then. */
static size_t
next_ordinal(struct run *run, const struct plan *plan, const xmlNode *node, const char *type, const char *key)
{
	const struct keylist_item *item = keylist_find(run->entries->by_type, key, type);
	struct call call = run_call(run, plan, node);

	if (item == NULL)
		return 0;
	if (key[0] != '\0' && plan_attribute_find(plan, "key") != NULL)
		call_finding(&call, &(struct item){ .node = node }, EHDS_SEVERITY_WARNING, "map-key-repeated", "duplicate",
		    key, NULL, "the key of this %s was given to another one: it is an entry of its own", type);
	while (item->next != NULL)
		item = item->next;
	return ((const struct entry *)item->value)->ordinal + 1;
}

static struct entry *
register_entry(struct run *run, const struct plan *plan, const xmlNode *node, const char *type, const char *key)
{
	struct entries *entries = run->entries;
	struct entry *entry = run_alloc(run, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->type = run_strdup(run, type);
	entry->key = key;
	entry->ordinal = next_ordinal(run, plan, node, type, key);
	make_url(entries, type, key, entry->ordinal, entry->url);
	if (keylist_add(entries->by_type, key, entry->type, entry) && keylist_add(entries->by_key, key, NULL, entry) &&
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
finish_entry(struct run *run, const struct plan *plan, const xmlNode *node, const char *key, struct draft *draft,
    struct entry *entry)
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
 * An entry whose type is known is registered before its content runs, so that a shared one of the same key within it
 * refers to it.
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

		result = make_entry(run, plan, selected.item.node != NULL ? selected.item.node : selected.place, context);
	}
	run->selected_count = base;
	return result;
}
