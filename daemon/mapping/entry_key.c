/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What entries are called. The UUID of an entry is made of the document's identity, the resource
 * type, the key and, from the second one of the same key on, an ordinal number. So the same
 * document gives the same ids on every machine.
 */
#include "mapping/entry_private.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/text.h"
#include "mapping/content.h"
#include "mapping/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX ((size_t)1 << 16)

/* ---- Identity -------------------------------------------------------------------------------- */

static const xmlNode *
first_id(const xmlNode *element)
{
	const xmlNode *id = node_child(element, "id");

	while (id != NULL && node_attribute(id, "root") == NULL)
		id = node_next(id, "id");
	return id;
}

/* "system^value" of the first identifier (HL7 FHIR R4, Bundle.identifier: the same for the same document), or NULL. */
static const char *
bundle_identifier(struct run *run, const xmlNode *root)
{
	const xmlNode *identifier = node_is_fhir(root) ? node_child(root, "identifier") : NULL;
	const char *value = node_value(identifier, "value"), *system = node_value(identifier, "system");

	return value == NULL ? NULL : arena_printf(run->arena, "%s^%s", system == NULL ? "" : system, value);
}

/* The document's own id (HL7 CDA R2, ClinicalDocument.id; a FHIR Bundle's identifier), else what it says. */
const char *
document_identity(struct run *run)
{
	const xmlNode *root = xmlDocGetRootElement(xml_source_doc(run->source)), *id = first_id(root);
	const char *extension, *identifier;
	char hash[DIGEST_HEX];

	identifier = bundle_identifier(run, root);
	if (identifier != NULL)
		return identifier;
	if (id != NULL) {
		extension = node_attribute(id, "extension");
		return arena_printf(run->arena, "%s^%s", node_attribute(id, "root"),
		    extension == NULL ? "" : extension);
	}
	content_digest(hash, run->source);
	return arena_strdup(run->arena, hash);
}

static char *
append(char *end, const char *text)
{
	size_t length = strlen(text);

	memcpy(end, text, length);
	return end + length;
}

void
make_url(const struct entries *entries, const char *type, const char *key, size_t ordinal,
    char out[ENTRY_URL])
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

/* ---- Keys ------------------------------------------------------------------------------------ */

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

/*
 * The ids of an element: its own root and extension, or those of its id children. False when it has
 * none.
 */
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

const char *
key_of(struct run *run, const struct expression *expression, const xmlNode *context)
{
	struct buffer key = { .limit = KEY_MAX };
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

const char *
entry_key(struct run *run, const struct plan *plan, const xmlNode *node)
{
	const struct plan_attribute *given = plan_attribute_find(plan, "key");
	struct buffer key = { .limit = KEY_MAX };

	if (given != NULL)
		return key_of(run, given->expression, node);
	if (node->type == XML_ELEMENT_NODE)
		add_ids(&key, node);
	return take_key(run, &key);
}
