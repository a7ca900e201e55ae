/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Indexes are sorted arrays and not hash tables: with forty entries they are as fast, and no sender can
 * choose urls that collide. R4 calls it an error of nobody in particular when a reference has two
 * answers; here it has an outcome of its own, so that the gate can say so.
 */
#include "fhir/bundle.h"
#include "fhir/facts.h"
#include "fhir/tree.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct contained {
	size_t entry;
	const char *id;
	xmlNode *resource;
};

struct bundle {
	struct bundle_entry *entries;
	size_t count;
	const struct bundle_entry **by_url, **by_identity, **by_node;	/* count each; NULL keys last */
	struct contained *contained;	/* by entry, then id */
	size_t contained_count;
};

/* A part of a string. */
struct slice {
	const char *text;
	size_t length;
};

/* ---- Indexes ------------------------------------------------------------------------------------------------ */

static int
compare_texts(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

static int
compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int
compare_urls(const void *left, const void *right)
{
	const struct bundle_entry *a = *(const struct bundle_entry *const *)left;
	const struct bundle_entry *b = *(const struct bundle_entry *const *)right;
	int order = compare_texts(a->full_url, b->full_url);

	if (order == 0)
		order = compare_texts(a->version, b->version);
	return order != 0 ? order : compare_numbers(a->index, b->index);
}

static int
compare_identities(const void *left, const void *right)
{
	const struct bundle_entry *a = *(const struct bundle_entry *const *)left;
	const struct bundle_entry *b = *(const struct bundle_entry *const *)right;
	int order = compare_texts(a->id, b->id);

	if (order == 0)
		order = compare_texts(a->type, b->type);
	if (order == 0)
		order = compare_texts(a->version, b->version);
	return order != 0 ? order : compare_numbers(a->index, b->index);
}

static int
compare_nodes(const void *left, const void *right)
{
	const struct bundle_entry *a = *(const struct bundle_entry *const *)left;
	const struct bundle_entry *b = *(const struct bundle_entry *const *)right;

	return compare_numbers((size_t)a->entry, (size_t)b->entry);
}

static int
compare_contained(const void *left, const void *right)
{
	const struct contained *a = left, *b = right;
	int order = compare_numbers(a->entry, b->entry);

	return order != 0 ? order : compare_texts(a->id, b->id);
}

static const struct bundle_entry **
index_new(const struct bundle *bundle, struct arena *arena, int (*compare)(const void *, const void *))
{
	const struct bundle_entry **index = arena_alloc(arena, bundle->count * sizeof(*index) + 1);
	size_t i;

	if (index == NULL)
		return NULL;
	for (i = 0; i < bundle->count; i++)
		index[i] = &bundle->entries[i];
	qsort(index, bundle->count, sizeof(*index), compare);
	return index;
}

/* ---- Building ----------------------------------------------------------------------------------------------- */

static xmlNode *
resource_in(const xmlNode *holder)
{
	return holder != NULL ? xmlFirstElementChild((xmlNode *)holder) : NULL;
}

static void
entry_set(struct bundle_entry *out, xmlNode *entry, xmlNode *resource, size_t index)
{
	out->entry = entry;
	out->resource = resource;
	out->full_url = fhir_child_value(entry, "fullUrl");
	out->id = fhir_child_value(resource, "id");
	out->version = fhir_child_value(fhir_child(resource, "meta"), "versionId");
	out->type = resource != NULL ? (const char *)resource->name : NULL;
	out->index = index;
}

static bool
entries_set(struct bundle *bundle, xmlNode *root, struct arena *arena)
{
	bool whole = strcmp((const char *)root->name, "Bundle") == 0;
	xmlNode *entry;

	bundle->count = whole ? 0 : 1;
	for (entry = whole ? fhir_child(root, "entry") : NULL; entry != NULL; entry = fhir_next(entry))
		bundle->count++;
	bundle->entries = arena_alloc(arena, bundle->count * sizeof(*bundle->entries) + 1);
	if (bundle->entries == NULL)
		return false;
	if (!whole) {
		entry_set(&bundle->entries[0], NULL, root, 0);
		return true;
	}
	bundle->count = 0;
	for (entry = fhir_child(root, "entry"); entry != NULL; entry = fhir_next(entry)) {
		entry_set(&bundle->entries[bundle->count], entry, resource_in(fhir_child(entry, "resource")),
		    bundle->count);
		bundle->count++;
	}
	return true;
}

/* Calls itself never: R4 forbids contained resources to contain others (dom-2). out NULL: only counts. */
static size_t
contained_of(const struct bundle *bundle, struct contained *out)
{
	size_t count = 0, i;

	for (i = 0; i < bundle->count; i++) {
		xmlNode *holder = fhir_child(bundle->entries[i].resource, "contained");

		for (; holder != NULL; holder = fhir_next(holder)) {
			xmlNode *resource = resource_in(holder);

			if (out != NULL)
				out[count] = (struct contained) { i, fhir_child_value(resource, "id"),
					resource };
			count++;
		}
	}
	return count;
}

struct bundle *
bundle_new(const xmlDoc *doc, struct arena *arena)
{
	struct bundle *bundle = arena_alloc(arena, sizeof(*bundle));
	xmlNode *root = xmlDocGetRootElement(doc);

	if (bundle == NULL || root == NULL || !entries_set(bundle, root, arena))
		return NULL;
	bundle->contained_count = contained_of(bundle, NULL);
	bundle->contained = arena_alloc(arena, bundle->contained_count * sizeof(*bundle->contained) + 1);
	bundle->by_url = index_new(bundle, arena, compare_urls);
	bundle->by_identity = index_new(bundle, arena, compare_identities);
	bundle->by_node = index_new(bundle, arena, compare_nodes);
	if (bundle->contained == NULL || bundle->by_url == NULL || bundle->by_identity == NULL
	    || bundle->by_node == NULL)
		return NULL;
	contained_of(bundle, bundle->contained);
	qsort(bundle->contained, bundle->contained_count, sizeof(*bundle->contained), compare_contained);
	return bundle;
}

const struct bundle_entry *
bundle_entries(const struct bundle *bundle, size_t *count)
{
	*count = bundle->count;
	return bundle->entries;
}

bool
bundle_repeats(const struct bundle *bundle, const struct bundle_entry *entry)
{
	const struct bundle_entry *const *found = bsearch(
	    &entry, bundle->by_url, bundle->count, sizeof(*found), compare_urls);

	if (entry->full_url == NULL || found == NULL || found == bundle->by_url)
		return false;
	return compare_texts(found[-1]->full_url, entry->full_url) == 0
	    && compare_texts(found[-1]->version, entry->version) == 0;
}

const struct bundle_entry *
bundle_entry_of(const struct bundle *bundle, const xmlNode *node)
{
	struct bundle_entry key = { 0 };
	const struct bundle_entry *wanted = &key, *const *found;

	if (bundle->count == 1 && bundle->entries[0].entry == NULL)
		return &bundle->entries[0];
	while (node != NULL && (node->parent == NULL || node->parent->parent == NULL
	    || node->parent->parent->type == XML_ELEMENT_NODE))
		node = node->parent;
	if (node == NULL)
		return NULL;
	key.entry = (xmlNode *)node;
	found = bsearch(&wanted, bundle->by_node, bundle->count, sizeof(*found), compare_nodes);
	return found != NULL ? *found : NULL;
}

/* ---- References --------------------------------------------------------------------------------------------- */

static int
compare_slice(struct slice slice, const char *text)
{
	int order;

	if (text == NULL)
		return -1;
	order = strncmp(slice.text, text, slice.length);
	return order != 0 ? order : -(text[slice.length] != '\0');
}

/* What is looked for: a url in two parts or an identity, and perhaps a version. */
struct key {
	struct slice root, rest;
	struct slice type, id;
	struct slice version;	/* empty: any */
};

static int
order_url(const struct key *key, const struct bundle_entry *entry)
{
	int order;

	if (entry->full_url == NULL)
		return -1;
	order = strncmp(key->root.text, entry->full_url, key->root.length);
	return order != 0 ? order : compare_slice(key->rest, entry->full_url + key->root.length);
}

static int
order_identity(const struct key *key, const struct bundle_entry *entry)
{
	int order = compare_slice(key->id, entry->id);

	return order != 0 ? order : compare_slice(key->type, entry->type);
}

/* The first entry of the index that is the key's, and whether there is a second. */
static enum bundle_found
find(const struct bundle *bundle, const struct bundle_entry *const *index, const struct key *key,
    int (*compare)(const struct key *, const struct bundle_entry *), xmlNode **out)
{
	size_t low = 0, high = bundle->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(key, index[middle]);

		if (order == 0 && key->version.length > 0)
			order = compare_slice(key->version, index[middle]->version);
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == bundle->count || compare(key, index[low]) != 0
	    || (key->version.length > 0 && compare_slice(key->version, index[low]->version) != 0))
		return BUNDLE_MISSING;
	*out = index[low]->resource;
	if (low + 1 == bundle->count || compare(key, index[low + 1]) != 0
	    || (key->version.length > 0 && compare_slice(key->version, index[low + 1]->version) != 0))
		return BUNDLE_FOUND;
	return BUNDLE_AMBIGUOUS;
}

/* ---- The forms of a reference ------------------------------------------------------------------------------- */

/* Cuts "/_history/VERSION" off. */
static struct slice
cut_version(struct slice *reference)
{
	static const char mark[] = "/_history/";
	const char *found = memmem(reference->text, reference->length, mark, sizeof(mark) - 1);
	struct slice version = { "", 0 };

	if (found == NULL)
		return version;
	version.text = found + sizeof(mark) - 1;
	version.length = reference->length - (size_t)(version.text - reference->text);
	reference->length = (size_t)(found - reference->text);
	return version;
}

/* RFC 3986, section 3.1. */
static bool
has_scheme(const char *reference)
{
	size_t i = 0;

	if (!isalpha((unsigned char)reference[0]))
		return false;
	while (isalnum((unsigned char)reference[i])
	    || (reference[i] != '\0' && strchr("+-.", reference[i]) != NULL))
		i++;
	return reference[i] == ':';
}

static bool
is_resource_type(struct slice name)
{
	const struct fact_type *type;
	char text[64];

	if (name.length >= sizeof(text))
		return false;
	memcpy(text, name.text, name.length);
	text[name.length] = '\0';
	type = fact_type_find(text);
	return type != NULL && type->resource;
}

/* "[type]/[id]" at the end of a url or as all of it; false when it has another form. */
static bool
split_identity(struct slice url, struct slice *type, struct slice *id)
{
	size_t at = url.length, end;

	while (at > 0 && url.text[at - 1] != '/')
		at--;
	*id = (struct slice){ url.text + at, url.length - at };
	if (id->length == 0 || at == 0)
		return false;
	end = --at;
	while (at > 0 && url.text[at - 1] != '/')
		at--;
	*type = (struct slice){ url.text + at, end - at };
	return is_resource_type(*type);
}

bool
bundle_url_identity(const char *full_url, size_t *type, size_t *id)
{
	struct slice url = { full_url, strlen(full_url) }, type_slice, id_slice;

	if (!text_starts_with(full_url, "http://") && !text_starts_with(full_url, "https://"))
		return false;
	cut_version(&url);
	if (!split_identity(url, &type_slice, &id_slice))
		return false;
	*type = (size_t)(type_slice.text - full_url);
	*id = (size_t)(id_slice.text - full_url);
	return true;
}

/* references.html: "^((http|https):...)/[type]/[id]": what stands before the type. */
static bool
split_root(const char *full_url, struct slice *root)
{
	size_t type, id;

	if (!bundle_url_identity(full_url, &type, &id))
		return false;
	*root = (struct slice){ full_url, type };
	return true;
}

/* The resource that contains for `from`: the entry's, or one of its own inside it (Parameters.parameter.resource). */
static xmlNode *
container_of(const struct bundle_entry *entry, const xmlNode *from)
{
	const xmlNode *node;

	for (node = from; node != NULL && node != entry->resource && node->parent != NULL; node = node->parent)
		if (node->parent->type == XML_ELEMENT_NODE && strcmp((const char *)node->parent->name, "resource") == 0)
			return (xmlNode *)node;
	return entry->resource;
}

/* Such resources are few and have no index. */
static enum bundle_found
resolve_in(xmlNode *container, const char *id, xmlNode **out)
{
	const xmlNode *holder;

	for (holder = fhir_child(container, "contained"); holder != NULL; holder = fhir_next(holder)) {
		const char *found = fhir_child_value(resource_in(holder), "id");

		if (found != NULL && strcmp(found, id) == 0) {
			*out = resource_in(holder);
			return BUNDLE_FOUND;
		}
	}
	return BUNDLE_MISSING;
}

static enum bundle_found
resolve_contained(
    const struct bundle *bundle, const struct bundle_entry *entry, const xmlNode *from, const char *id, xmlNode **out)
{
	struct contained key = { entry->index, id, NULL };
	const struct contained *found;
	xmlNode *container = container_of(entry, from);

	if (id[0] == '\0') {
		*out = container;
		return *out != NULL ? BUNDLE_FOUND : BUNDLE_MISSING;
	}
	if (container != entry->resource)
		return resolve_in(container, id, out);
	found = bsearch(&key, bundle->contained, bundle->contained_count, sizeof(key), compare_contained);
	if (found == NULL)
		return BUNDLE_MISSING;
	*out = found->resource;
	return BUNDLE_FOUND;
}

/*
 * Below a server, "Patient/1" is a sibling on that server, here or there. Between entries named
 * urn:uuid:... it is nothing (R4, bundle.html). Entries without any fullUrl have no other name than type
 * and id.
 */
static enum bundle_found
resolve_relative(
    const struct bundle *bundle, const struct bundle_entry *entry, struct slice reference, xmlNode **out)
{
	struct key key = { .version = cut_version(&reference) };
	enum bundle_found found;

	key.rest = reference;
	if (!split_identity(reference, &key.type, &key.id) || key.type.text != reference.text)
		return BUNDLE_MISSING;
	if (entry->full_url == NULL)
		return find(bundle, bundle->by_identity, &key, order_identity, out);
	if (!split_root(entry->full_url, &key.root))
		return BUNDLE_MISSING;
	found = find(bundle, bundle->by_url, &key, order_url, out);
	return found == BUNDLE_MISSING ? BUNDLE_EXTERNAL : found;
}

static enum bundle_found
resolve_absolute(const struct bundle *bundle, struct slice reference, xmlNode **out)
{
	bool urn = text_starts_with(reference.text, "urn:uuid:")
	    || text_starts_with(reference.text, "urn:oid:");
	struct key key = { .root = reference, .rest = { "", 0 } };
	enum bundle_found found = find(bundle, bundle->by_url, &key, order_url, out);

	if (found != BUNDLE_MISSING)
		return found;
	key.version = cut_version(&key.root);
	if (key.version.length > 0)
		found = find(bundle, bundle->by_url, &key, order_url, out);
	return found == BUNDLE_MISSING && !urn ? BUNDLE_EXTERNAL : found;
}

enum bundle_found
bundle_resolve(const struct bundle *bundle, const xmlNode *from, const char *reference, xmlNode **out)
{
	const struct bundle_entry *entry;
	struct slice slice = { reference, strlen(reference) };

	*out = NULL;
	if (has_scheme(reference))
		return resolve_absolute(bundle, slice, out);
	entry = bundle_entry_of(bundle, from);
	if (entry == NULL)
		return BUNDLE_MISSING;
	if (reference[0] == '#')
		return resolve_contained(bundle, entry, from, reference + 1, out);
	return resolve_relative(bundle, entry, slice, out);
}
