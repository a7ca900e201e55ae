/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See index.h. The walk must cost next to nothing, so it only collects; the tables are made when
 * somebody asks. libxml2's pattern matcher would cost more than everything else when asked for
 * every element: the last names of the pattern are looked at first.
 */
#include "mapping/index.h"

#include "base/text.h"
#include "mapping/element.h"
#include "mapping/pack.h"

#include <string.h>

#define MARKS_PER_BLOCK 512
#define NAMES_MAX 24

struct found {
	const char *key, *key2;		/* key2 NULL unless the table has two */
	const xmlNode *element;
	struct found *next;		/* the one before it in the document */
};

enum table_kind { TABLE_TEMPLATES, TABLE_CODES, TABLE_IDS, TABLE_IDENTIFIERS, TABLE_COUNT };

struct index {
	const xmlDoc *doc;
	struct arena *arena;
	xmlPattern *statements;
	const char *names[NAMES_MAX];	/* last names of the pattern */
	size_t name_count;
	bool any_name;			/* ask the pattern always */

	struct mark **blocks;
	size_t block_capacity, element_count;
	const xmlNode **statement;
	size_t statement_count, statement_capacity;
	struct found *found[TABLE_COUNT];
	struct keylist *tables[TABLE_COUNT];
	struct keylist *texts;		/* name of a child and its text: the parents */
	struct keylist *named;		/* names that are in texts */
};

/* ---- The last names of the statements pattern ------------------------------------------------ */

static void
add_name(struct index *index, const char *start, size_t length)
{
	size_t i;

	while (length > 0 && text_is_space(*start)) {
		start++;
		length--;
	}
	while (length > 0 && text_is_space(start[length - 1]))
		length--;
	for (i = length; i > 0 && start[i - 1] != '/' && start[i - 1] != ':'; i--)
		;
	start += i;
	length -= i;
	if (length == 0 || *start == '*' || index->name_count == NAMES_MAX)
		index->any_name = true;
	else
		index->names[index->name_count++] = arena_strndup(index->arena, start, length);
}

static void
read_names(struct index *index, const char *pattern)
{
	const char *end;

	if (pattern == NULL) {
		index->any_name = true;
		return;
	}
	for (;; pattern = end + 1) {
		end = pattern + strcspn(pattern, "|");
		add_name(index, pattern, (size_t)(end - pattern));
		if (*end == '\0')
			return;
	}
}

static bool
may_be_statement(const struct index *index, const xmlChar *name)
{
	size_t i;

	for (i = 0; i < index->name_count; i++)
		if (index->names[i][0] == (char)name[0] &&
		    strcmp(index->names[i], (const char *)name) == 0)
			return true;
	return index->any_name;
}

/* ---- The walk -------------------------------------------------------------------------------- */

/* Doubles an array in the arena; what it leaves behind is as large as what it had. */
static void *
grown(struct arena *arena, void *old, size_t *capacity, size_t size)
{
	size_t wanted = *capacity == 0 ? 64 : 2 * *capacity;
	void *memory = arena_alloc(arena, wanted * size);

	if (memory == NULL)
		return NULL;
	if (old != NULL)
		memcpy(memory, old, *capacity * size);
	*capacity = wanted;
	return memory;
}

static struct mark *
new_mark(struct index *index)
{
	size_t block = index->element_count / MARKS_PER_BLOCK,
	    at = index->element_count % MARKS_PER_BLOCK;

	if (at == 0) {
		if (block >= index->block_capacity) {
			index->blocks = grown(index->arena, index->blocks, &index->block_capacity,
			    sizeof(struct mark *));
			if (index->blocks == NULL)
				return NULL;
		}
		index->blocks[block] = arena_alloc(index->arena, MARKS_PER_BLOCK * sizeof(struct mark));
		if (index->blocks[block] == NULL)
			return NULL;
	}
	index->element_count++;
	return &index->blocks[block][at];
}

static const char *
value_of(const xmlAttr *attribute)
{
	const xmlNode *text = attribute->children;

	return text == NULL || text->content == NULL ? "" : (const char *)text->content;
}

static bool
collect(struct index *index, enum table_kind kind, const char *key, const char *key2,
    const xmlNode *element)
{
	struct found *found = arena_alloc(index->arena, sizeof(*found));

	if (found == NULL)
		return false;
	found->key = key;
	found->key2 = key2;
	found->element = element;
	found->next = index->found[kind];
	index->found[kind] = found;
	return true;
}

/* A CDA id: the root with the extension, "" for none. */
static bool
collect_identifier(struct index *index, const xmlNode *element)
{
	const char *root = node_attribute(element, "root"),
	    *extension = node_attribute(element, "extension");

	if (root == NULL || element->parent->type != XML_ELEMENT_NODE)
		return true;
	return collect(index, TABLE_IDENTIFIERS, root, extension == NULL ? "" : extension,
	    element->parent);
}

static bool
collect_attributes(struct index *index, const xmlNode *element)
{
	const char *name = (const char *)element->name;
	bool has_owner = element->parent->type == XML_ELEMENT_NODE;
	bool is_template = has_owner && name[0] == 't' && strcmp(name, "templateId") == 0;
	bool is_code = has_owner && name[0] == 'c' && strcmp(name, "code") == 0;
	const xmlAttr *attribute;
	bool fits = name[0] != 'i' || strcmp(name, "id") != 0 || collect_identifier(index, element);

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		name = (const char *)attribute->name;
		if (name[0] == 'I' && name[1] == 'D' && name[2] == '\0')
			fits &= collect(index, TABLE_IDS, value_of(attribute), NULL, element);
		else if (is_template && strcmp(name, "root") == 0)
			fits &= collect(index, TABLE_TEMPLATES, value_of(attribute), NULL,
			    element->parent);
		else if (is_code && strcmp(name, "code") == 0)
			fits &= collect(index, TABLE_CODES, value_of(attribute), NULL, element->parent);
	}
	return fits;
}

static bool
add_statement(struct index *index, const xmlNode *element)
{
	if (index->statement_count == index->statement_capacity) {
		index->statement = grown(index->arena, index->statement, &index->statement_capacity,
		    sizeof(*index->statement));
		if (index->statement == NULL)
			return false;
	}
	index->statement[index->statement_count++] = element;
	return true;
}

static bool
enter(struct index *index, xmlNode *element, uint32_t around)
{
	struct mark *mark = new_mark(index);

	if (mark == NULL)
		return false;
	mark->element = element;
	mark->order = (uint32_t)index->element_count - 1;
	mark->statement = around;
	element->_private = mark;
	if (index->statements != NULL && may_be_statement(index, element->name) &&
	    xmlPatternMatch(index->statements, element) == 1) {
		if (!add_statement(index, element))
			return false;
		mark->statement = (uint32_t)index->statement_count;
	}
	return element->properties == NULL || collect_attributes(index, element);
}

static xmlNode *
next_element(xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static bool
walk(struct index *index, xmlNode *root)
{
	xmlNode *node = root, *next;

	if (root != NULL && !enter(index, root, 0))
		return false;
	while (node != NULL) {
		uint32_t around = ((struct mark *)node->_private)->statement;

		next = next_element(node->children);
		while (next == NULL && node != NULL) {
			((struct mark *)node->_private)->end = (uint32_t)index->element_count;
			if (node == root)
				return true;
			next = next_element(node->next);
			node = node->parent;
			around = ((struct mark *)node->_private)->statement;
		}
		if (!enter(index, next, around))
			return false;
		node = next;
	}
	return true;
}

struct index *
index_new(const xmlDoc *doc, const struct pack *pack, struct arena *arena)
{
	struct index *index = arena_alloc(arena, sizeof(*index));

	if (index == NULL)
		return NULL;
	index->doc = doc;
	index->arena = arena;
	index->statements = pack->statements;
	if (pack->statements != NULL)
		read_names(index, pack->statements_text);
	return walk(index, xmlDocGetRootElement((xmlDoc *)doc)) ? index : NULL;
}

/* ---- Questions ------------------------------------------------------------------------------- */

struct mark *
index_mark(const struct index *index, const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE) {
		if (node->type == XML_NAMESPACE_DECL)
			return NULL;
		node = node->parent;
	}
	return node == NULL || node->doc != index->doc ? NULL : node->_private;
}

const xmlNode *
index_statement(const struct index *index, size_t number)
{
	return index->statement[number - 1];
}

size_t
index_statement_count(const struct index *index)
{
	return index->statement_count;
}

struct mark *
index_element(const struct index *index, size_t order)
{
	if (order >= index->element_count)
		return NULL;
	return &index->blocks[order / MARKS_PER_BLOCK][order % MARKS_PER_BLOCK];
}

/* The collected list runs backwards: it is turned round first. */
static struct keylist *
table_of(struct index *index, enum table_kind kind)
{
	struct found *found = index->found[kind], *next, *forwards = NULL;
	struct keylist *table = index->tables[kind];

	if (table != NULL)
		return table;
	table = keylist_new(index->arena);
	for (; found != NULL; found = next) {
		next = found->next;
		found->next = forwards;
		forwards = found;
	}
	index->found[kind] = NULL;
	for (found = forwards; table != NULL && found != NULL; found = found->next)
		if (!keylist_add(table, found->key, found->key2, (void *)found->element))
			table = NULL;
	index->tables[kind] = table;
	return table;
}

static const struct keylist_item *
look_up(struct index *index, enum table_kind kind, const char *key, const char *key2, bool *failed)
{
	const struct keylist *table = table_of(index, kind);

	*failed = table == NULL;
	return table == NULL ? NULL : keylist_find(table, key, key2);
}

const struct keylist_item *
index_template(struct index *index, const char *root, bool *failed)
{
	return look_up(index, TABLE_TEMPLATES, root, NULL, failed);
}

const struct keylist_item *
index_coded(struct index *index, const char *code, bool *failed)
{
	return look_up(index, TABLE_CODES, code, NULL, failed);
}

const struct keylist_item *
index_identified(struct index *index, const char *root, const char *extension, bool *failed)
{
	return look_up(index, TABLE_IDENTIFIERS, root, extension, failed);
}

/* The text of an element without white space at its ends. NULL at the arena's limit. */
static const char *
text_of(struct index *index, const xmlNode *element)
{
	const xmlNode *child = element->children;
	const char *text = "";
	size_t length;

	for (; child != NULL && text != NULL; child = child->next)
		if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
			text = *text == '\0' ? (const char *)child->content :
			    arena_printf(index->arena, "%s%s", text, child->content);
	while (text != NULL && text_is_space(*text))
		text++;
	length = text == NULL ? 0 : strlen(text);
	if (length == 0 || !text_is_space(text[length - 1]))
		return text;
	while (text_is_space(text[length - 1]))
		length--;
	return arena_strndup(index->arena, text, length);
}

static bool
collect_texts(struct index *index, const char *name)
{
	size_t order;

	for (order = 0; order < index->element_count; order++) {
		const xmlNode *element = index_element(index, order)->element;
		const char *text;

		if (!text_is((const char *)element->name, name) || element->parent->type != XML_ELEMENT_NODE)
			continue;
		text = text_of(index, element);
		if (text == NULL || !keylist_add(index->texts, name, text, element->parent))
			return false;
	}
	return true;
}

const struct keylist_item *
index_having(struct index *index, const char *name, const char *text, bool *failed)
{
	const char *kept;

	*failed = true;
	if (index->texts == NULL) {
		index->texts = keylist_new(index->arena);
		index->named = keylist_new(index->arena);
	}
	if (index->texts == NULL || index->named == NULL)
		return NULL;
	if (keylist_find(index->named, name, NULL) == NULL) {
		kept = arena_strdup(index->arena, name);
		if (kept == NULL || !keylist_add(index->named, kept, NULL, index) || !collect_texts(index, kept))
			return NULL;
	}
	*failed = false;
	return *text == '\0' ? NULL : keylist_find(index->texts, name, text);
}

const xmlNode *
index_id(struct index *index, const char *id, bool *failed)
{
	const struct keylist_item *item = look_up(index, TABLE_IDS, id, NULL, failed);

	return item == NULL ? NULL : item->value;
}
